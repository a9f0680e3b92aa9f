/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of guests that were built or installed with the emulator.
 */
#ifndef HOST_EMULATOR_GUEST_NAMES_H
#define HOST_EMULATOR_GUEST_NAMES_H

#include <limits.h>
#include <stdbool.h>

#include "host/provision/error.h"

/**
 * @param guest      such a name if there is one; else a file
 * @param[out] path  of its image
 * @return false when there is neither: the reason has the names that there are
 */
bool guest_names_find(const char *guest, char path[PATH_MAX], struct provision_error *error)
    __attribute__((warn_unused_result));

#endif
