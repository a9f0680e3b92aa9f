/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates that a guest's owner trusts a machine by, from the root to the key that speaks for
 * it, as its key server and firmware give them out.
 */
#ifndef HOST_EMULATOR_REPORT_CHAIN_H
#define HOST_EMULATOR_REPORT_CHAIN_H

#include "host/emulator/vm.h"

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
};

/** SEV: ARK, ASK, CEK, OCA, PEK, PDH. Asks the firmware for the chip's number. */
void chain_read_sev(struct chain *chain, struct vm *vm);

/** SEV-SNP: ARK, ASK, VCEK, by a report that says which. Its signature is a link, too. */
void chain_read_snp(struct chain *chain, const struct vm *vm);

#endif
