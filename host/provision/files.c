/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files: reading, and writing under a temporary name first.
 */
#include "host/provision/files.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/provision/temporary.h"

void provision_bytes_free(struct provision_bytes *bytes)
{
    if (bytes->data != NULL) {
        OPENSSL_cleanse(bytes->data, bytes->length);
        free(bytes->data);
    }
    bytes->data = NULL;
    bytes->length = 0;
}

bool provision_path_join(const char *directory, const char *name, struct provision_path *path,
                         struct provision_error *error)
{
    char *const text = path->text;
    const int length = snprintf(text, sizeof path->text, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path->text) {
        return provision_fail(error, "the path of %s is too long", name);
    }
    return true;
}

bool provision_file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static bool check_file(int file, const char *path, size_t maximum, bool secret, size_t *length,
                       struct provision_error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return provision_fail_errno(error, "cannot look at %s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return provision_fail(error, "%s is not a regular file", path);
    }
    if (secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return provision_fail(error,
                              "%s holds a secret, and other users may open it (mode %04o): run "
                              "`chmod 600` on it if nobody has read it, or make a new one",
                              path, (unsigned int)status.st_mode & 07777u);
    }
    if ((uintmax_t)status.st_size > maximum) {
        return provision_fail(error, "%s is too long: %jd bytes, at most %zu are possible", path,
                              (intmax_t)status.st_size, maximum);
    }
    *length = (size_t)status.st_size;
    return true;
}

static bool read_bytes(int file, const char *path, struct provision_bytes *bytes,
                       struct provision_error *error)
{
    for (size_t done = 0; done < bytes->length;) {
        const ssize_t count = read(file, bytes->data + done, bytes->length - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return provision_fail_errno(error, "cannot read %s", path);
        }
        if (count == 0) {
            return provision_fail(error, "%s became shorter while it was read", path);
        }
        done += (size_t)count;
    }
    return true;
}

bool provision_file_read(const char *path, size_t maximum, bool secret,
                         struct provision_bytes *bytes, struct provision_error *error)
{
    *bytes = (struct provision_bytes){0};
    /* A FIFO would otherwise block until someone opens its other end. */
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return provision_fail_errno(error, "cannot open %s", path);
    }
    size_t length = 0;
    bool ok = check_file(file, path, maximum, secret, &length, error);
    if (ok) {
        bytes->data = malloc(length + 1);
        bytes->length = length;
        ok = bytes->data != NULL ? read_bytes(file, path, bytes, error)
                                 : provision_fail(error, "no memory to read %s", path);
    }
    if (!ok) {
        provision_bytes_free(bytes);
    }
    (void)close(file); /* Only read from: nothing can be lost. */
    return ok;
}

static bool write_extent(int file, const struct provision_extent *extent)
{
    for (size_t done = 0; done < extent->length;) {
        const ssize_t count = pwrite(file, extent->data + done, extent->length - done,
                                     (off_t)(extent->offset + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

static bool fill_file(int file, const struct provision_extent *extents, size_t count,
                      uint64_t bytes)
{
    if (ftruncate(file, (off_t)bytes) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!write_extent(file, &extents[i])) {
            return false;
        }
    }
    return fsync(file) == 0;
}

/* The new name is on the disk only when the directory is. */
static bool sync_directory_of(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t length = slash != NULL ? (size_t)(slash - path) : 0;
    if (slash == NULL) {
        (void)snprintf(directory, sizeof directory, ".");
    } else if (length == 0) {
        (void)snprintf(directory, sizeof directory, "/");
    } else {
        (void)snprintf(directory, sizeof directory, "%.*s", (int)length, path);
    }
    const int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    /* Some file systems cannot sync a directory, and say so with EINVAL. */
    const bool ok = fsync(file) == 0 || errno == EINVAL;
    (void)close(file);
    return ok;
}

bool provision_file_write(const char *path, const struct provision_extent *extents, size_t count,
                          uint64_t bytes, mode_t mode, struct provision_error *error)
{
    char temporary[PATH_MAX];
    const int file = temporary_create(path, mode, temporary);
    if (file < 0) {
        return errno == ENAMETOOLONG ? provision_fail(error, "the path %s is too long", path)
                                     : provision_fail_errno(error, "cannot create %s", path);
    }
    bool ok = fill_file(file, extents, count, bytes) ||
              provision_fail_errno(error, "cannot write %s", temporary);
    if (close(file) != 0 && ok) {
        ok = provision_fail_errno(error, "cannot write %s", temporary);
    }
    if (ok && rename(temporary, path) != 0) {
        ok = provision_fail_errno(error, "cannot rename %s to %s", temporary, path);
    }
    if (!ok) {
        (void)unlink(temporary);
        return false;
    }
    return sync_directory_of(path) || provision_fail_errno(error, "cannot sync %s", path);
}
