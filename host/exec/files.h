/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls of the program that name a file or look at one.
 */
#ifndef HOST_EXEC_FILES_H
#define HOST_EXEC_FILES_H

#include <sys/stat.h>

#include "host/exec/path.h"

/** What is wanted of a file. */
enum exec_wish {
    EXEC_WISH_OPEN,
    EXEC_WISH_STATUS,
    EXEC_WISH_ACCESS,
    EXEC_WISH_MAKE_DIRECTORY,
    EXEC_WISH_REMOVE,
    EXEC_WISH_READ_LINK,
    EXEC_WISH_GET_ATTRIBUTE, /**< Of the extended ones, of which nothing here has any. */
    EXEC_WISH_LIST_ATTRIBUTES,
};

/** A system call, taken apart. */
struct exec_file_call {
    enum exec_wish wish;
    struct exec_path path;
    uint64_t flags;  /**< O_* of OPEN; AT_* of the others. */
    uint64_t mode;   /**< R_OK and so on of ACCESS. */
    uint64_t result; /**< Where STATUS is to be written. */
    bool extended;   /**< As a struct statx. */
};

/**
 * Takes a call apart.
 *
 * @param[out] file  what is wanted, and of what
 * @return false when it is none of these, or the kernel's to serve
 */
bool exec_files_parse(const struct exec_places *places, const struct exec_call *call,
                      struct exec_file_call *file) __attribute__((warn_unused_result));

/** Answers a call that names a device. */
void exec_files_serve_device(const struct exec_devices *devices, const struct exec_call *call,
                             const struct exec_file_call *file);

/** @return the answer to a wish for what no file here has: links and extended attributes */
int exec_files_common(enum exec_wish wish);

/** Writes a status to the program, as its call wants it. @return 0 or -EFAULT */
int exec_files_write_status(const struct exec_call *call, const struct exec_file_call *file,
                            const struct stat *status) __attribute__((warn_unused_result));

#endif
