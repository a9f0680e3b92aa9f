/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest moves to another board and another QEMU while it runs: it is sent page by page, what it changes
 * meanwhile again, and stands still only for the rest.
 */
#ifndef HOST_LINUX_MIGRATE_H
#define HOST_LINUX_MIGRATE_H

#include "host/linux/travel.h"

/**
 * Moves the guest: guest->successor is the one that goes on.
 *
 * @param chip          directory of the other board's chip, of the same vendor; made if it is not there
 * @param[out] outcome  how long it stood still, or what is wrong
 * @return false when it has not moved; it goes on where it is, unless OUTCOME says otherwise
 */
bool migrate_guest(struct guest *guest, const char *chip, struct travel_outcome *outcome)
    __attribute__((warn_unused_result));

#endif
