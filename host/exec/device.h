/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two devices, and the files that stand for them in the program: empty ones without a name, which
 * nobody can write. Whatever descriptor leads to such a file (dup, fork, exec, SCM_RIGHTS) is the
 * device's.
 */
#ifndef HOST_EXEC_DEVICE_H
#define HOST_EXEC_DEVICE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "host/exec/call.h"

enum exec_device {
    EXEC_DEVICE_SEV,       /**< /dev/sev */
    EXEC_DEVICE_SEV_GUEST, /**< /dev/sev-guest */
    EXEC_DEVICES,
    EXEC_NO_DEVICE = EXEC_DEVICES,
};

struct exec_devices {
    struct {
        int file; /**< -1: the device does not exist. */
        dev_t device;
        ino_t inode;
    } of[EXEC_DEVICES];
};

/**
 * Makes the files.
 *
 * @param with_guest  whether there is a /dev/sev-guest
 * @return false with errno set
 */
bool exec_devices_make(struct exec_devices *devices, bool with_guest)
    __attribute__((warn_unused_result));

/** Closes them. */
void exec_devices_close(struct exec_devices *devices);

/** @return the device's name, "/dev/sev" */
const char *exec_device_path(enum exec_device device);

/** @return which device a descriptor of the caller is */
enum exec_device exec_device_of(const struct exec_devices *devices, const struct exec_call *call,
                                int descriptor);

/** @return how a descriptor of the caller was opened, O_*; -1 when that cannot be read */
long exec_device_flags(const struct exec_call *call, int descriptor);

/** Answers an open() of a device. @param flags  O_* */
void exec_device_open(const struct exec_devices *devices, enum exec_device device,
                      const struct exec_call *call, uint64_t flags);

/** What stat() says of a device: a character device of the caller's own, which it may use. */
void exec_device_status(enum exec_device device, const struct exec_call *call, struct stat *status);

#endif
