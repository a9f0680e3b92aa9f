/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each command needs to succeed (requests.h).
 */
#ifndef TESTS_CONFORMANCE_SUBJECTS_H
#define TESTS_CONFORMANCE_SUBJECTS_H

#include <stdbool.h>
#include <stdint.h>

struct subject {
    uint32_t id;
    bool repeatable; /**< As in struct request. */
    bool anchored;   /**< As in struct request. */
    bool board_only; /**< A Linux process answers UNSUPPORTED instead of SUCCESS. */
    /** Brings the platform into the right state and fills in the parameters, which are zero. */
    void (*prepare)(void *parameters);
};

/* The subjects of one file each; the last has no PREPARE. */
extern const struct subject platform_subjects[];
extern const struct subject guest_subjects[];
extern const struct subject migration_subjects[];

/** @return the subject of a command, or NULL */
const struct subject *subject_find(uint32_t id);

#endif
