/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner's ID block (snp_identity.h).
 */
#include "host/demo/snp_identity.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/lib/sev_key.h"

#define BLOCK_VERSION 1u

bool snp_identity_make(EVP_PKEY *key, const uint8_t digest[SNP_DIGEST_BYTES], uint64_t policy,
                       struct snp_identity *identity)
{
    struct snp_id_block *block = &identity->block;
    struct snp_id_auth *auth = &identity->auth;
    struct sev_public_key_ecc numbers;
    *identity = (struct snp_identity){
        .block = {.family_id = "virtasp",
                  .image_id = "demo",
                  .version = BLOCK_VERSION,
                  .policy = policy},
        .auth = {.id_key_algorithm = SNP_ALGORITHM_ECDSA_P384_SHA384,
                 .id_key = {.curve = SNP_CURVE_P384}},
    };
    memcpy(block->digest, digest, sizeof block->digest);
    if (!sev_key_to_certificate(key, &numbers)) {
        return false;
    }
    memcpy(auth->id_key.qx, numbers.qx, sizeof auth->id_key.qx);
    memcpy(auth->id_key.qy, numbers.qy, sizeof auth->id_key.qy);
    return sev_key_sign(key, EVP_sha384(), block, sizeof *block, auth->id_block_signature.r,
                        auth->id_block_signature.s) &&
           EVP_Digest(&auth->id_key, sizeof auth->id_key, identity->key_digest, NULL, EVP_sha384(),
                      NULL) == 1;
}
