/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in place of the Linux board's devices, as QEMU's command line names them for the board.
 */
#include "hal/hosted/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/fabric.h"
#include "abi/image.h"
#include "abi/mailbox.h"
#include "hal/hosted/devices.h"
#include "hal/hosted/doorbell_socket.h"
#include "hal/hosted/fuses.h"
#include "hal/hosted/memory.h"

/** Holds the lock on the image of the flash bank; -1 = no image is attached. */
static int nv_descriptor = -1;

struct failure {
    char *text;
    size_t bytes;
};

/** Describes the failure; returns false, so that the caller can return what this returns. */
static bool fail(const struct failure *failure, const char *path, const char *reason)
{
    (void)snprintf(failure->text, failure->bytes, "%s: %s", path, reason);
    return false;
}

/**
 * Opens a file to share.
 *
 * @param[in,out] bytes  in: size to give to an empty file; out: the file's size
 * @param[out] is_new    whether the file was empty or did not exist; NULL = it must exist
 * @return the descriptor; -1, with errno, if that fails
 */
static int open_sized(const char *path, uint64_t *bytes, bool *is_new)
{
    struct stat status;
    const int descriptor = open(path, O_RDWR | O_CLOEXEC | (is_new != NULL ? O_CREAT : 0), 0600);
    bool good = descriptor >= 0 && fstat(descriptor, &status) == 0;

    if (good && is_new != NULL) {
        *is_new = status.st_size == 0;
        good = !*is_new ||
               (ftruncate(descriptor, (off_t)*bytes) == 0 && fstat(descriptor, &status) == 0);
    }
    if (good) {
        *bytes = (uint64_t)status.st_size;
        return descriptor;
    }
    if (descriptor >= 0) {
        const int reason = errno;
        (void)close(descriptor);
        errno = reason;
    }
    return -1;
}

static bool attach_shared(enum hosted_memory which, const char *path, uint64_t bytes,
                          const struct failure *failure)
{
    uint64_t size = bytes;
    bool is_new;
    const int descriptor = open_sized(path, &size, &is_new);
    bool mapped;

    if (descriptor < 0) {
        return fail(failure, path, strerror(errno));
    }
    if (size < bytes) {
        (void)close(descriptor);
        return fail(failure, path, "has fewer than 2 MiB");
    }
    mapped = hosted_memory_map(which, bytes, descriptor);
    (void)close(descriptor);
    return mapped || fail(failure, path, strerror(errno));
}

static bool attach_dram(const char *path, const struct failure *failure)
{
    uint64_t size = 0;
    const int descriptor = open_sized(path, &size, NULL);
    bool mapped;

    if (descriptor < 0) {
        return fail(failure, path, strerror(errno));
    }
    if (size == 0 || size % 4096 != 0) {
        (void)close(descriptor);
        return fail(failure, path, "its size is no multiple of 4096 bytes");
    }
    mapped = hosted_memory_map(HOSTED_DRAM, size, descriptor);
    (void)close(descriptor);
    return mapped || fail(failure, path, strerror(errno));
}

void hosted_nv_release(void)
{
    if (nv_descriptor >= 0) {
        (void)close(nv_descriptor);
        nv_descriptor = -1;
    }
}

static bool attach_nv(const char *path, const struct failure *failure)
{
    uint64_t size = IMAGE_FLASH_BYTES;
    /* QEMU locks single bytes of its images in the same way: each keeps the other out. */
    struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool is_new;
    const int descriptor = open_sized(path, &size, &is_new);

    if (descriptor < 0) {
        return fail(failure, path, strerror(errno));
    }
    if (fcntl(descriptor, F_OFD_SETLK, &whole_file) != 0) {
        (void)close(descriptor);
        return fail(failure, path, "another board uses it");
    }
    if (size < HOSTED_FLASH_BYTES ||
        !hosted_memory_map(HOSTED_FLASH, HOSTED_FLASH_BYTES, descriptor)) {
        (void)close(descriptor);
        return fail(failure, path, "cannot be mapped, or has fewer than 2 MiB");
    }
    hosted_nv_release();
    nv_descriptor = descriptor;
    if (is_new) {
        memset(hosted_flash(), 0xFF, HOSTED_FLASH_BYTES);
    }
    return true;
}

static bool attach_fuses(const char *path, const struct failure *failure)
{
    struct fuses fuses;
    char more;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool good;

    if (descriptor < 0) {
        return fail(failure, path, strerror(errno));
    }
    good = read(descriptor, &fuses, sizeof(fuses)) == (ssize_t)sizeof(fuses) &&
           read(descriptor, &more, 1) == 0 && fuses.magic == FUSES_MAGIC;
    (void)close(descriptor);
    if (!good) {
        return fail(failure, path, "these are not fuses");
    }
    *hosted_fuses() = fuses;
    explicit_bzero(&fuses, sizeof(fuses));
    return true;
}

static bool attach_log(const char *path, bool goes_on, const struct failure *failure)
{
    const int descriptor =
        open(path, O_WRONLY | O_CREAT | (goes_on ? 0 : O_TRUNC) | O_APPEND | O_CLOEXEC, 0600);

    if (descriptor < 0) {
        return fail(failure, path, strerror(errno));
    }
    hosted_log_to(descriptor);
    return true;
}

bool hosted_attach_files(const struct hosted_files *files, char *error, size_t error_bytes)
{
    const struct failure failure = {.text = error, .bytes = error_bytes};

    /* The lock comes first: a board that must not start changes no file of the one that runs. */
    return (files->nv == NULL || attach_nv(files->nv, &failure)) &&
           (files->log == NULL || attach_log(files->log, files->log_goes_on, &failure)) &&
           (files->fuses == NULL || attach_fuses(files->fuses, &failure)) &&
           (files->mailbox == NULL ||
            attach_shared(HOSTED_MAILBOX, files->mailbox, MAILBOX_FILE_BYTES, &failure)) &&
           (files->fabric == NULL ||
            attach_shared(HOSTED_FABRIC, files->fabric, FABRIC_FILE_BYTES, &failure)) &&
           (files->dram == NULL || attach_dram(files->dram, &failure)) &&
           (files->doorbell == NULL || hosted_socket_listen(files->doorbell) ||
            fail(&failure, files->doorbell, strerror(errno)));
}
