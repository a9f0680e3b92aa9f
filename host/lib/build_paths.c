/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of what was built (build_paths.h).
 */
#include "host/lib/build_paths.h"

#include <stdlib.h>
#include <unistd.h>

#include "host/lib/board_path.h"
#include "host/lib/installed.h"

bool build_paths_find(struct build_paths *paths)
{
    const char *build = getenv("BUILD");
    if (build == NULL || *build == '\0') {
        build = access("build/board", F_OK) == 0 ? "build" : ".";
    }
    if (!board_path(paths->chip, build, "chip") ||
        !board_path(paths->second_chip, build, "chip-b") ||
        !board_path(paths->rom, build, "board/rom.bin") ||
        !board_path(paths->firmware, build, "board/firmware.bin")) {
        return false;
    }
    if (access(paths->rom, R_OK) != 0 || access(paths->firmware, R_OK) != 0) {
        (void)!installed_find(INSTALLED_ROM, paths->rom);
        (void)!installed_find(INSTALLED_FIRMWARE, paths->firmware);
    }
    return true;
}
