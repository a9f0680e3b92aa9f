/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "A failing command changes nothing": all that x86 software, the memory controller and the next boot
 * can see of the firmware's work, and what it knows of platform and guest, remembered before a command
 * and compared after it.
 */
#ifndef TESTS_UNIT_FIRMWARE_SIGHT_H
#define TESTS_UNIT_FIRMWARE_SIGHT_H

#include <stdint.h>

/**
 * Remembers flash, fabric, the TMR, an RMP at SNP_RMP_BASE, the first 64 KiB of each MiB of DRAM,
 * up to 64 MiB; the
 * platforms' states, settings, identity and floor; the number of guests and one of them.
 *
 * @param handle  of the guest; 0 = none
 */
void sight_take(uint32_t handle);

/** Fails the test when anything differs. @param name, what  which command, and what was wrong with it */
void sight_check(const char *name, const char *what);

#endif
