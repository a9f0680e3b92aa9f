/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a system call of the program names: a device, something of configfs-tsm, or another file. Names
 * are taken as they are written; symbolic links that lead to a device are not followed.
 */
#ifndef HOST_EXEC_PATH_H
#define HOST_EXEC_PATH_H

#include "host/exec/device.h"
#include "host/exec/memory.h"

#define EXEC_TSM_PATH "/sys/kernel/config/tsm"

enum exec_path_kind {
    EXEC_PATH_OTHER,      /**< The kernel's to serve. */
    EXEC_PATH_DEVICE,     /**< DEVICE by its name. */
    EXEC_PATH_DESCRIPTOR, /**< DEVICE by an open descriptor (AT_EMPTY_PATH, fstat). */
    EXEC_PATH_TSM,        /**< TEXT below configfs-tsm, without a slash before it. */
};

struct exec_path {
    enum exec_path_kind kind;
    enum exec_device device;
    char text[PATH_MAX];
};

/** Where names are looked up. */
struct exec_places {
    const struct exec_devices *devices;
    const char *tsm; /**< Directory that stands for configfs-tsm, without links; NULL = none. */
};

/**
 * Resolves a name.
 *
 * @param directory  descriptor of the caller from which it starts, or AT_FDCWD
 * @param address    of the name, in the caller's memory; 0 = DIRECTORY itself
 * @param[out] path  what it is
 */
void exec_path_resolve(const struct exec_places *places, const struct exec_call *call,
                       int directory, uint64_t address, struct exec_path *path);

#endif
