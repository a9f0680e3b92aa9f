# The x86 side: the client library and the virtasp command, ordinary Linux programs with OpenSSL.

host_flags = $(COMMON_FLAGS) -O2 -D_GNU_SOURCE= -fstack-protector-strong -fPIE $(WARNINGS)

$(eval $(call compile-rule,host,$$(HOSTCC)))

HOST_LIB_SRCS := $(call sources,host/lib,*.c)
HOST_DOCS_SRCS := $(call sources,host/docs,*.c)
# Directories with a build of their own.
HOST_APART := host/lib/% host/docs/% host/emulator/%
HOST_CMD_SRCS := $(filter-out $(HOST_APART),$(call sources,host,*.c))

HOST_LIB_OBJS := $(call objects,host,$(HOST_LIB_SRCS))
HOST_CMD_OBJS := $(call objects,host,$(HOST_CMD_SRCS))
HOST_DOCS_OBJS := $(call objects,host,$(HOST_DOCS_SRCS))
HOST_LIB := $(if $(HOST_LIB_SRCS),$(BUILD)/host/libvirtasp.a)
HOST_PROGRAM := $(if $(wildcard host/cmd),$(BUILD)/host/virtasp)
HOST_LINK_LIBS := -lcrypto -lpthread -lm

.PHONY: host
host: $(HOST_LIB) $(HOST_PROGRAM)

$(BUILD)/host/libvirtasp.a: $(HOST_LIB_OBJS)
	$(call archive,$(AR))

$(BUILD)/host/virtasp: $(HOST_CMD_OBJS) $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# The firmware's command table as data, for host programs that must know every command. The rows
# point to handlers, which are not linked: here their addresses mean nothing. The names of the
# handlers become local, so that a host function may have the same name.
CONFORMANCE_FIRMWARE_SRCS := $(wildcard firmware/command_table.c firmware/*/*_rows.c)
TABLE_PARTS := $(call objects,host,$(CONFORMANCE_FIRMWARE_SRCS))
TABLE_OBJS := $(if $(TABLE_PARTS),$(BUILD)/obj/host/command_table.o)

$(BUILD)/obj/host/command_table.o: $(TABLE_PARTS)
	$(call say,TABLE,$@)
	$(Q)$(HOSTCC) -r -nostdlib -o $@.parts $^
	$(Q)nm -u $@.parts | awk '$$2 ~ /^(sev|snp)_/ { print $$2 }' >$@.handlers
	$(Q)$(HOSTCC) -r -nostdlib -o $@ $@.parts $$(sed 's/.*/-Wl,--defsym=&=0/' $@.handlers)
	$(Q)objcopy --localize-symbols=$@.handlers $@

DOCS_PROGRAM := $(if $(HOST_DOCS_SRCS),$(BUILD)/host/command-docs)
$(BUILD)/host/command-docs: $(HOST_DOCS_OBJS) $(TABLE_OBJS) $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))
host: $(DOCS_PROGRAM)

$(call depend,$(HOST_LIB_OBJS) $(HOST_CMD_OBJS) $(HOST_DOCS_OBJS) $(TABLE_PARTS))
