# SPDX-License-Identifier: Apache-2.0
# Test and benchmark programs. scripts/test.sh runs them.
#
# Every tests/{unit,cve,fault}/**/test_NAME.c is a program of its own, linked with the firmware's
# Linux build and with the other .c files that lie beside such programs. Those are an archive too:
# a program gets what it refers to, so that one may bring its own hal_entropy_read(), say.

test_flags = $(COMMON_FLAGS) -O1 -D_GNU_SOURCE= $(SANITIZE) $(MBEDTLS_FIRMWARE_CONFIG) $(WARNINGS)

$(eval $(call compile-rule,test,$$(HOSTCC)))

# $(call test-mains,DIRECTORY...): the programs. $(call test-shared,MAIN...): what lies beside them.
test-mains = $(call sources,$(1),test_*.c)
test-shared = $(filter-out $(1),$(foreach d,$(sort $(dir $(1))),$(sort $(wildcard $(d)*.c))))

# The second implementation of SEV-SNP, on OpenSSL alone (tests/snp): an archive with sanitizers, for
# unit programs, and one without, for the suites. Its own tests are linked with nothing else of this
# tree, which shows that it shares no code with the firmware.
SNP_MAINS := $(call test-mains,tests/snp)
SNP_SRCS := $(call test-shared,$(SNP_MAINS))
SNP_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(SNP_MAINS))
SNP_OBJS := $(call objects,test,$(SNP_MAINS) $(SNP_SRCS)) $(call objects,host,$(SNP_SRCS))
SNP_LIB := $(if $(SNP_SRCS),$(BUILD)/tests/libsnp.a)
SNP_SANITIZED_LIB := $(if $(SNP_SRCS),$(BUILD)/tests/libsnp_sanitized.a)

$(BUILD)/tests/libsnp.a: $(call objects,host,$(SNP_SRCS))
	$(call archive,$(AR))

$(BUILD)/tests/libsnp_sanitized.a: $(call objects,test,$(SNP_SRCS))
	$(call archive,$(AR))

$(SNP_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/test/%.c.o $(SNP_SANITIZED_LIB)
	$(call link-linux,$(SANITIZE),-lcmocka -lcrypto)

UNIT_MAINS := $(call test-mains,tests/unit tests/cve tests/fault)
UNIT_SHARED := $(call objects,test,$(call test-shared,$(UNIT_MAINS)))
UNIT_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(UNIT_MAINS))
CHECK_PROGRAMS := $(filter $(BUILD)/tests/unit/% $(BUILD)/tests/cve/%,$(UNIT_PROGRAMS)) \
    $(SNP_PROGRAMS)
UNIT_OBJS := $(call objects,test,$(UNIT_MAINS)) $(UNIT_SHARED)

UNIT_LIB := $(if $(UNIT_SHARED),$(BUILD)/tests/libunit.a)

# The processor's side of memory encryption and of the reverse map table, and a model of the table,
# beside the firmware's.
MODEL_SRCS := tests/common/random.c tests/common/rmp_model.c
X86_SANITIZED_LIB := $(BUILD)/tests/libx86_sanitized.a

$(X86_SANITIZED_LIB): $(call objects,test,$(MODEL_SRCS) \
    $(filter host/x86/% host/lib/dram.c host/lib/fabric% host/lib/host_memory.c host/lib/memory_c% \
    host/lib/vmsa.c,$(HOST_LIB_SRCS)))
	$(call archive,$(AR))

$(BUILD)/tests/libunit.a: $(UNIT_SHARED)
	$(call archive,$(AR))

$(UNIT_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/test/%.c.o $(UNIT_LIB) $(SNP_SANITIZED_LIB) \
    $(X86_SANITIZED_LIB) $(HOSTED_LIBS) $(BUILD)/tests/libmbedcrypto_ecp.a
	$(call link-linux,$(SANITIZE),-lcmocka -lcrypto -lpthread)

# The same for the host's code: tests/host/**/test_NAME.c, linked with the client
# library, the chip factory and the demonstration, all compiled with sanitizers, and with a model of
# the reverse map table.
HOST_TEST_MAINS := $(call test-mains,tests/host)
HOST_TEST_SHARED := $(call objects,test,$(call test-shared,$(HOST_TEST_MAINS)) $(MODEL_SRCS) \
    $(HOST_LIB_SRCS) $(filter-out host/cmd/%,$(HOST_CMD_SRCS)) \
    $(filter-out host/linux/main.c,$(LINUX_GUEST_SRCS)) $(REPORT_SRCS))
HOST_TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(HOST_TEST_MAINS))
HOST_TEST_OBJS := $(call objects,test,$(HOST_TEST_MAINS)) $(HOST_TEST_SHARED)

$(HOST_TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/test/%.c.o $(HOST_TEST_SHARED) $(SNP_SANITIZED_LIB)
	$(call link-linux,$(SANITIZE),-lcmocka $(HOST_LINK_LIBS))

# The firmware's command table as text, printed by a program that is linked with it.
TABLE_DUMP_OBJS := $(call objects,test,$(wildcard tools/command_table_dump.c))
COMMAND_TABLE := $(if $(TABLE_DUMP_OBJS),$(BUILD)/command-table.tsv $(BUILD)/command-table-snp.tsv)

$(BUILD)/hosted/command-table: $(TABLE_DUMP_OBJS) $(HOSTED_LIBS)
	$(call link-linux,$(SANITIZE),-lcrypto -lpthread)

$(BUILD)/command-table.tsv: $(BUILD)/hosted/command-table
	$(call say,TABLE,$@)
	$(Q)$< >$@

$(BUILD)/command-table-snp.tsv: $(BUILD)/hosted/command-table
	$(call say,TABLE,$@)
	$(Q)$< snp >$@

# The conformance suite speaks to any mailbox: it is linked with the client library and with the
# factory's verification of certificates, never with the firmware. What it must cover it reads from
# the command table.
SUITE_SHARED := $(filter $(BUILD)/obj/host/host/provision/%,$(HOST_CMD_OBJS))

CONFORMANCE_SRCS := $(call sources,tests/conformance,*.c)
CONFORMANCE_OBJS := $(call objects,host,$(CONFORMANCE_SRCS) tests/common/doorbell.c)
CONFORMANCE_PROGRAM := $(if $(CONFORMANCE_SRCS),$(BUILD)/tests/conformance)

$(BUILD)/tests/conformance: $(CONFORMANCE_OBJS) $(SUITE_SHARED) $(HOST_LIB) $(SNP_LIB)
	$(call link-linux,-pie,-lcmocka $(HOST_LINK_LIBS))

# What `virtasp conformance` works with, besides the two programs: the catalogues of their cases, which
# tests/conformance/run.sh and tests/hypervisor/run.sh compare with what the cases do.
CASES := $(BUILD)/tests/cases.tsv $(BUILD)/tests/cases-snp.tsv

$(BUILD)/tests/cases.tsv: tests/conformance/cases.tsv
$(BUILD)/tests/cases-snp.tsv: tests/hypervisor/cases.tsv
$(CASES):
	@mkdir -p $(@D)
	$(Q)cp $< $@

# An implementation of the mailbox that is wrong on purpose.
$(BUILD)/tests/liar: $(call objects,host,tests/attached/liar.c) $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

MIGRATION_SRCS := $(call sources,tests/migration,*.c)
MIGRATION_OBJS := $(call objects,host,$(MIGRATION_SRCS))
MIGRATION_PROGRAM := $(if $(MIGRATION_SRCS),$(BUILD)/tests/migration)

$(BUILD)/tests/migration: $(MIGRATION_OBJS) $(SUITE_SHARED) \
    $(filter $(BUILD)/obj/host/host/demo/%,$(HOST_CMD_OBJS)) $(HOST_LIB) $(SNP_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# tests/{load,memory,debug,persistence,hypervisor,attestation} are programs of the same kind; the
# suite's board and states, and tests/common, are an archive to them.
BOARD_SUITES := $(foreach s,load memory debug persistence hypervisor attestation,\
    $(if $(wildcard tests/$(s)/main.c),$(s)))
BOARD_SUITE_PROGRAMS := $(addprefix $(BUILD)/tests/,$(BOARD_SUITES))
HYPERVISOR_PROGRAM := $(filter %/hypervisor,$(BOARD_SUITE_PROGRAMS))
BOARD_SUITE_SHARED := $(filter-out %/main.c.o,$(CONFORMANCE_OBJS)) \
    $(call objects,host,$(filter-out tests/common/doorbell.c,$(call sources,tests/common,*.c)))
BOARD_SUITE_OBJS := $(call objects,host,$(call sources,$(addprefix tests/,$(BOARD_SUITES)),*.c))

$(BUILD)/tests/libsuite.a: $(BOARD_SUITE_SHARED)
	$(call archive,$(AR))

define board-suite
$(BUILD)/tests/$(1): $(call objects,host,$(call sources,tests/$(1),*.c)) $(BUILD)/tests/libsuite.a \
    $(filter-out $(BUILD)/obj/host/host/demo/%,$(SUITE_SHARED)) $(HOST_LIB) $(SNP_LIB)
	$$(call link-linux,-pie,-lcmocka $(HOST_LINK_LIBS))
endef
$(foreach s,$(BOARD_SUITES),$(eval $(call board-suite,$(s))))

# tests/exec: a program that knows nothing of this tree, with and without a dynamic linker, which
# `virtasp exec` runs; and what owners do apart from the machine.
EXEC_CLIENT_OBJS := $(call objects,host,$(call sources,tests/exec/client,*.c))
EXEC_OWNER_OBJS := $(call objects,host,$(call sources,tests/exec/owner,*.c))
EXEC_PROGRAMS := $(if $(wildcard tests/exec),$(addprefix $(BUILD)/tests/,exec-client \
    exec-client-static exec-owner))

$(BUILD)/tests/exec-client: $(EXEC_CLIENT_OBJS)
	$(call link-linux,-pie,-lpthread)

$(BUILD)/tests/exec-client-static: $(EXEC_CLIENT_OBJS)
	$(call link-linux,-static,-lpthread)

$(BUILD)/tests/exec-owner: $(EXEC_OWNER_OBJS) $(HOST_LIB) $(SNP_LIB)
	$(call link-linux,-pie,-lcmocka $(HOST_LINK_LIBS))

# tests/clients: a launch whose owner judges by somebody else's tool.
CLIENT_OWNER_OBJS := $(call objects,host,$(call sources,tests/clients/owner,*.c))
CLIENT_OWNER := $(if $(CLIENT_OWNER_OBJS),$(BUILD)/tests/client-owner)

$(BUILD)/tests/client-owner: $(CLIENT_OWNER_OBJS) \
    $(filter $(BUILD)/obj/host/host/demo/% $(BUILD)/obj/host/host/provision/%,$(HOST_CMD_OBJS)) \
    $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# Judges test vectors with the second implementation alone.
VECTORS_SRCS := $(call sources,tests/vectors,*.c)
VECTORS_OBJS := $(call objects,host,$(VECTORS_SRCS))
VECTORS_PROGRAM := $(if $(VECTORS_SRCS),$(BUILD)/tests/vectors)

$(BUILD)/tests/vectors: $(VECTORS_OBJS) $(SNP_LIB)
	$(call link-linux,-pie,-lcrypto)

# tests/bench/device is for the board: tests/bench/primitives.sh builds it.
BENCH_SRCS := $(filter-out tests/bench/device/%,$(call sources,tests/bench,*.c))
BENCH_OBJS := $(call objects,host,$(BENCH_SRCS))
BENCH_PROGRAM := $(if $(BENCH_SRCS),$(BUILD)/tests/bench)

$(BUILD)/tests/bench: $(BENCH_OBJS) $(HOST_LIB) $(SNP_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# The list tells scripts/test.sh what to run, so that a program whose source is gone is not run.
.PHONY: tests
tests: board hosted host $(DOCS_PROGRAM) $(UNIT_PROGRAMS) $(SNP_PROGRAMS) $(HOST_TEST_PROGRAMS) \
    $(NATIVE_PROGRAMS) $(CONFORMANCE_PROGRAM) $(COMMAND_TABLE) $(MIGRATION_PROGRAM) \
    $(BENCH_PROGRAM) $(BOARD_SUITE_PROGRAMS) $(EXEC_PROGRAMS) $(CLIENT_OWNER) $(SNP_LIB) $(CASES) \
    $(BUILD)/tests/liar $(VECTORS_PROGRAM) $(EMULATOR_PROGRAM) $(EMULATOR_TESTS) \
    $(GUEST_IMAGES)
	@mkdir -p $(BUILD)/tests
	@printf '%s\n' $(UNIT_PROGRAMS) $(SNP_PROGRAMS) $(HOST_TEST_PROGRAMS) $(NATIVE_PROGRAMS) \
	    >$(BUILD)/tests/programs
	@printf '%s\n' $(HOST_PUBLIC_HEADERS) >$(BUILD)/tests/headers

$(call depend,$(UNIT_OBJS) $(SNP_OBJS) $(HOST_TEST_OBJS) $(TABLE_DUMP_OBJS) $(CONFORMANCE_OBJS) \
    $(call objects,host,tests/attached/liar.c) $(MIGRATION_OBJS) $(BENCH_OBJS) \
    $(BOARD_SUITE_SHARED) $(BOARD_SUITE_OBJS) $(EXEC_CLIENT_OBJS) $(EXEC_OWNER_OBJS) \
    $(VECTORS_OBJS))
