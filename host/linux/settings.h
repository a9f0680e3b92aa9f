/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of `virtasp run --kernel` says.
 */
#ifndef HOST_LINUX_SETTINGS_H
#define HOST_LINUX_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/build_paths.h"
#include "host/linux/guest.h"
#include "host/provision/arguments.h"

struct settings {
    struct guest_options guest;
    const char *attack;
    const char *request;
    bool digest;
    const char *page; /**< Where the report goes. */
    bool ssh_given;
    uint32_t memory_mib;
    struct build_paths paths;
    char append[4096];
};

/** Sets what is not said. @param[out] settings  all zeros @return false when $BUILD is too long */
bool settings_begin(struct settings *settings) __attribute__((warn_unused_result));

/** Reads the command line. @return as provision_parse() */
bool settings_parse(struct settings *settings, int argc, char **argv,
                    enum provision_request *request, struct provision_error *error)
    __attribute__((warn_unused_result));

/**
 * Checks what a guest is to be, and completes it. Files are not looked at.
 *
 * @return false, with an ERROR, when that is wrong usage
 */
bool settings_check(struct settings *settings, struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
