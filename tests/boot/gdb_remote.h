/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few requests of GDB's remote protocol that tests make to the emulator. Every function ends
 * the program with a message when the connection is lost or an answer is not understood.
 */
#ifndef TESTS_BOOT_GDB_REMOTE_H
#define TESTS_BOOT_GDB_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

/** Connects to the emulator's socket; the CPU is stopped then. */
void gdb_connect(const char *path);

/** Resets the board; the CPU is stopped at address 0 then. */
void gdb_reset(void);

/** Sets or removes a breakpoint on an Arm instruction of 4 bytes, or a Thumb one of @p length. */
void gdb_break(uint32_t address, unsigned int length, bool set);

uint32_t gdb_read_pc(void);
void gdb_write_pc(uint32_t address);

/** Executes one instruction, which must not have a breakpoint. */
void gdb_step(void);

/**
 * Lets the CPU run until a breakpoint.
 *
 * @param cpu_ms  after so many milliseconds of the processor's time, which do not depend on what else
 *                the machine does, or when all of the emulator sleeps, the CPU is stopped
 * @return false when it had to be stopped
 */
bool gdb_continue(int64_t cpu_ms);

/** Ends the emulator. */
void gdb_kill(void);

#endif
