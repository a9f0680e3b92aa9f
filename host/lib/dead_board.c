/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board that has ended leaves behind.
 */
#include "host/lib/dead_board.h"

#include <fcntl.h>
#include <unistd.h>

#include "host/lib/board_path.h"
#include "host/lib/fabric_keys.h"
#include "host/lib/run_lock.h"

void dead_board_forget_keys(const char *directory)
{
    char path[PATH_MAX];
    int fabric = board_path(path, directory, "run/fabric") ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fabric >= 0 && fabric_keys_are_there(fabric)) {
        /* Holding the lock: else a board that starts just now could lose its own keys. */
        const int lock = run_lock_holder(directory) == 0 ? run_lock_take(directory) : -1;
        if (lock >= 0) {
            (void)fabric_keys_wipe(fabric);
            (void)close(lock);
        }
    }
    if (fabric >= 0) {
        (void)close(fabric);
    }
}
