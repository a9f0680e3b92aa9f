/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warns of files that are open to others (file_modes.h).
 */
#include "host/lib/file_modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "host/lib/board_path.h"

#define OTHERS_READ (S_IRGRP | S_IROTH)
#define OTHERS_WRITE (S_IWGRP | S_IWOTH)

static const struct {
    const char *name;
    mode_t secret; /* what others should not have */
    const char *content;
} files[] = {
    {"run/mailbox", OTHERS_READ | OTHERS_WRITE, "commands are given there"},
    {"run/fabric", OTHERS_READ | OTHERS_WRITE, "the memory keys are written there"},
    {"run/dram", OTHERS_READ | OTHERS_WRITE, "it is the x86 memory"},
    {"fuses.bin", OTHERS_READ | OTHERS_WRITE, "the chip's secret is there"},
    {"nv.img", OTHERS_READ | OTHERS_WRITE, "the chip's identity is there, sealed"},
    {"flash.img", OTHERS_WRITE, "the boot ROM is there"},
};

static const char *deeds(mode_t mode)
{
    if ((mode & OTHERS_WRITE) == 0) {
        return "read";
    }
    return (mode & OTHERS_READ) == 0 ? "write" : "read and write";
}

void file_modes_warn(const char *directory, file_modes_say *say, void *context)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char name[PATH_MAX];
        char path[PATH_MAX];
        char text[FILE_MODES_TEXT_BYTES];
        struct stat status;
        if (!board_path(name, directory, files[i].name) || realpath(name, path) == NULL ||
            stat(path, &status) != 0) {
            continue;
        }
        const mode_t open = status.st_mode & files[i].secret;
        if (open != 0) {
            (void)snprintf(text, sizeof text, "%s has mode %04o: others may %s it, and %s", path,
                           (unsigned)status.st_mode & 07777u, deeds(open), files[i].content);
            say(context, text);
        }
    }
}
