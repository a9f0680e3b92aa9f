/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that a tool is told to write (output_file.h).
 */
#include "host/lib/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/psp_header.h"
#include "host/lib/board_path.h"
#include "host/lib/snapshot.h"

const struct output_kind output_flash_bank = {"a flash bank", IMAGE_FLASH_OFFSET, IMAGE_MAGIC, 8};
const struct output_kind output_image = {"a firmware image", 0, IMAGE_MAGIC, 8};
const struct output_kind output_sbin = {"a firmware file", offsetof(struct psp_header, magic),
                                        PSP_MAGIC, 4};
const struct output_kind output_snapshot = {"a snapshot", 0, SNAPSHOT_MAGIC, 8};
const struct output_kind output_xml = {"XML", 0, 0x6576206C6D783F3CULL, 8};     /* "<?xml ve" */
const struct output_kind output_page = {"a page", 0, 0x505954434F44213CULL, 8}; /* "<!DOCTYP" */
const struct output_kind output_trace = {"a trace", 0, 0x3A227375227BULL, 6};   /* "{\"us\":" */

/* What only a chip's directory has. */
static const char *const marks[] = {"fuses.bin", "nv.img"};

/* What a chip's directory has of its own: files, and directories with all that is in them. */
static const char *const own[] = {"fuses.bin", "nv.img", "flash.img", "chip.json", "vendor", "kds"};

static bool is_own(const char *name)
{
    const size_t length = strcspn(name, "/");
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strlen(own[i]) == length && memcmp(own[i], name, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_chip(const char *directory)
{
    char path[PATH_MAX];
    struct stat status;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (board_path(path, directory, marks[i]) && lstat(path, &status) == 0) {
            return true;
        }
    }
    return false;
}

/* PATH is absolute: each directory above may be a chip's. */
static bool is_below_chip(const char *path)
{
    char directory[PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        memcpy(directory, path, (size_t)(slash - path));
        directory[slash - path] = '\0';
        if (is_own(slash + 1) && is_chip(directory)) {
            return true;
        }
    }
    return false;
}

/* The name itself, in its directory without links: what a new file there replaces. */
static bool resolve_name(const char *path, char resolved[PATH_MAX])
{
    char text[PATH_MAX];
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const size_t length = slash != NULL ? (size_t)(base - path) : 1;
    if (length >= sizeof text) {
        return false;
    }
    memcpy(text, slash != NULL ? path : ".", length);
    text[length] = '\0';
    return realpath(text, directory) != NULL && board_path(resolved, directory, base);
}

bool output_is_of_chip(const char *path)
{
    char resolved[PATH_MAX];
    return (resolve_name(path, resolved) && is_below_chip(resolved)) ||
           (realpath(path, resolved) != NULL && is_below_chip(resolved));
}

static bool has_magic(int descriptor, const struct output_kind *kind)
{
    uint8_t bytes[sizeof kind->magic] = {0};
    uint64_t magic = 0;
    const bool whole = pread(descriptor, bytes, kind->magic_bytes, (off_t)kind->offset) ==
                       (ssize_t)kind->magic_bytes;
    for (size_t i = 0; i < kind->magic_bytes; i++) {
        magic |= (uint64_t)bytes[i] << (8 * i);
    }
    return whole && magic == kind->magic;
}

const char *output_refusal(const char *path, const struct output_kind *kind)
{
    struct stat status;
    if (output_is_of_chip(path)) {
        return "is one of a chip's own files, and stays";
    }
    if (lstat(path, &status) != 0) {
        /* Whatever else keeps it from being made is told by who tries. */
        return NULL;
    }
    /* A FIFO would otherwise block until someone opens its other end. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return errno == ENOENT ? "is a link to nothing, and stays"
                               : "is there already, cannot be looked at, and stays";
    }
    const bool regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const bool same = regular && (status.st_size == 0 || has_magic(descriptor, kind));
    (void)close(descriptor);
    if (!regular) {
        return "is there already, is not a regular file, and stays";
    }
    return same ? NULL : "is there already, is a file of another kind, and stays";
}

const char *output_text_refusal(const char *path, const struct output_kind *kind)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) ? NULL : output_refusal(path, kind);
}
