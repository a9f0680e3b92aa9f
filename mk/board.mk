# SPDX-License-Identifier: Apache-2.0
# The board: boot ROM and firmware, for bare-metal Arm.

# armv7ve has what the kernel-mode code needs (LPAE, division); files named *_armv8.c use
# instructions that only some CPUs have, and are entered only after a check at run time.
BOARD_ARCH := -march=armv7ve+simd -mfpu=neon-vfpv4
BOARD_ARCH_ARMV8 := -march=armv8-a -mfpu=crypto-neon-fp-armv8
board-arch = $(if $(filter %_armv8.c %_armv8.S,$(1)),$(BOARD_ARCH_ARMV8),$(BOARD_ARCH))

# -fbuiltin: -ffreestanding alone would turn small copies into calls. Address 0 is the flash.
# The stack guard is a global variable that boot code sets.
BOARD_FLAGS := -mfloat-abi=hard -mthumb -O2 -ffreestanding -fbuiltin \
    -fno-delete-null-pointer-checks -ffunction-sections -fdata-sections \
    -fstack-protector-strong -mstack-protector-guard=global

# Before the MMU is on, memory is Device and unaligned accesses fault: the ROM, all boot code and
# what it calls are compiled without them.
BOARD_ALIGNED := -mno-unaligned-access
board-align = $(if $(filter arch/% boot/%,$(1)),$(BOARD_ALIGNED))

# -fstack-usage: beside each object, how much stack its functions take (mk/audit.mk).
firmware_base = $(COMMON_FLAGS) -fstack-usage $(call board-arch,$(1)) $(BOARD_FLAGS) $(call board-align,$(1)) \
    $(MBEDTLS_FIRMWARE_CONFIG)
rom_base = $(COMMON_FLAGS) $(call board-arch,$(1)) $(BOARD_FLAGS) $(BOARD_ALIGNED) \
    $(MBEDTLS_ROM_CONFIG)
firmware_flags = $(firmware_base) $(FIRMWARE_WARNINGS)
rom_flags = $(rom_base) $(FIRMWARE_WARNINGS)

$(eval $(call compile-rule,firmware,$$(CROSS_CC)))
$(eval $(call compile-rule,rom,$$(CROSS_CC)))

# The files that the ROM shares with the firmware.
ROM_HAL := log.c fabric.c fuses.c mailbox.c power.c system.c copy.S
ROM_CRYPTO := arena.c rsa.c secret.c sha512.c sha512_neon.S
ROM_FIRMWARE := platform/image.c

ROM_SRCS := $(call sources,arch/arm boot/rom,*.c *.S) $(wildcard \
    $(addprefix hal/qemu_virt/,$(ROM_HAL)) $(addprefix crypto/,$(ROM_CRYPTO)) \
    $(addprefix firmware/,$(ROM_FIRMWARE)) hal/shared/*.c)
FIRMWARE_SRCS := $(call sources,\
    arch/arm boot/firmware hal/qemu_virt hal/shared crypto firmware,*.c *.S)

ROM_OBJS := $(call objects,rom,$(ROM_SRCS))
FIRMWARE_OBJS := $(call objects,firmware,$(FIRMWARE_SRCS))

# Without sources there is nothing to link: an image is built once its linker script is there.
ROM_IMAGE := $(if $(wildcard linker/rom.ld),$(BUILD)/board/rom.elf $(BUILD)/board/rom.bin)
FIRMWARE_IMAGE := $(if $(wildcard linker/firmware.ld),$(BUILD)/board/firmware.elf \
    $(BUILD)/board/firmware.bin)

.PHONY: board
board: $(ROM_IMAGE) $(FIRMWARE_IMAGE) $(BUILD)/board/libmbedcrypto.a \
    $(BUILD)/board/libmbedcrypto_rom.a

# $(call link-board,LIBRARIES): newlib gives memcpy() and the like. There is no heap: an image into
# which one was linked is refused.
define link-board
$(call say,LINK,$@)
@mkdir -p $(@D)
$(Q)$(CROSS_CC) $(BOARD_ARCH) -mfloat-abi=hard -mthumb -nostartfiles -nostdlib -static \
    -Wl,--gc-sections -Wl,--build-id=none -Llinker -Wl,-T,linker/$(@F:.elf=.ld) \
    -Wl,-Map,$(@:.elf=.map) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -lc -lgcc \
    -Wl,--end-group
$(Q)if $(NM) $@ | grep -E ' (malloc|calloc|realloc|free|_malloc_r|_free_r|_sbrk|_sbrk_r)$$'; then \
    echo '$@: a heap was linked' >&2; rm -f $@; exit 1; fi
endef

# What the two scripts share.
LINKER_INCLUDES := $(filter-out linker/rom.ld linker/firmware.ld,$(wildcard linker/*.ld))

$(BUILD)/board/rom.elf: $(ROM_OBJS) $(BUILD)/board/libmbedcrypto_rom.a linker/rom.ld \
    $(LINKER_INCLUDES)
	$(link-board)
$(BUILD)/board/firmware.elf: $(FIRMWARE_OBJS) $(BUILD)/board/libmbedcrypto.a linker/firmware.ld \
    $(LINKER_INCLUDES)
	$(link-board)
%.bin: %.elf
	$(call say,BIN,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

$(call depend,$(ROM_OBJS) $(FIRMWARE_OBJS))
