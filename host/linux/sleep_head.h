/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of FILE.shared: for which machine it is, and with which FILE and FILE.machine it was written.
 * Memory of one moment and registers of another would be a guest that runs wild on its disk.
 */
#ifndef HOST_LINUX_SLEEP_HEAD_H
#define HOST_LINUX_SLEEP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/linux/shape.h"

#define SLEEP_TIE_BYTES 32u

struct sleep_head {
    uint64_t magic; /**< Of beside_shared. */
    char shape[SHAPE_BYTES];
    uint8_t tie[SLEEP_TIE_BYTES]; /**< SHA-256 of the session in FILE and of all of FILE.machine. */
};
_Static_assert(sizeof(struct sleep_head) == 8 + SHAPE_BYTES + SLEEP_TIE_BYTES, "no holes");

/**
 * Makes the head.
 *
 * @param session  of SEND_START: each snapshot has another one
 * @param machine  a file with QEMU's state, complete
 * @return false when it cannot be read
 */
bool sleep_head_make(struct sleep_head *head, const struct guest_options *options,
                     const struct sev_session *session, const char *machine)
    __attribute__((warn_unused_result));

/**
 * @param head          as read from a file: anything
 * @param session       of the snapshot
 * @param machine       the file with QEMU's state
 * @param[out] outcome  what is wrong
 * @return whether OPTIONS make such a machine, and the two other files are those of the head
 */
bool sleep_head_suits(const struct sleep_head *head, const struct guest_options *options,
                      const struct sev_session *session, const char *machine,
                      struct travel_outcome *outcome) __attribute__((warn_unused_result));

#endif
