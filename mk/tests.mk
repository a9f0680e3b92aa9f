# Test and benchmark programs. scripts/test.sh runs them.
#
# Every tests/{unit,cve,fault}/**/test_NAME.c is a program of its own, linked with the firmware's
# Linux build; the other .c files of these directories are shared by all programs there.

test_flags = $(COMMON_FLAGS) -O1 -D_GNU_SOURCE= $(SANITIZE) $(MBEDTLS_FIRMWARE_CONFIG) $(WARNINGS)

$(eval $(call compile-rule,test,$$(HOSTCC)))

UNIT_DIRS := tests/unit tests/cve tests/fault
UNIT_SRCS := $(call sources,$(UNIT_DIRS),*.c)
UNIT_MAINS := $(foreach s,$(UNIT_SRCS),$(if $(filter test_%,$(notdir $(s))),$(s)))
UNIT_SHARED := $(call objects,test,$(filter-out $(UNIT_MAINS),$(UNIT_SRCS)))
UNIT_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(UNIT_MAINS))
UNIT_OBJS := $(call objects,test,$(UNIT_SRCS))

$(UNIT_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/test/%.c.o $(UNIT_SHARED) $(HOSTED_LIBS)
	$(call link-linux,$(SANITIZE),-lcmocka -lcrypto -lpthread)

# The conformance suite speaks to any mailbox, so it needs the client library only, and the command
# table to know what it must cover.
CONFORMANCE_SRCS := $(call sources,tests/conformance,*.c)
CONFORMANCE_OBJS := $(call objects,host,$(CONFORMANCE_SRCS))
CONFORMANCE_PROGRAM := $(if $(CONFORMANCE_SRCS),$(BUILD)/tests/conformance)

$(BUILD)/tests/conformance: $(CONFORMANCE_OBJS) $(TABLE_OBJS) $(HOST_LIB)
	$(call link-linux,-pie,-lcmocka $(HOST_LINK_LIBS))

BENCH_SRCS := $(call sources,tests/bench,*.c)
BENCH_OBJS := $(call objects,host,$(BENCH_SRCS))
BENCH_PROGRAM := $(if $(BENCH_SRCS),$(BUILD)/tests/bench)

$(BUILD)/tests/bench: $(BENCH_OBJS) $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# The list tells scripts/test.sh what to run, so that a program whose source is gone is not run.
.PHONY: tests
tests: $(UNIT_PROGRAMS) $(CONFORMANCE_PROGRAM) $(BENCH_PROGRAM)
	@mkdir -p $(BUILD)/tests
	@printf '%s\n' $(UNIT_PROGRAMS) >$(BUILD)/tests/programs

$(call depend,$(UNIT_OBJS) $(CONFORMANCE_OBJS) $(BENCH_OBJS))
