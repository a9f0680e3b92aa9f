/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot ROM's parts.
 */
#ifndef BOOT_ROM_ROM_H
#define BOOT_ROM_ROM_H

#define ROM_VERSION 0x00010000u /**< 1.0: major in bits 31:16, minor in 15:0. */

/* What image_check_header() and image_check_body() accept, added up; for boot/rom/enter.S. */
#define ROM_ENTER_PROOF 0x4297A066u

#ifndef __ASSEMBLER__

#include <stdint.h>

/** Turns the MMU on. Called by start.S. */
void rom_map(void);

/** Verifies the image in flash and enters it, or says why not and turns the board off. */
_Noreturn void rom_main(void);

/**
 * Turns the MMU off, wipes everything the ROM had in RAM and in registers, and enters the firmware.
 *
 * @param entry  address of its first instruction; bit 0 = Thumb
 * @param proof  ROM_ENTER_PROOF, or the CPU stops instead
 */
_Noreturn void rom_enter_firmware(uint32_t entry, uint32_t proof);

#endif
#endif
