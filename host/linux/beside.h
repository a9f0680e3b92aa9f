/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a snapshot of a Linux guest: FILE.machine is the state of QEMU; FILE.shared has a head
 * (sleep_head.h), the map of shared pages, and those pages. They are written in place, for their owner alone.
 */
#ifndef HOST_LINUX_BESIDE_H
#define HOST_LINUX_BESIDE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "host/lib/output_file.h"
#include "host/linux/travel.h"

struct beside {
    const char *suffix;
    struct output_kind kind;
};

#define BESIDE_NAME_BYTES (PATH_MAX + 16)

extern const struct beside beside_machine; /**< QEMU's own magic number, "QEVM". */
extern const struct beside beside_shared;

/** @param path  of the snapshot @param[out] name  of the file beside it */
void beside_name(char name[BESIDE_NAME_BYTES], const char *path, const struct beside *which);

/**
 * Looks at what a snapshot, and the files beside it, would replace. Changes nothing.
 *
 * @param path          of the snapshot
 * @param[out] outcome  says what is wrong
 * @return whether they may be written: only files of the same kind are replaced, and empty ones
 */
bool beside_may_write(const char *path, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** @return a file to be written, or NULL; OUTCOME says why */
FILE *beside_create(const char *path, const struct beside *which, struct travel_outcome *outcome);

/** @return a file to be read, or NULL with errno set */
FILE *beside_open(const char *path, const struct beside *which);

/** Copies all of a file. @return false with errno set */
bool beside_copy(FILE *to, int from) __attribute__((warn_unused_result));

/**
 * Closes a file that has been written.
 *
 * @param done  whether all went well; else errno says why not
 * @return whether all of it is written; OUTCOME says why not
 */
bool beside_close(FILE *file, bool done, const char *path, const struct beside *which,
                  struct travel_outcome *outcome) __attribute__((warn_unused_result));

#endif
