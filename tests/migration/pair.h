/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two platforms and a guest between them: what all tests of migration begin with.
 */
#ifndef TESTS_MIGRATION_PAIR_H
#define TESTS_MIGRATION_PAIR_H

#include "host/demo/machine.h"
#include "tests/migration/check.h"

#define PAIR_GUEST_BYTES 0xA010u /* ten pages and a block: pieces and packets of many sizes */
#define PAIR_ASID_ES 1u
#define PAIR_ASID_SEV FABRIC_DEFAULT_MIN_SEV_ASID

/** How the tests are run. */
struct pair_options {
    struct board_options board; /**< Without a directory. */
    const char *first_chip;
    const char *second_chip;
    const char *foreign_chip; /**< Of another vendor; only its public files are used. */
    const char *work;         /**< A directory for files. */
    bool quick;               /**< Few bytes are flipped: the board is an emulated one. */
    bool all;                 /**< All of them are, whatever it takes. */
};

struct pair {
    const struct pair_options *options;
    struct machine first;
    struct machine second;
    uint8_t plaintext[PAIR_GUEST_BYTES];
};

/** A transfer that has begun. */
struct pair_transfer {
    struct tenant guest; /**< On the first platform, in SUPDATE. */
    struct tenant twin;  /**< On the second platform, in RUPDATE. */
    struct sev_session session;
};

/** Starts and initialises both boards, with SEV-ES. @return false after a failed check */
bool pair_start(struct pair *pair, const struct pair_options *options);

/** Stops both boards. */
void pair_stop(struct pair *pair);

/** Starts one board. @param flags of the fabric, FABRIC_FLAG_* */
bool pair_start_one(struct machine *machine, const struct pair_options *options,
                    const char *directory, uint32_t flags);

/** Reads certificates of both platforms again, after one of them got new keys. */
bool pair_identify(struct pair *pair);

/** Launches a guest on a platform; it is RUNNING. @return false after a failed check */
bool pair_launch(struct pair *pair, struct machine *machine, struct tenant *guest, uint32_t policy);

/** Launches on the first platform, SEND_START, RECEIVE_START, ACTIVATE. */
bool pair_begin(struct pair *pair, struct pair_transfer *transfer, uint32_t policy);

/** Moves all memory, and finishes on both sides. */
bool pair_complete(struct pair *pair, struct pair_transfer *transfer, uint32_t packet_bytes);

/** Ends one guest in any state, and frees its plaintext. */
void pair_end_guest(struct machine *machine, struct tenant *guest);

/** Ends both guests. */
void pair_end(struct pair *pair, struct pair_transfer *transfer);

/** SEND_START of a guest; back to RUNNING if it succeeds. @return the status of SEND_START */
int pair_try_send(struct machine *machine, const struct tenant *guest,
                  const struct sev_target *target);

/** RECEIVE_START; the guest is ended if it succeeds. @return the status of RECEIVE_START */
int pair_try_receive(struct machine *machine, uint32_t policy, const struct sev_certificate *pdh,
                     const struct sev_session *session);

/* The groups of tests. */
typedef void pair_test(struct pair *pair);
pair_test test_moves;
pair_test test_domain;
pair_test test_software_target;
pair_test test_software_origin;
pair_test test_chains;
pair_test test_versions;
pair_test test_sessions;
pair_test test_packets;
pair_test test_states;
pair_test test_vmsa;
pair_test test_tsme;
pair_test test_snapshot;
pair_test test_flip_session;
pair_test test_flip_platform;
pair_test test_flip_endorsement;
pair_test test_flip_root;
pair_test test_flip_domain;

#endif
