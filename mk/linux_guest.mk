# SPDX-License-Identifier: Apache-2.0
# Stock Linux as a guest (virtasp run --kernel): a program of its own, the ROM that its machine starts
# from, and the plugin for QEMU. All of it is for x86-64; elsewhere none of it is built.

LINUX_GUEST_SRCS := $(call sources,host/linux,*.c)
LINUX_GUEST_OBJS := $(call objects,host,$(LINUX_GUEST_SRCS))
QEMU_PLUGIN_SRCS := $(call sources,host/qemu-plugin,*.c)
QEMU_PLUGIN_OBJS := $(call objects,qemu-plugin,$(QEMU_PLUGIN_SRCS))
LINUX_GUEST_PARTS := $(if $(filter x86_64-%,$(shell $(HOSTCC) -dumpmachine)),\
    $(BUILD)/host/virtasp-linux-guest $(BUILD)/host/linux-entry.bin $(BUILD)/host/qemu-guest-cpu.so)

qemu-plugin_flags = $(COMMON_FLAGS) -O2 -D_GNU_SOURCE= -fPIC -fvisibility=hidden $(WARNINGS)
$(eval $(call compile-rule,qemu-plugin,$$(HOSTCC)))

.PHONY: linux-guest
linux-guest: $(LINUX_GUEST_PARTS)

$(BUILD)/host/virtasp-linux-guest: $(LINUX_GUEST_OBJS) $(REPORT_OBJS) $(filter $(BUILD)/obj/host/host/demo/% \
    $(BUILD)/obj/host/host/provision/%,$(HOST_CMD_OBJS)) $(BUILD)/obj/host/host/cmd/interrupt.c.o \
    $(HOST_LIB)
	$(call link-linux,-pie,$(HOST_LINK_LIBS))

# QEMU, which loads it, has the functions that it calls.
$(BUILD)/host/qemu-guest-cpu.so: $(QEMU_PLUGIN_OBJS)
	$(call link-linux,-shared,)

$(BUILD)/host/linux-entry.bin: $(BUILD)/obj/host/host/linux/entry.S.o
	$(call say,BIN,$@)
	@mkdir -p $(@D)
	$(Q)ld -Ttext=0 -e 0 --oformat binary -o $@ $<

$(call depend,$(LINUX_GUEST_OBJS) $(QEMU_PLUGIN_OBJS) $(BUILD)/obj/host/host/linux/entry.S.o)
