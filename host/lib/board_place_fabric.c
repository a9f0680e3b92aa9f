/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fabric that a user gives to a board: what it describes must be what the board has.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/lib/board_places.h"
#include "host/lib/fabric_check.h"

#define MIB (1024ull * 1024)

/* What a fabric says of the machine. */
struct description {
    struct fabric_config configuration;
    struct fabric_core cores[FABRIC_CORES_MAX];
};

static bool read_at(int descriptor, void *bytes, size_t length, off_t offset)
{
    const ssize_t count = pread(descriptor, bytes, length, offset);
    errno = count >= 0 ? EIO : errno; /* it has been made shorter meanwhile */
    return count == (ssize_t)length;
}

static bool read_description(const char *path, struct description *description)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    const bool done =
        read_at(descriptor, &description->configuration, sizeof description->configuration, 0) &&
        read_at(descriptor, description->cores, sizeof description->cores, FABRIC_CORES_OFFSET);
    const int error = errno;
    (void)close(descriptor);
    errno = error;
    return done;
}

enum board_result board_place_check_fabric(struct board *board, const struct board_options *options,
                                           const struct board_places *places)
{
    static const struct fabric_config blank;
    struct description found;
    char problem[FABRIC_PROBLEM_BYTES];
    if (!read_description(places->fabric.path, &found)) {
        return board_fail(board, BOARD_FAILED, "%s: %s", options->fabric, strerror(errno));
    }
    if (found.configuration.magic != FABRIC_MAGIC) {
        return memcmp(&found.configuration, &blank, sizeof blank) == 0
                   ? BOARD_OK
                   : board_fail(board, BOARD_FAILED, "%s: holds something else than a fabric",
                                options->fabric);
    }
    if (fabric_check(&found.configuration, found.cores, places->memory_mib * MIB, problem)) {
        return BOARD_OK;
    }
    return board_fail(board, BOARD_FAILED,
                      "%s: describes a machine that cannot be, with %u MiB of memory (%s): %s",
                      options->fabric, places->memory_mib,
                      options->dram != NULL ? options->dram : "run/dram", problem);
}
