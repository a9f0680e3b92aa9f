/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of the host, outside of guests: its pages are encrypted with the host's key where its page
 * tables have the C-bit (SME), or all are (TSME).
 */
#ifndef HOST_EMULATOR_HOST_PROGRAM_H
#define HOST_EMULATOR_HOST_PROGRAM_H

#include "host/emulator/devices.h"
#include "host/emulator/vm_image.h"

struct host_program {
    struct emulator *emulator;
    struct vm_image image;
    struct vm_machine machine;
    struct nested nested; /**< Empty: no device reaches its memory. */
    struct devices devices;
    struct cpu cpu;
    uint64_t base; /**< System physical address of its memory. */
    const char *problem;
};

/**
 * Loads a flat image, and maps it, and nothing else, to addresses from 0 on.
 *
 * @param[out] program  end it with host_program_end() whatever the result
 * @param full          every page, and the page tables, have the C-bit
 * @return false after a message
 */
bool host_program_load(struct host_program *program, struct emulator *emulator, const char *path,
                       uint64_t memory_bytes, bool full) __attribute__((warn_unused_result));

/**
 * Runs it to its verdict.
 *
 * @param seconds  that it may take; 0: any number. The board's CANCEL ends it, too
 * @return whether it is good; PROBLEM says why it could not go on
 */
bool host_program_run(struct host_program *program, unsigned seconds)
    __attribute__((warn_unused_result));

/** Forgets it. */
void host_program_end(struct host_program *program);

#endif
