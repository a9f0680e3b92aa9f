/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the files of a chip.
 */
#include "host/lib/board_path.h"

#include <errno.h>
#include <stdio.h>

bool board_path(char path[PATH_MAX], const char *directory, const char *name)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    if (length <= 0 || length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}
