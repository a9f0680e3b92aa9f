/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates that a guest's owner trusts a machine by, from the root to the key that speaks for
 * it, as its key server and firmware give them out.
 */
#ifndef HOST_REPORT_CHAIN_H
#define HOST_REPORT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/snp_report.h"
#include "host/lib/board.h"
#include "host/lib/sev.h"
#include "host/provision/error.h"

#define CHAIN_MAX 6u
#define CHAIN_DIGEST_BYTES 32u

struct chain_certificate {
    const char *name;                   /**< "ASK" */
    const char *role;                   /**< What it is for. */
    const char *signer;                 /**< Who has signed it. */
    char key[48];                       /**< Algorithm, and subject if it has one. */
    uint8_t digest[CHAIN_DIGEST_BYTES]; /**< SHA-256 of the certificate. */
};

struct chain {
    uint32_t count;
    struct chain_certificate certificates[CHAIN_MAX];
    bool holds;
    struct provision_error reason; /**< Unless it HOLDS: why. */
    bool has_chip_id;
    uint8_t chip_id[SEV_CHIP_ID_BYTES];
    int64_t since; /**< deadline_now_us() when the guest came to this chip. */
};

/**
 * SEV: ARK, ASK, CEK, OCA, PEK, PDH. Asks the firmware for the chip's number.
 *
 * @param directory  of the chip
 * @param exported   what PDH_CERT_EXPORT has given; NULL: nothing
 */
void chain_read_sev(struct chain *chain, const char *directory, struct board *board,
                    const struct sev_certificate *pdh,
                    const struct sev_certificate_chain *exported);

/** SEV-SNP: ARK, ASK, VCEK, by a report that says which; may be NULL. Its signature is a link, too. */
void chain_read_snp(struct chain *chain, const char *directory, const struct snp_report *report);

#endif
