/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the steps of the demonstration of a migration know: migrate.c moves guests, migrate_attack.c
 * attacks the wire.
 */
#ifndef HOST_DEMO_MIGRATION_H
#define HOST_DEMO_MIGRATION_H

#include "host/demo/demo.h"
#include "host/demo/machine.h"

#define MIGRATION_SMALL_GUEST                                                                      \
    0x10000u /**< The start of the image, where all of it is not needed. */

struct migration {
    const struct demo_options *options;
    struct machine source;
    struct machine target;
    struct guest_image file;
    struct tenant guest; /**< On the source. */
    struct tenant twin;  /**< The same guest on the target. */
    struct sev_session session;
    uint64_t packets;
    uint64_t bytes;
};

/**
 * Launches the start of the image on the source, and gives it memory on the target, too.
 *
 * @param length  bytes, at most all of it
 */
bool migration_launch(struct migration *migration, size_t length, uint32_t policy, uint32_t asid);

/** SEND_START on the source, RECEIVE_START and ACTIVATE on the target. */
bool migration_start(struct migration *migration);

/** Ends the guest on both machines. */
bool migration_end(struct migration *migration);

/** The act of the attacker. */
demo_act migration_attack;

#endif
