/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner's ID block: which image and which policy the guest must have to run, signed with a key
 * whose digest reports show (docs/snp.md, 5).
 */
#ifndef HOST_DEMO_SNP_IDENTITY_H
#define HOST_DEMO_SNP_IDENTITY_H

#include <openssl/types.h>
#include <stdbool.h>

#include "abi/snp_launch.h"

struct snp_identity {
    struct snp_id_block block;
    struct snp_id_auth auth;
    uint8_t key_digest[SNP_DIGEST_BYTES]; /**< As ID_KEY_DIGEST of a report has it. */
};

/**
 * Makes an ID block, without author key.
 *
 * @param key            P-384, with its private half
 * @param digest         that the launch must have
 * @param policy         that the guest must have
 * @param[out] identity  all of it
 * @return false when OpenSSL fails
 */
bool snp_identity_make(EVP_PKEY *key, const uint8_t digest[SNP_DIGEST_BYTES], uint64_t policy,
                       struct snp_identity *identity) __attribute__((warn_unused_result));

#endif
