/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID blocks (SNP 5): what a guest's owner expects of the launch, signed with the ID key, whose
 * public half an author may have signed.
 */
#ifndef FIRMWARE_SNP_GUEST_ID_BLOCK_H
#define FIRMWARE_SNP_GUEST_ID_BLOCK_H

#include <stdbool.h>

#include "abi/sev_status.h"
#include "abi/snp_launch.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/** An ID block and what authenticates it; private copies. */
struct id_block {
    const struct snp_id_block *block;
    const struct snp_id_auth *auth;
    bool has_author; /**< AUTH_KEY_EN; else what follows the ID key in AUTH is not looked at. */
};

/**
 * Checks that an ID block is genuine and the guest what it expects.
 *
 * @return SUCCESS; INVALID_PARAM when version, an algorithm or a curve is not the one there is, or
 *         reserved bytes are not 0; BAD_SIGNATURE when a key is no point of the curve, or a
 *         signature is not the key's; BAD_MEASUREMENT; POLICY_FAILURE when POLICY differs
 */
CRYPTO_CHECKED enum sev_status id_block_check(const struct id_block *id,
                                              const struct snp_guest *guest);

/** Notes in a guest whose it is: the block, and the digests of the keys. */
void id_block_store(const struct id_block *id, struct snp_guest *guest);

#endif
