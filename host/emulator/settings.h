/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of virtasp-emulator says, and the parts of the program that go by it.
 */
#ifndef HOST_EMULATOR_SETTINGS_H
#define HOST_EMULATOR_SETTINGS_H

#include "host/emulator/report/vm_report.h"

struct settings {
    struct board_options board;
    const char *guest;
    const char *rom, *firmware;
    const char *trace;
    const char *page; /**< Where the report goes. */
    struct vm_report *report;
    const char *policy, *vcpus, *memory, *c_bit; /**< Numbers; NULL: not given. */
    uint32_t seconds;
    bool plain, es, snp, quiet, tsme, full;
    bool program; /**< The image is one of the host. */
};

/** What the guest has, by options, and by its header where there is none. */
struct settings_numbers {
    uint64_t policy; /**< VM_ANY_POLICY: not given. */
    uint32_t vcpus, memory_mib, c_bit;
    uint32_t flags; /**< GUEST_SEV, GUEST_ES, GUEST_SNP: how it is protected. */
};

/** Reads the options that are numbers. @return false when one, or the header's, is not in its range */
bool settings_numbers(const struct settings *settings, const struct guest_header *header,
                      struct settings_numbers *numbers, struct provision_error *error)
    __attribute__((warn_unused_result));

/** A part of the run begins. */
void main_heading(const struct settings *settings, const char *title);

/** Launches a guest and runs it to its end. @return false after a message */
bool main_run_guest(struct emulator *emulator, const struct vm_options *options,
                    const struct settings *settings) __attribute__((warn_unused_result));

#endif
