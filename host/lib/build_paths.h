/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs work with unless they are told otherwise: what `make` builds, or what is installed.
 */
#ifndef HOST_LIB_BUILD_PATHS_H
#define HOST_LIB_BUILD_PATHS_H

#include <limits.h>
#include <stdbool.h>

struct build_paths {
    char chip[PATH_MAX];        /**< BUILD/chip; need not be there. */
    char second_chip[PATH_MAX]; /**< BUILD/chip-b; likewise. */
    char rom[PATH_MAX];         /**< Boot ROM: as built, else as installed, if it is. */
    char firmware[PATH_MAX];    /**< Likewise: without it the chip must have its own already. */
};

/**
 * Finds them. BUILD is the variable of that name, else "build" where that has a board, else ".".
 *
 * @return false when a name is too long
 */
bool build_paths_find(struct build_paths *paths) __attribute__((warn_unused_result));

#endif
