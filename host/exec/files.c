/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls of the program that name a file or look at one (files.h).
 */
#include "host/exec/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NONE (-1)

/* Which argument is what. */
struct shape {
    int number;
    enum exec_wish wish;
    signed char directory; /* NONE: AT_FDCWD */
    signed char name;      /* NONE: the directory itself */
    signed char flags;
    signed char mode;
    signed char result;
};

static const struct shape shapes[] = {
#ifdef SYS_open
    {SYS_open, EXEC_WISH_OPEN, NONE, 0, 1, 2, NONE},
    {SYS_stat, EXEC_WISH_STATUS, NONE, 0, NONE, NONE, 1},
    {SYS_lstat, EXEC_WISH_STATUS, NONE, 0, NONE, NONE, 1},
    {SYS_access, EXEC_WISH_ACCESS, NONE, 0, NONE, 1, NONE},
    {SYS_mkdir, EXEC_WISH_MAKE_DIRECTORY, NONE, 0, NONE, 1, NONE},
    {SYS_rmdir, EXEC_WISH_REMOVE, NONE, 0, NONE, NONE, NONE},
    {SYS_unlink, EXEC_WISH_REMOVE, NONE, 0, NONE, NONE, NONE},
    {SYS_readlink, EXEC_WISH_READ_LINK, NONE, 0, NONE, NONE, NONE},
#endif
    {SYS_openat, EXEC_WISH_OPEN, 0, 1, 2, 3, NONE},
    {SYS_openat2, EXEC_WISH_OPEN, 0, 1, NONE, NONE, NONE},
    {SYS_newfstatat, EXEC_WISH_STATUS, 0, 1, 3, NONE, 2},
    {SYS_statx, EXEC_WISH_STATUS, 0, 1, 2, NONE, 4},
    {SYS_fstat, EXEC_WISH_STATUS, 0, NONE, NONE, NONE, 1},
    {SYS_faccessat, EXEC_WISH_ACCESS, 0, 1, NONE, 2, NONE},
    {SYS_faccessat2, EXEC_WISH_ACCESS, 0, 1, 3, 2, NONE},
    {SYS_mkdirat, EXEC_WISH_MAKE_DIRECTORY, 0, 1, NONE, 2, NONE},
    {SYS_unlinkat, EXEC_WISH_REMOVE, 0, 1, 2, NONE, NONE},
    {SYS_readlinkat, EXEC_WISH_READ_LINK, 0, 1, NONE, NONE, NONE},
    {SYS_getxattr, EXEC_WISH_GET_ATTRIBUTE, NONE, 0, NONE, NONE, NONE},
    {SYS_lgetxattr, EXEC_WISH_GET_ATTRIBUTE, NONE, 0, NONE, NONE, NONE},
    {SYS_listxattr, EXEC_WISH_LIST_ATTRIBUTES, NONE, 0, NONE, NONE, NONE},
    {SYS_llistxattr, EXEC_WISH_LIST_ATTRIBUTES, NONE, 0, NONE, NONE, NONE},
};

static uint64_t argument(const struct exec_call *call, signed char index)
{
    return index != NONE ? call->arguments[index] : 0;
}

/* The flags of openat2 are in memory. @return false when the kernel shall judge them */
static bool read_how(const struct exec_call *call, uint64_t *flags)
{
    struct open_how how;
    if (call->arguments[3] < sizeof how ||
        exec_memory_read(call, call->arguments[2], &how, sizeof how) != 0 ||
        (how.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) != 0) {
        return false;
    }
    *flags = how.flags;
    return true;
}

/* Whether the call may name an open file by its descriptor alone; an empty name is an error otherwise. */
static bool takes_descriptor(const struct shape *shape, uint64_t flags)
{
    return shape->name == NONE ||
           ((shape->wish == EXEC_WISH_STATUS || shape->wish == EXEC_WISH_ACCESS) &&
            (flags & AT_EMPTY_PATH) != 0);
}

bool exec_files_parse(const struct exec_places *places, const struct exec_call *call,
                      struct exec_file_call *file)
{
    size_t i = 0;
    while (i < sizeof shapes / sizeof shapes[0] && shapes[i].number != call->number) {
        i++;
    }
    if (i == sizeof shapes / sizeof shapes[0]) {
        return false;
    }
    const struct shape *shape = &shapes[i];
    const int directory =
        shape->directory != NONE ? (int)call->arguments[(int)shape->directory] : AT_FDCWD;
    file->wish = shape->wish;
    file->flags = argument(call, shape->flags);
    file->mode = argument(call, shape->mode);
    file->result = argument(call, shape->result);
    file->extended = call->number == SYS_statx;
#ifdef SYS_rmdir
    file->flags |= call->number == SYS_rmdir ? AT_REMOVEDIR : 0;
#endif
    exec_path_resolve(places, call, directory, argument(call, shape->name), &file->path);
    if (file->path.kind == EXEC_PATH_DESCRIPTOR && !takes_descriptor(shape, file->flags)) {
        return false;
    }
    return file->path.kind != EXEC_PATH_OTHER &&
           (call->number != SYS_openat2 || read_how(call, &file->flags));
}

static int write_extended(const struct exec_call *call, uint64_t address, const struct stat *status)
{
    const struct statx extended = {
        .stx_mask = STATX_BASIC_STATS,
        .stx_blksize = (uint32_t)status->st_blksize,
        .stx_nlink = (uint32_t)status->st_nlink,
        .stx_uid = status->st_uid,
        .stx_gid = status->st_gid,
        .stx_mode = (uint16_t)status->st_mode,
        .stx_ino = status->st_ino,
        .stx_size = (uint64_t)status->st_size,
        .stx_blocks = (uint64_t)status->st_blocks,
        .stx_atime = {.tv_sec = status->st_atime},
        .stx_mtime = {.tv_sec = status->st_mtime},
        .stx_ctime = {.tv_sec = status->st_ctime},
        .stx_rdev_major = major(status->st_rdev),
        .stx_rdev_minor = minor(status->st_rdev),
        .stx_dev_major = major(status->st_dev),
        .stx_dev_minor = minor(status->st_dev),
    };
    return exec_memory_write(call, address, &extended, sizeof extended);
}

int exec_files_write_status(const struct exec_call *call, const struct exec_file_call *file,
                            const struct stat *status)
{
    return file->extended ? write_extended(call, file->result, status)
                          : exec_memory_write(call, file->result, status, sizeof *status);
}

int exec_files_common(enum exec_wish wish)
{
    return wish == EXEC_WISH_READ_LINK ? -EINVAL : wish == EXEC_WISH_GET_ATTRIBUTE ? -ENODATA : 0;
}

static int look_at_device(const struct exec_call *call, const struct exec_file_call *file)
{
    struct stat status;
    exec_device_status(file->path.device, call, &status);
    return exec_files_write_status(call, file, &status);
}

void exec_files_serve_device(const struct exec_devices *devices, const struct exec_call *call,
                             const struct exec_file_call *file)
{
    int result = -EACCES; /* nobody removes a device */
    switch (file->wish) {
    case EXEC_WISH_OPEN:
        exec_device_open(devices, file->path.device, call, file->flags);
        return;
    case EXEC_WISH_STATUS:
        result = look_at_device(call, file);
        break;
    case EXEC_WISH_ACCESS:
        result = (file->mode & X_OK) != 0 ? -EACCES : 0;
        break;
    case EXEC_WISH_MAKE_DIRECTORY:
        result = -EEXIST;
        break;
    case EXEC_WISH_REMOVE:
        result = (file->flags & AT_REMOVEDIR) != 0 ? -ENOTDIR : -EACCES;
        break;
    case EXEC_WISH_READ_LINK:
    case EXEC_WISH_GET_ATTRIBUTE:
    case EXEC_WISH_LIST_ATTRIBUTES:
        result = exec_files_common(file->wish);
        break;
    }
    exec_call_answer(call, result);
}
