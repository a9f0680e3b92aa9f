# SPDX-License-Identifier: Apache-2.0
# The reference emulator, a program of its own with Unicorn from the tree that
# scripts/fetch-packages.sh unpacks, and the guests that it runs. Without Unicorn, or without a
# compiler for x86-64, neither is built, and their tests say so.

UNICORN_DIR ?= $(BUILD)/unicorn
# EMULATOR=no: what is installed leaves it out (a Debian package must not carry Unicorn along).
EMULATOR ?= yes
UNICORN_GOALS := all run test tests test-long bench emulator guests lint tidy cppcheck analyze \
    $(if $(filter yes,$(EMULATOR)),install)
UNICORN_SO := $(firstword $(wildcard $(UNICORN_DIR)/usr/lib/*/libunicorn.so.2))

# Guests are for x86-64 whatever this machine is.
GUEST_CC ?= $(if $(filter x86_64-%,$(shell $(HOSTCC) -dumpmachine)),$(HOSTCC),x86_64-linux-gnu-gcc)
GUEST_OBJCOPY ?= $(if $(filter x86_64-%,$(shell $(HOSTCC) -dumpmachine)),objcopy,x86_64-linux-gnu-objcopy)
GUEST_CC_THERE := $(shell command -v $(GUEST_CC))

emulator_flags = $(host_flags) -isystem $(UNICORN_DIR)/usr/include
$(eval $(call compile-rule,emulator,$$(HOSTCC)))

EMULATOR_SRCS := $(call sources,host/emulator,*.c)
EMULATOR_OBJS := $(call objects,emulator,$(EMULATOR_SRCS)) $(REPORT_OBJS)
EMULATOR_PROGRAM := $(if $(UNICORN_SO),$(BUILD)/host/virtasp-emulator)

# Found beside the program, or from build/tests.
UNICORN_LINK = $(BUILD)/host/libunicorn.so.2 '-Wl$(comma)-rpath$(comma)$$ORIGIN:$$ORIGIN/../host'

.PHONY: emulator guests
emulator: $(EMULATOR_PROGRAM)
	$(if $(UNICORN_SO),,@echo 'emulator: left out: there is no Unicorn in $(UNICORN_DIR)')

# Beside the program, alone: the tree's own C library must not come with it.
$(BUILD)/host/libunicorn.so.2: $(UNICORN_SO)
	$(call say,COPY,$@)
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/host/virtasp-emulator: $(EMULATOR_OBJS) $(filter $(BUILD)/obj/host/host/demo/% \
    $(BUILD)/obj/host/host/provision/%,$(HOST_CMD_OBJS)) $(BUILD)/obj/host/host/cmd/interrupt.c.o \
    $(HOST_LIB) $(BUILD)/host/libunicorn.so.2
	$(call link-linux,-pie,$(UNICORN_LINK) $(HOST_LINK_LIBS))

# Its tests, and what is measured of it: programs with the emulator's parts.
EMULATOR_PARTS := $(filter-out %/main.c.o,$(EMULATOR_OBJS)) \
    $(filter $(BUILD)/obj/host/host/demo/% $(BUILD)/obj/host/host/provision/%,$(HOST_CMD_OBJS))
EMULATOR_TEST_SRCS := $(filter-out tests/emulator/bench.c,$(call sources,tests/emulator,*.c))
EMULATOR_TESTS := $(if $(UNICORN_SO),$(BUILD)/tests/emulator $(BUILD)/tests/emulator-bench)

$(BUILD)/tests/emulator: $(call objects,emulator,$(EMULATOR_TEST_SRCS)) $(EMULATOR_PARTS) $(HOST_LIB) \
    $(BUILD)/host/libunicorn.so.2
	$(call link-linux,-pie,$(UNICORN_LINK) -lcmocka $(HOST_LINK_LIBS))

$(BUILD)/tests/emulator-bench: $(call objects,emulator,$(wildcard tests/emulator/bench.c)) $(EMULATOR_PARTS) \
    $(HOST_LIB) $(BUILD)/host/libunicorn.so.2
	$(call link-linux,-pie,$(UNICORN_LINK) $(HOST_LINK_LIBS))

# Guests: freestanding, flat images. What a guest needs is in its file NEEDS: flags, virtual CPUs and
# MiB of memory of its header.
GUESTS := $(sort $(notdir $(patsubst %/main.c,%,$(wildcard tests/guests/*/main.c))))
GUEST_IMAGES := $(if $(GUEST_CC_THERE),$(GUESTS:%=$(BUILD)/guests/%.bin))
GUEST_LIB_SRCS := $(call sources,tests/guests/lib,*.c)
guest_flags = $(COMMON_FLAGS) -O2 -m64 -ffreestanding -fno-pic -fno-pie -mno-red-zone \
    -mgeneral-regs-only -fno-stack-protector -fcf-protection=none -fno-builtin \
    -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns $(WARNINGS)

guests: $(GUEST_IMAGES)
	$(if $(GUEST_CC_THERE),,@echo 'guests: left out: there is no compiler for x86-64 here (GUEST_CC)')

$(eval $(call compile-rule,guest,$$(GUEST_CC)))

# $(call guest-needs,GUEST,WHAT): a number of tests/guests/GUEST/needs.
guest-needs = $(or $(shell sed -n 's/^$(2)=//p' tests/guests/$(1)/needs 2>/dev/null),$(3))
define guest
$(BUILD)/obj/guest/$(1)-start.o: tests/guests/lib/start.S $(wildcard tests/guests/$(1)/needs) \
    $(BUILD)/obj/guest.flags
	$$(call say,AS,guest: $(1))
	@mkdir -p $$(@D)
	$$(Q)$$(GUEST_CC) -m64 -DGUEST_FLAGS=$(call guest-needs,$(1),flags,0) \
	    -DGUEST_VCPUS=$(call guest-needs,$(1),vcpus,1) \
	    -DGUEST_MEMORY_MIB=$(call guest-needs,$(1),memory,4) -c $$< -o $$@
$(BUILD)/guests/$(1).elf: $(BUILD)/obj/guest/$(1)-start.o tests/guests/lib/guest.ld \
    $(call objects,guest,$(call sources,tests/guests/$(1),*.c) $(GUEST_LIB_SRCS))
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(GUEST_CC) -m64 -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-T,tests/guests/lib/guest.ld \
	    -o $$@ $$(filter %.o,$$^)
$(BUILD)/guests/$(1).bin: $(BUILD)/guests/$(1).elf
	$$(call say,BIN,$$@)
	$$(Q)$$(GUEST_OBJCOPY) -O binary $$< $$@
endef
$(foreach g,$(GUESTS),$(eval $(call guest,$(g))))

$(call depend,$(EMULATOR_OBJS) $(call objects,emulator,$(call sources,tests/emulator,*.c)) $(call objects,guest,$(call sources,tests/guests,*.c)))
