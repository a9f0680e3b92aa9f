/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a board shall be started.
 */
#ifndef HOST_LIB_BOARD_OPTIONS_H
#define HOST_LIB_BOARD_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/lib/fabric.h"

#define BOARD_DEFAULT_MEMORY_MIB 256u
#define BOARD_READY_TIMEOUT_MS 60000

struct board_options {
    const char *directory; /**< The chip's. */
    uint32_t memory_mib;   /**< x86 DRAM, even; 0 = as DRAM has, else BOARD_DEFAULT_MEMORY_MIB. */
    const char *mailbox;   /**< Files and socket to use instead of those in run/, or NULL; */
    const char *fabric;    /**< see board_places_find(). A fabric keeps its configuration, */
    const char *dram;      /**< DRAM all of its content. */
    const char *doorbell;
    int listener;       /**< Socket that listens already, to be the doorbell; 0 = none. */
    const char *flash;  /**< Flash bank 0, or NULL for the chip's flash.img. */
    const char *qemu;   /**< Program; NULL = $QEMU, else qemu-system-arm. */
    const char *cpu;    /**< CPU model of the board. */
    const char *hosted; /**< Program to run instead of QEMU, or NULL. */
    const char
        *entropy_seed; /**< Of HOSTED: a number that all its entropy follows from; its keys can
                                   be foretold. For test vectors alone; NULL = the system's. */
    bool no_engine;    /**< Without the cipher engine: the firmware encrypts by itself. */
    bool icount;       /**< Deterministic time: one instruction per nanosecond; no engine. */
    bool daemon;       /**< Survives the caller; otherwise it ends with the calling thread. */
    int timeout_ms;    /**< Longest wait for the firmware to serve commands. */
    struct fabric_options fabric_options;
    const volatile sig_atomic_t *cancel; /**< Not 0: the start is given up. May be NULL. */
};

#endif
