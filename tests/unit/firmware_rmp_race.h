/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware and processor that change the reverse map table at once, for unit tests. What comes of it must
 * be what one after the other gives, or one without the other, which is told that it was refused.
 */
#ifndef TESTS_UNIT_FIRMWARE_RMP_RACE_H
#define TESTS_UNIT_FIRMWARE_RMP_RACE_H

#include "tests/unit/firmware_snp_pages.h"

/** Two that meet. */
struct race {
    void (*prepare)(void);
    enum sev_status (*firmware)(struct rmp_page *seen); /**< SEEN: what it has found, or nothing. */
    enum rmp_result (*instruction)(void);
};

/** Setup: pages_boot(); each race begins with this table. */
int race_boot(void **state);

/** Runs the instruction between any two accesses of the firmware. */
void race_instructions_between_accesses(const struct race *two);

/** The same where most of more than 1000 accesses are alike: at the first, the last and some others. */
void race_instructions_between_some_accesses(const struct race *two);

/** Runs the firmware between any two accesses of the instruction. */
void race_firmware_between_accesses(const struct race *two);

#endif
