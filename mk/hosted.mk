# SPDX-License-Identifier: Apache-2.0
# The firmware on Linux: a library for tests, and a process that serves a mailbox.

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# _GNU_SOURCE is defined empty, as a file would do it itself.
hosted_base = $(COMMON_FLAGS) -O1 -D_GNU_SOURCE= $(SANITIZE) $(MBEDTLS_FIRMWARE_CONFIG)
hosted_flags = $(hosted_base) $(FIRMWARE_WARNINGS)

$(eval $(call compile-rule,hosted,$$(HOSTCC)))

# Files named *_armv8.c hold Arm instructions; the code that calls them knows how to do without.
HOSTED_SRCS := $(filter-out %_armv8.c hal/hosted/main/%,\
    $(call sources,crypto firmware hal/hosted hal/shared,*.c))
HOSTED_MAIN_SRCS := $(call sources,hal/hosted/main,*.c)
HOSTED_OBJS := $(call objects,hosted,$(HOSTED_SRCS))
HOSTED_MAIN_OBJS := $(call objects,hosted,$(HOSTED_MAIN_SRCS))
HOSTED_LIBS := $(if $(HOSTED_SRCS),$(BUILD)/hosted/libvirtasp_firmware.a) \
    $(BUILD)/hosted/libmbedcrypto.a
HOSTED_PROGRAM := $(if $(HOSTED_MAIN_SRCS),$(BUILD)/hosted/virtasp-sp)

.PHONY: hosted
hosted: $(HOSTED_LIBS) $(HOSTED_PROGRAM)

$(BUILD)/hosted/libvirtasp_firmware.a: $(HOSTED_OBJS)
	$(call archive,$(AR))

# $(call link-linux,FLAGS,LIBRARIES): archives may refer to each other in any order.
define link-linux
$(call say,LINK,$@)
@mkdir -p $(@D)
$(Q)$(HOSTCC) $(1) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(2)
endef

$(BUILD)/hosted/virtasp-sp: $(HOSTED_MAIN_OBJS) $(HOSTED_LIBS)
	$(call link-linux,$(SANITIZE),-lcrypto -lpthread)

$(call depend,$(HOSTED_OBJS) $(HOSTED_MAIN_OBJS))
