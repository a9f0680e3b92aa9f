/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID block and ID authentication page (id_block.h).
 */
#include "tests/snp/id_block.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/p384.h"

#define BLOCK_DIGEST 0x00u
#define BLOCK_FAMILY_ID 0x30u
#define BLOCK_IMAGE_ID 0x40u
#define BLOCK_VERSION 0x50u
#define BLOCK_GUEST_SVN 0x54u
#define BLOCK_POLICY 0x58u

#define ALGORITHM_ECDSA_P384_SHA384 1u

void witness_id_block(const struct witness_id *id, uint8_t block[WITNESS_ID_BLOCK_BYTES])
{
    memcpy(block + BLOCK_DIGEST, id->digest, sizeof id->digest);
    memcpy(block + BLOCK_FAMILY_ID, id->family_id, sizeof id->family_id);
    memcpy(block + BLOCK_IMAGE_ID, id->image_id, sizeof id->image_id);
    witness_store32(block + BLOCK_VERSION, 1);
    witness_store32(block + BLOCK_GUEST_SVN, id->guest_svn);
    witness_store64(block + BLOCK_POLICY, id->policy);
}

const char *witness_id_read(const uint8_t block[WITNESS_ID_BLOCK_BYTES], struct witness_id *id)
{
    if (witness_load32(block + BLOCK_VERSION) != 1) {
        return "version of the ID block";
    }
    memcpy(id->digest, block + BLOCK_DIGEST, sizeof id->digest);
    memcpy(id->family_id, block + BLOCK_FAMILY_ID, sizeof id->family_id);
    memcpy(id->image_id, block + BLOCK_IMAGE_ID, sizeof id->image_id);
    id->guest_svn = witness_load32(block + BLOCK_GUEST_SVN);
    id->policy = witness_load64(block + BLOCK_POLICY);
    return NULL;
}

void witness_id_auth(const uint8_t block[WITNESS_ID_BLOCK_BYTES], EVP_PKEY *id_key,
                     EVP_PKEY *author_key, uint8_t page[WITNESS_ID_AUTH_BYTES])
{
    memset(page, 0, WITNESS_ID_AUTH_BYTES);
    witness_store32(page + WITNESS_ID_AUTH_ID_KEY_ALGO, ALGORITHM_ECDSA_P384_SHA384);
    witness_p384_write(id_key, page + WITNESS_ID_AUTH_ID_KEY);
    witness_p384_sign(id_key, block, WITNESS_ID_BLOCK_BYTES,
                      page + WITNESS_ID_AUTH_BLOCK_SIGNATURE);
    if (author_key != NULL) {
        witness_store32(page + WITNESS_ID_AUTH_AUTHOR_KEY_ALGO, ALGORITHM_ECDSA_P384_SHA384);
        witness_p384_write(author_key, page + WITNESS_ID_AUTH_AUTHOR_KEY);
        witness_p384_sign(author_key, page + WITNESS_ID_AUTH_ID_KEY, WITNESS_PUBLIC_KEY_BYTES,
                          page + WITNESS_ID_AUTH_KEY_SIGNATURE);
    }
}

/* @return whether the key at @p key signed the message */
static bool is_signed(const uint8_t *key, const uint8_t *message, size_t length,
                      const uint8_t *signature)
{
    EVP_PKEY *signer = witness_p384_read(key);
    const bool genuine = signer != NULL && witness_p384_verify(signer, message, length, signature);

    EVP_PKEY_free(signer);
    return genuine;
}

static const char *check_author(const uint8_t *page)
{
    if (witness_load32(page + WITNESS_ID_AUTH_AUTHOR_KEY_ALGO) != ALGORITHM_ECDSA_P384_SHA384) {
        return "algorithm of the author key";
    }
    if (!witness_is_zero(page + WITNESS_ID_AUTH_RESERVED_C84,
                         WITNESS_ID_AUTH_BYTES - WITNESS_ID_AUTH_RESERVED_C84)) {
        return "reserved bytes at C84h";
    }
    return is_signed(page + WITNESS_ID_AUTH_AUTHOR_KEY, page + WITNESS_ID_AUTH_ID_KEY,
                     WITNESS_PUBLIC_KEY_BYTES, page + WITNESS_ID_AUTH_KEY_SIGNATURE)
               ? NULL
               : "signature of the ID key";
}

const char *witness_id_check(const uint8_t block[WITNESS_ID_BLOCK_BYTES],
                             const uint8_t page[WITNESS_ID_AUTH_BYTES], bool author)
{
    struct witness_id id;
    const char *fault = witness_id_read(block, &id);

    if (fault != NULL) {
        return fault;
    }
    if (witness_load32(page + WITNESS_ID_AUTH_ID_KEY_ALGO) != ALGORITHM_ECDSA_P384_SHA384) {
        return "algorithm of the ID key";
    }
    if (!witness_is_zero(page + WITNESS_ID_AUTH_RESERVED_008, 0x38)) {
        return "reserved bytes at 8h";
    }
    if (!witness_is_zero(page + WITNESS_ID_AUTH_RESERVED_644, 0x3C)) {
        return "reserved bytes at 644h";
    }
    if (!is_signed(page + WITNESS_ID_AUTH_ID_KEY, block, WITNESS_ID_BLOCK_BYTES,
                   page + WITNESS_ID_AUTH_BLOCK_SIGNATURE)) {
        return "signature of the ID block";
    }
    return author ? check_author(page) : NULL;
}
