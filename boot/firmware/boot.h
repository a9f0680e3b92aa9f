/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's first C functions.
 */
#ifndef BOOT_FIRMWARE_BOOT_H
#define BOOT_FIRMWARE_BOOT_H

#include <stdint.h>

/** Turns the MMU on. Called by start.S. */
void firmware_map(void);

/** Gives the stack guard a random value and goes to firmware_main(). */
_Noreturn void firmware_boot(void);

/**
 * Turns the MMU off, copies a new firmware to where it is linked, wipes all else that the running one
 * used but for the hand-over, and enters it.
 *
 * @param body        of the image, not where it is copied to
 * @param bytes       its size, a multiple of 4
 * @param entry       address of its first instruction
 * @param trampoline  a copy of firmware_trampoline, outside of what is overwritten
 */
_Noreturn void firmware_replace(const void *body, uint32_t bytes, uint32_t entry, void *trampoline);

/** Position-independent code that does the copying, and its end. */
extern const char firmware_trampoline[], firmware_trampoline_end[];

/** The firmware proper (firmware/main.c). */
_Noreturn void firmware_main(void);

#endif
