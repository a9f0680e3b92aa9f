/*
 * The firmware's first C functions.
 */
#ifndef BOOT_FIRMWARE_BOOT_H
#define BOOT_FIRMWARE_BOOT_H

/** Turns the MMU on. Called by start.S. */
void firmware_map(void);

/** Gives the stack guard a random value and goes to firmware_main(). */
_Noreturn void firmware_boot(void);

/** The firmware proper (firmware/main.c). */
_Noreturn void firmware_main(void);

#endif
