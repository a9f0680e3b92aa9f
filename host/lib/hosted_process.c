/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells virtasp-sp from QEMU.
 */
#include "host/lib/hosted_process.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARGUMENTS_BYTES 4096

/* By an option that no other program of a board has. */
bool board_is_hosted(pid_t pid)
{
    static const char option[] = "--fuses";
    char path[64];
    char arguments[ARGUMENTS_BYTES];
    (void)snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
    int descriptor = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) {
        return false;
    }
    const ssize_t length = read(descriptor, arguments, sizeof arguments);
    (void)close(descriptor);
    return length > 0 && memmem(arguments, (size_t)length, option, sizeof option) != NULL;
}
