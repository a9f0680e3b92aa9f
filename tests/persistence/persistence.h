/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the persistence tests share: the identity at one moment, and boards that stop, die and start.
 */
#ifndef TESTS_PERSISTENCE_PERSISTENCE_H
#define TESTS_PERSISTENCE_PERSISTENCE_H

#include "tests/common/program.h"
#include "tests/common/random.h"
#include "tests/conformance/states.h"

/** What a platform shows of its identity. */
struct identity {
    struct sev_certificate pdh;
    struct sev_certificate_chain chain;
    uint8_t id[SEV_CHIP_ID_BYTES];
};

/** Exports the identity, which must verify up to the chip's root. */
struct identity look(void);

/** Whether two certificates are the same, byte by byte. */
bool same_certificate(const struct sev_certificate *a, const struct sev_certificate *b);

/** Fails the test unless both are the same identity. */
void assert_same_identity(const struct identity *a, const struct identity *b);

/** Fails the test unless OCA, PEK and PDH differ, and CEK and ID are the same. */
void assert_renewed_identity(const struct identity *a, const struct identity *b);

/** INIT. @return its status */
int initialise(void);

/** Stops the board and starts it again. */
void restart(void);

/** Kills the board, as a power cut does, and starts it again. */
void power_cut(void);

/** Issues a command and does not wait for the response. */
void issue_only(uint32_t id, uint64_t paddr);

extern const struct test_group program_group_restart;
extern const struct test_group program_group_power_cut;
extern const struct test_group program_group_damage;

#endif
