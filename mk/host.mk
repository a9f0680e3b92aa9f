# SPDX-License-Identifier: Apache-2.0
# The x86 side: the client library and the virtasp command, ordinary Linux programs with OpenSSL.

host_flags = $(COMMON_FLAGS) -O2 -D_GNU_SOURCE= -fstack-protector-strong -fPIE $(WARNINGS)

$(eval $(call compile-rule,host,$$(HOSTCC)))

HOST_LIB_SRCS := $(call sources,host/lib host/x86,*.c)
HOST_DOCS_SRCS := $(call sources,host/docs,*.c)
# Directories with a build of their own.
HOST_APART := host/lib/% host/x86/% host/docs/% host/emulator/% host/examples/% \
    host/linux/% host/qemu-plugin/% host/report/%
HOST_CMD_SRCS := $(filter-out $(HOST_APART),$(call sources,host,*.c))

HOST_LIB_OBJS := $(call objects,host,$(HOST_LIB_SRCS))
HOST_CMD_OBJS := $(call objects,host,$(HOST_CMD_SRCS))
HOST_DOCS_OBJS := $(call objects,host,$(HOST_DOCS_SRCS))
# The headers of libvirtasp.a, for programs outside of this tree: interfaces, and what is the x86 side's.
HOST_PUBLIC_HEADERS := $(filter-out %_internal.h,$(wildcard abi/*.h host/lib/*.h host/x86/*.h))
HOST_LIB := $(if $(HOST_LIB_SRCS),$(BUILD)/host/libvirtasp.a)
HOST_PROGRAM := $(if $(wildcard host/cmd),$(BUILD)/host/virtasp)
HOST_LINK_LIBS := -lcrypto -lpthread -lm

.PHONY: host
host: $(HOST_LIB) $(HOST_PROGRAM)

$(BUILD)/host/libvirtasp.a: $(HOST_LIB_OBJS)
	$(call archive,$(AR))

# The page of `virtasp run --report`, for the programs that run guests: files that an assembly source takes
# in as they are.
REPORT_ASSETS := $(call sources,host/report,*.html *.css *.js)
REPORT_SRCS := $(call sources,host/report,*.c) $(call sources,host/report,*.S)
REPORT_OBJS := $(call objects,host,$(REPORT_SRCS))
$(BUILD)/obj/host/host/report/assets.S.o $(BUILD)/obj/test/host/report/assets.S.o: $(REPORT_ASSETS)

$(BUILD)/host/virtasp: $(HOST_CMD_OBJS) $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# docs/commands.md is written from the rows: the program is linked with the firmware that holds them.
DOCS_PROGRAM := $(if $(HOST_DOCS_SRCS),$(BUILD)/host/command-docs)
$(BUILD)/host/command-docs: $(HOST_DOCS_OBJS) $(HOSTED_LIBS)
	$(call link-linux,$(SANITIZE),-lcrypto -lpthread)

# The multiples of P-384's base point, computed by OpenSSL (make p384-table).
$(BUILD)/host/p384-table: $(call objects,host,tools/p384_table.c)
	$(call link-linux,-pie,-lcrypto)

$(call depend,$(HOST_LIB_OBJS) $(HOST_CMD_OBJS) $(REPORT_OBJS) $(HOST_DOCS_OBJS))
