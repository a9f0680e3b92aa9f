/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a migration share.
 */
#ifndef HOST_LINUX_MIGRATE_INTERNAL_H
#define HOST_LINUX_MIGRATE_INTERNAL_H

#include "host/linux/travel.h"

/** What the guest stands still for. */
enum phase {
    PHASE_WRITE_BACK,
    PHASE_SHARED,
    PHASE_SAVE,
    PHASE_SEND,
    PHASE_LOAD,
    PHASE_GO_ON,
    PHASES
};

struct move {
    struct guest *from;
    struct guest *to;
    struct progress *progress;
    uint64_t packets;
    uint64_t bytes; /**< In them. */
    bool entered;   /**< The other controller has decrypted what was sent first. */
    int64_t began;
    int64_t phases[PHASES]; /**< In microseconds. */
};

/** Makes the chip of the other board, if it is not there. @return false with the OUTCOME */
bool migrate_make_chip(const struct guest *guest, const char *chip, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

/** The other board, and a machine that waits; SEND_START, RECEIVE_START, ACTIVATE. */
bool migrate_prepare(struct move *move, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

#endif
