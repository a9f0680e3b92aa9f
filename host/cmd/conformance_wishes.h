/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of `virtasp conformance` says, and whether it makes sense.
 */
#ifndef HOST_CMD_CONFORMANCE_WISHES_H
#define HOST_CMD_CONFORMANCE_WISHES_H

#include <stdbool.h>
#include <stdint.h>

#include "host/provision/error.h"

/** What the command line says; what is NULL is not passed on. */
struct conformance_wishes {
    const char *board;
    const char *mailbox;
    const char *dram;
    const char *doorbell;
    const char *fabric;
    const char *certificates;
    const char *images;
    const char *profile;
    const char *junit;
    const char *name;
    uint32_t numbers[3];
    bool numbers_given[3];
    bool destructive;
    bool quick;
    bool tap;
    bool list;
    bool json;
};

/** Sets the profile if there is none. @return false when the wishes are wrong usage */
bool conformance_wishes_check(struct conformance_wishes *wishes, struct provision_error *error)
    __attribute__((warn_unused_result));

/** @return whether the directories have what cases will look for in them */
bool conformance_directories_check(const struct conformance_wishes *wishes,
                                   struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
