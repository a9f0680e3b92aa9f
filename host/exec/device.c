/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two devices, and the files that stand for them (device.h).
 */
#include "host/exec/device.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PROC_NAME_BYTES 64
#define INFO_BYTES 256
#define FLAGS "flags:"

/* Linux gives miscellaneous devices major number 10, and these a minor number that is free. */
#define MAJOR 10u
static const struct {
    const char *path;
    unsigned minor;
} names[EXEC_DEVICES] = {
    [EXEC_DEVICE_SEV] = {"/dev/sev", 124},
    [EXEC_DEVICE_SEV_GUEST] = {"/dev/sev-guest", 123},
};

const char *exec_device_path(enum exec_device device)
{
    return names[device].path;
}

bool exec_devices_make(struct exec_devices *devices, bool with_guest)
{
    bool made = true;
    for (unsigned i = 0; i < EXEC_DEVICES; i++) {
        struct stat status = {0};
        devices->of[i].file = -1;
        if (!made || (i == EXEC_DEVICE_SEV_GUEST && !with_guest)) {
            continue;
        }
        const int file = memfd_create(names[i].path, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        made = file >= 0 &&
               fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) ==
                   0 &&
               fstat(file, &status) == 0;
        devices->of[i].file = file;
        devices->of[i].device = status.st_dev;
        devices->of[i].inode = status.st_ino;
    }
    return made;
}

void exec_devices_close(struct exec_devices *devices)
{
    for (unsigned i = 0; i < EXEC_DEVICES; i++) {
        if (devices->of[i].file >= 0) {
            (void)close(devices->of[i].file);
        }
        devices->of[i].file = -1;
    }
}

enum exec_device exec_device_of(const struct exec_devices *devices, const struct exec_call *call,
                                int descriptor)
{
    char name[PROC_NAME_BYTES];
    struct stat status;
    unsigned i = 0;
    (void)snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)call->thread, descriptor);
    if (descriptor < 0 || stat(name, &status) != 0) {
        return EXEC_NO_DEVICE;
    }
    while (i < EXEC_DEVICES && (devices->of[i].file < 0 || devices->of[i].device != status.st_dev ||
                                devices->of[i].inode != status.st_ino)) {
        i++;
    }
    return (enum exec_device)i;
}

long exec_device_flags(const struct exec_call *call, int descriptor)
{
    char name[PROC_NAME_BYTES];
    char text[INFO_BYTES];
    (void)snprintf(name, sizeof name, "/proc/%ld/fdinfo/%d", (long)call->thread, descriptor);
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    const ssize_t length = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0) {
        (void)close(file);
    }
    if (length <= 0) {
        return -1;
    }
    text[length] = '\0';
    const char *flags = strstr(text, FLAGS);
    return flags != NULL ? strtol(flags + strlen(FLAGS), NULL, 8) : -1;
}

/* The device exists, and is no directory. */
static int refusal(uint64_t flags)
{
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        return -EEXIST;
    }
    return (flags & O_DIRECTORY) != 0 ? -ENOTDIR : 0;
}

void exec_device_open(const struct exec_devices *devices, enum exec_device device,
                      const struct exec_call *call, uint64_t flags)
{
    char name[PROC_NAME_BYTES];
    const int refused = refusal(flags);
    if (refused != 0) {
        exec_call_answer(call, refused);
        return;
    }
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", devices->of[device].file);
    /* Not O_PATH: the kernel passes no such descriptor on. One for reading must do. */
    const int kept = O_ACCMODE | O_NONBLOCK | O_APPEND;
    const int file = open(name, ((int)flags & kept) | O_CLOEXEC);
    if (file < 0) {
        exec_call_answer(call, -errno);
        return;
    }
    exec_call_give(call, file, (flags & O_CLOEXEC) != 0 ? O_CLOEXEC : 0);
    (void)close(file);
}

void exec_device_status(enum exec_device device, const struct exec_call *call, struct stat *status)
{
    char name[PROC_NAME_BYTES];
    struct stat owner;
    *status = (struct stat){.st_mode = S_IFCHR | S_IRUSR | S_IWUSR,
                            .st_nlink = 1,
                            .st_dev = makedev(0, 5),
                            .st_ino = names[device].minor,
                            .st_rdev = makedev(MAJOR, names[device].minor),
                            .st_blksize = 4096};
    (void)snprintf(name, sizeof name, "/proc/%ld", (long)call->thread);
    if (stat(name, &owner) == 0) {
        status->st_uid = owner.st_uid;
        status->st_gid = owner.st_gid;
    }
}
