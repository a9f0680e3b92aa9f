# SPDX-License-Identifier: Apache-2.0
# Programs, flags common to all flavours, and the helpers that the other parts use.
#
# A flavour is one way to compile: rom, firmware, hosted, host, test, ... Objects live in
# $(BUILD)/obj/FLAVOUR/, in the same directories as their sources.

CROSS ?= arm-none-eabi-
QEMU ?= qemu-system-arm
CROSS_CC := $(CROSS)gcc
CROSS_AR := $(CROSS)ar
OBJCOPY := $(CROSS)objcopy
NM := $(CROSS)nm
SIZE := $(CROSS)size
# make's own default for CC is cc; the sanitizers and flags below are known to work with gcc.
ifeq ($(origin CC),default)
CC := gcc
endif
HOSTCC ?= $(CC)
AR := ar

export LC_ALL := C

# All cores, unless the user or a calling make has said how many.
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j%,$(MAKEFLAGS) $(shell printf %s "$$MAKEFLAGS")),)
MAKEFLAGS += -j$(shell nproc)
endif
endif

# $(call say,WHAT,FILE): what a rule prints instead of its command line.
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-8s %s\n' '$(1)' '$(2)')

# $(call sources,DIRECTORY...,PATTERN...): files below the directories, sorted.
sources = $(sort $(foreach d,$(wildcard $(1)),$(shell find $(d) -type f \( -false \
    $(foreach p,$(2),-o -name '$(p)') \))))
# $(call objects,FLAVOUR,SOURCE...)
objects = $(patsubst %,$(BUILD)/obj/$(1)/%.o,$(2))

comma := ,
INCLUDES := -I. -Ihal/include

# Only crypto/ and the boot ROM may include Mbed TLS: no other file is given the path to it. As a
# system header it is spared our warnings.
MBEDTLS_USERS := crypto/% boot/rom/% tests/unit/crypto/%
MBEDTLS_INCLUDE = $(if $(filter $(MBEDTLS_USERS),$<),-isystem $(MBEDTLS_DIR)/include)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
    -Wold-style-definition -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings \
    -Wimplicit-fallthrough -Wformat=2 -Wdate-time
# The firmware handles lengths from outside: no number may change its value or sign silently.
FIRMWARE_WARNINGS := $(WARNINGS) -Wconversion -Wsign-conversion -Wlogical-op \
    -Wduplicated-cond

# Paths in debug information and assertions are relative to the tree, wherever it lies. The second
# spelling is the one that gcc 12 hands on to the assembler.
COMMON_FLAGS := -std=c11 -g -fno-common -ffile-prefix-map=$(CURDIR)=. \
    -fdebug-prefix-map=$(CURDIR)=. $(if $(SEV_BUILD),-DSEV_BUILD=$(SEV_BUILD)u)
DEPEND_FLAGS = -MMD -MP -MF $(@:.o=.d)

# $(call compile-rule,FLAVOUR,COMPILER): rules for C and assembly; the flags are $(FLAVOUR_flags).
# They depend on a file that changes with the flags, so that a new setting rebuilds what it affects.
define compile-rule
$(BUILD)/obj/$(1)/%.c.o: %.c $(BUILD)/obj/$(1).flags
	$$(call say,CC,$(1): $$<)
	@mkdir -p $$(@D)
	$$(Q)$(2) $$(INCLUDES) $$(MBEDTLS_INCLUDE) $$(call $(1)_flags,$$<) $$(DEPEND_FLAGS) -c $$< -o $$@
$(BUILD)/obj/$(1)/%.S.o: %.S $(BUILD)/obj/$(1).flags
	$$(call say,AS,$(1): $$<)
	@mkdir -p $$(@D)
	$$(Q)$(2) $$(INCLUDES) $$(call $(1)_flags,$$<) $$(DEPEND_FLAGS) -c $$< -o $$@
$$(eval $$(call flags-file,$(1),$(2)))
endef

# $(call flags-file,FLAVOUR,COMPILER): FLAVOUR.flags holds the flags of both kinds of file. Where the
# tree lies is none of them: it does not change what is compiled, and a copy is not built again.
define flags-file
$(BUILD)/obj/$(1).flags: FORCE
	@mkdir -p $$(@D)
	@flags='$(2) $$(subst $$(CURDIR),.,$$(call $(1)_flags,x.c) $$(call $(1)_flags,x_armv8.c))'; \
	    flags="$$$$flags $$(MBEDTLS_DIR)"; \
	    printf '%s\n' "$$$$flags" | cmp -s - $$@ || printf '%s\n' "$$$$flags" >$$@
endef

# An archive is made anew, or it would keep members whose sources are gone.
define archive
$(call say,AR,$@)
@mkdir -p $(@D)
@rm -f $@
$(Q)$(1) rcsD $@ $(filter %.o,$^)
endef

# $(call depend,OBJECT...): the header dependencies that the compiler found last time.
depend = $(eval -include $(patsubst %.o,%.d,$(1)))

# A command is a file of firmware/sev or firmware/snp and a line of the list there: neither is without
# the other.
COMMANDS_LISTED := $(sort $(shell sed -n 's|^COMMAND(\([a-z]*\), \([a-z0-9_]*\))$$|\1/\2|p' \
    firmware/sev/commands.def firmware/snp/commands.def))
COMMANDS_THERE := $(sort $(patsubst firmware/%.c,%,$(wildcard firmware/sev/*.c firmware/snp/*.c)))
ifneq ($(COMMANDS_LISTED),$(COMMANDS_THERE))
$(error commands.def in firmware/sev or firmware/snp differs from the files: \
    $(filter-out $(COMMANDS_THERE),$(COMMANDS_LISTED)) without a file, \
    $(filter-out $(COMMANDS_LISTED),$(COMMANDS_THERE)) not listed)
endif
