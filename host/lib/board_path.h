/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the files of a chip. Its directory holds fuses.bin, flash.img and nv.img; the
 * subdirectory run/ holds, or links to, what a running board shares.
 */
#ifndef HOST_LIB_BOARD_PATH_H
#define HOST_LIB_BOARD_PATH_H

#include <limits.h>
#include <stdbool.h>

/**
 * Name of a file of a chip.
 *
 * @param[out] path  DIRECTORY/NAME
 * @return false when it is too long, with errno set to ENAMETOOLONG
 */
bool board_path(char path[PATH_MAX], const char *directory, const char *name)
    __attribute__((warn_unused_result));

#endif
