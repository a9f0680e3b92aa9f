/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of guests (guest_names.h).
 */
#include "host/emulator/guest_names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/lib/installed.h"

#define SUFFIX ".bin"
#define NAMES_BYTES 256u

static int is_image(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > strlen(SUFFIX) && strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) == 0;
}

/* @param[out] names  ": " and all names, or nothing when there are none */
static void list(const char *directory, char names[NAMES_BYTES])
{
    struct dirent **entries = NULL;
    const int count = scandir(directory, &entries, is_image, alphasort);
    size_t length = 0;
    names[0] = '\0';
    for (int i = 0; i < count; i++) {
        const int name = (int)(strlen(entries[i]->d_name) - strlen(SUFFIX));
        if (length < NAMES_BYTES) {
            length += (size_t)snprintf(names + length, NAMES_BYTES - length, "%s%.*s",
                                       i == 0 ? ": " : ", ", name, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
}

bool guest_names_find(const char *guest, char path[PATH_MAX], struct provision_error *error)
{
    char directory[PATH_MAX];
    char names[NAMES_BYTES];
    const bool may_be_name = *guest != '\0' && strchr(guest, '/') == NULL;
    const bool has_guests = installed_find(INSTALLED_GUESTS, directory);
    if (may_be_name && has_guests &&
        snprintf(path, PATH_MAX, "%s/%s" SUFFIX, directory, guest) < PATH_MAX &&
        access(path, R_OK) == 0) {
        return true;
    }
    (void)snprintf(path, PATH_MAX, "%s", guest);
    if (!may_be_name || access(path, F_OK) == 0) {
        return true; /* What is wrong with a file, who reads it says. */
    }
    list(directory, names);
    return provision_fail(error, "%s is neither a guest nor a file; guests%s", guest,
                          names[0] != '\0' ? names : " there are none: `make guests` builds them");
}
