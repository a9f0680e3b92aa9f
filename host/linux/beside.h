/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a snapshot of a Linux guest: FILE.machine is the state of QEMU; FILE.shared has a head
 * (sleep_head.h), the map of shared pages, and those pages. They are for their owner alone, and replace
 * others only when they are whole.
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

/** @return a file to be read, or NULL with errno set */
FILE *beside_open(const char *path, const struct beside *which);

/** Copies all of a file. @return false with errno set */
bool beside_copy(FILE *to, int from) __attribute__((warn_unused_result));

/** One that is being written, under a name of its own (host/provision/temporary.h). */
struct beside_file {
    const struct beside *which;
    FILE *file;                   /**< NULL: closed. */
    char path[BESIDE_NAME_BYTES]; /**< Where it shall be, */
    char temporary[PATH_MAX];     /**< and is until then; empty: it is there, or is nowhere. */
};

/**
 * Begins a file. What has its name keeps it until beside_keep().
 *
 * @param[out] beside  beside_discard() it in any case
 * @param path         of the snapshot
 * @return false with the OUTCOME
 */
bool beside_create(struct beside_file *beside, const char *path, const struct beside *which,
                   struct travel_outcome *outcome) __attribute__((warn_unused_result));

/**
 * Closes a file that has been written.
 *
 * @param done  whether all went well; else errno says why not
 * @return whether all of it is on the disk; OUTCOME says why not
 */
bool beside_close(struct beside_file *beside, bool done, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** Gives a closed file its name. @return false with the OUTCOME: what had the name has it still */
bool beside_keep(struct beside_file *beside, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** Nothing is left of a file that has not got its name. */
void beside_discard(struct beside_file *beside);

#endif
