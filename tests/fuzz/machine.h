/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine that the fuzzers play with: a small x86 memory with a hole, four cores, and a firmware
 * that has been INITialised before, so that INIT only loads its identity.
 *
 *   0x000000  1 MiB    parameters and buffers
 *   0x100000  1 MiB    the TMR, when there is one
 *   0x200000  512 KiB  more buffers
 *   4 GiB     512 KiB  memory above the hole
 */
#ifndef TESTS_FUZZ_MACHINE_H
#define TESTS_FUZZ_MACHINE_H

#include <stdint.h>

#define MACHINE_PARAMETERS 0x1000u
#define MACHINE_BUFFERS 0x10000u /**< First of 64 places, a page and a bit apart. */
#define MACHINE_TMR 0x100000u
#define MACHINE_NV 0x200000u
#define MACHINE_HIGH 0x100000000ull
#define MACHINE_HIGH_BYTES 0x80000u
#define MACHINE_LOW_BYTES 0x280000u
#define MACHINE_C_BIT (1ull << 51)
#define MACHINE_CORES 4u

/** Makes the machine new, with reproducible entropy. The first call boots, the others are quick. */
void machine_reset(void);

/** Restarts the firmware only: what is in flash and memory stays. */
void machine_restart(void);

/** Writes bytes to x86 memory; what lies outside is dropped. */
void machine_write(uint64_t paddr, const void *bytes, uint32_t length);

/** A core executes WBINVD. */
void machine_wbinvd(uint32_t core);

#endif
