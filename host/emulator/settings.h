/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of virtasp-emulator says, and the parts of the program that go by it.
 */
#ifndef HOST_EMULATOR_SETTINGS_H
#define HOST_EMULATOR_SETTINGS_H

#include "host/emulator/report/report.h"

struct settings {
    struct board_options board;
    const char *guest;
    const char *rom, *firmware;
    const char *trace;
    const char *page; /**< Where the report goes. */
    struct report *report;
    const char *policy;
    uint32_t vcpus, memory_mib, c_bit, seconds;
    bool plain, es, snp, quiet, tsme, full;
    bool program; /**< The image is one of the host. */
};

/** A part of the run begins. */
void main_heading(const struct settings *settings, const char *title);

/** Launches a guest and runs it to its end. @return false after a message */
bool main_run_guest(struct emulator *emulator, const struct vm_options *options,
                    const struct settings *settings) __attribute__((warn_unused_result));

#endif
