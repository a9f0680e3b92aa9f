/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a system call of the program names (path.h).
 */
#include "host/exec/path.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROC_NAME_BYTES 64

/* Appends a name to a path without ".", ".." and double slashes. @return false when it is too long */
static bool append(char path[PATH_MAX], const char *name)
{
    size_t length = strlen(path);
    while (*name != '\0') {
        const size_t part = strcspn(name, "/");
        if (part == 2 && memcmp(name, "..", 2) == 0) {
            const char *slash = strrchr(path, '/');
            length = slash != NULL ? (size_t)(slash - path) : 0;
            path[length] = '\0';
        } else if (part != 0 && !(part == 1 && name[0] == '.')) {
            if (length + part + 2 > PATH_MAX) {
                return false;
            }
            path[length++] = '/';
            memcpy(path + length, name, part);
            length += part;
            path[length] = '\0';
        }
        name += part + (name[part] == '/' ? 1 : 0);
    }
    return true;
}

/* Where a relative name starts. */
static bool find_start(const struct exec_call *call, int directory, char path[PATH_MAX])
{
    char name[PROC_NAME_BYTES];
    if (directory == AT_FDCWD) {
        (void)snprintf(name, sizeof name, "/proc/%ld/cwd", (long)call->thread);
    } else {
        (void)snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)call->thread, directory);
    }
    const ssize_t length = readlink(name, path, PATH_MAX - 1);
    if (length <= 0 || path[0] != '/') {
        return false;
    }
    path[length] = '\0';
    if (length == 1) {
        path[0] = '\0'; /* the root: names are appended with their slash */
    }
    return true;
}

/* @return what of PATH lies in DIRECTORY, without a slash before it; NULL when it lies elsewhere */
static const char *inside(const char *path, const char *directory)
{
    const size_t length = directory != NULL ? strlen(directory) : 0;
    if (length == 0 || strncmp(path, directory, length) != 0) {
        return NULL;
    }
    return path[length] == '/' ? path + length + 1 : path[length] == '\0' ? path + length : NULL;
}

static void classify(const struct exec_places *places, const char *whole, struct exec_path *path)
{
    for (unsigned i = 0; i < EXEC_DEVICES; i++) {
        if (places->devices->of[i].file >= 0 &&
            strcmp(whole, exec_device_path((enum exec_device)i)) == 0) {
            path->kind = EXEC_PATH_DEVICE;
            path->device = (enum exec_device)i;
            return;
        }
    }
    if (places->tsm == NULL) {
        return;
    }
    const char *rest = inside(whole, EXEC_TSM_PATH);
    if (rest == NULL) {
        rest = inside(whole, places->tsm);
    }
    if (rest != NULL) {
        path->kind = EXEC_PATH_TSM;
        (void)snprintf(path->text, sizeof path->text, "%s", rest);
    }
}

void exec_path_resolve(const struct exec_places *places, const struct exec_call *call,
                       int directory, uint64_t address, struct exec_path *path)
{
    char name[PATH_MAX] = "";
    char whole[PATH_MAX] = "";
    path->kind = EXEC_PATH_OTHER;
    path->device = EXEC_NO_DEVICE;
    path->text[0] = '\0';
    if (address != 0 && exec_memory_read_path(call, address, name) != 0) {
        return; /* the kernel finds that, too */
    }
    if (name[0] == '\0') {
        path->device = exec_device_of(places->devices, call, directory);
        path->kind = path->device != EXEC_NO_DEVICE ? EXEC_PATH_DESCRIPTOR : EXEC_PATH_OTHER;
        return;
    }
    if ((name[0] == '/' || find_start(call, directory, whole)) && append(whole, name)) {
        classify(places, whole, path);
    }
}
