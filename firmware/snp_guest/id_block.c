/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID blocks (id_block.h).
 */
#include "firmware/snp_guest/id_block.h"

#include <stddef.h>
#include <stdint.h>

#include "crypto/p384.h"
#include "crypto/sha2.h"

#define VERSION 1u
#define NUMBER_BYTES sizeof(((struct snp_signature *)0)->r)

static bool all_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

/** Turns a number around. @return false when it does not fit in 48 bytes */
static bool read_number(const uint8_t little[NUMBER_BYTES], uint8_t big[CRYPTO_P384_BYTES])
{
    for (size_t i = 0; i < CRYPTO_P384_BYTES; i++) {
        big[i] = little[CRYPTO_P384_BYTES - 1 - i];
    }
    return all_zero(&little[CRYPTO_P384_BYTES], NUMBER_BYTES - CRYPTO_P384_BYTES);
}

/** Whether a key says of itself what it must say. */
static bool is_well_formed(const struct snp_public_key *key)
{
    return key->curve == SNP_CURVE_P384 && all_zero(key->reserved, sizeof key->reserved);
}

/** Whether a message is signed with a key. Numbers out of range are no signature and no key. */
static bool is_signed(const struct snp_public_key *key, const void *message, size_t length,
                      const struct snp_signature *signature)
{
    uint8_t digest[CRYPTO_SHA384_BYTES];
    struct crypto_p384_public public_key;
    struct crypto_p384_signature numbers;

    if (!read_number(key->qx, public_key.x) || !read_number(key->qy, public_key.y) ||
        !read_number(signature->r, numbers.r) || !read_number(signature->s, numbers.s) ||
        !all_zero(signature->reserved, sizeof signature->reserved)) {
        return false;
    }
    crypto_sha384(message, length, digest);
    return crypto_p384_verify(&public_key, digest, sizeof digest, &numbers);
}

static bool block_is_well_formed(const struct id_block *id)
{
    const struct snp_id_auth *auth = id->auth;

    return id->block->version == VERSION &&
           auth->id_key_algorithm == SNP_ALGORITHM_ECDSA_P384_SHA384 &&
           is_well_formed(&auth->id_key) &&
           all_zero(auth->reserved_008, sizeof auth->reserved_008) &&
           all_zero(auth->reserved_644, sizeof auth->reserved_644);
}

static bool author_is_well_formed(const struct id_block *id)
{
    const struct snp_id_auth *auth = id->auth;

    return auth->author_key_algorithm == SNP_ALGORITHM_ECDSA_P384_SHA384 &&
           is_well_formed(&auth->author_key) &&
           all_zero(auth->reserved_c84, sizeof auth->reserved_c84);
}

enum sev_status id_block_check(const struct id_block *id, const struct snp_guest *guest)
{
    const struct snp_id_auth *auth = id->auth;

    if (!block_is_well_formed(id) || (id->has_author && !author_is_well_formed(id))) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (!is_signed(&auth->id_key, id->block, sizeof *id->block, &auth->id_block_signature) ||
        (id->has_author && !is_signed(&auth->author_key, &auth->id_key, sizeof auth->id_key,
                                      &auth->id_key_signature))) {
        return SEV_STATUS_BAD_SIGNATURE;
    }
    if (!crypto_equal(id->block->digest, guest->digest, sizeof guest->digest)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    return id->block->policy == guest->policy ? SEV_STATUS_SUCCESS : SEV_STATUS_POLICY_FAILURE;
}

void id_block_store(const struct id_block *id, struct snp_guest *guest)
{
    guest->has_id_block = true;
    guest->id_block = *id->block;
    crypto_sha384(&id->auth->id_key, sizeof id->auth->id_key, guest->id_key_digest);
    guest->has_author_key = id->has_author;
    if (id->has_author) {
        crypto_sha384(&id->auth->author_key, sizeof id->auth->author_key, guest->author_key_digest);
    }
}
