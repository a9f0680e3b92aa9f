/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS signing with a salt that follows from key and message (RFC 8017, 8.1.1 and 9.1.1).
 * OpenSSL makes random salts only, so the encoding is done here, and its raw RSA operation used.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "host/provision/rsa.h"

#define HASH_BYTES 48u /* SHA-384 */
#define SALT_BYTES HASH_BYTES
#define BLOCK_BYTES (PROVISION_RSA_BYTES - HASH_BYTES - 1) /* RFC 8017: DB */

struct piece {
    const void *data;
    size_t length;
};

static bool hash_pieces(const struct piece *pieces, size_t count, uint8_t digest[HASH_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && EVP_DigestInit_ex2(context, EVP_sha384(), NULL) == 1;
    for (size_t i = 0; ok && i < count; i++) {
        ok = EVP_DigestUpdate(context, pieces[i].data, pieces[i].length) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

/* SHA-384(private exponent || message): a secret of the key's owner, and constant. */
static bool make_salt(EVP_PKEY *key, const void *message, size_t length, uint8_t salt[SALT_BYTES])
{
    uint8_t exponent[PROVISION_RSA_BYTES];
    BIGNUM *number = NULL;
    const struct piece pieces[] = {{exponent, sizeof exponent}, {message, length}};
    const bool ok = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D, &number) == 1 &&
                    BN_bn2binpad(number, exponent, (int)sizeof exponent) == (int)sizeof exponent &&
                    hash_pieces(pieces, 2, salt);
    BN_clear_free(number);
    OPENSSL_cleanse(exponent, sizeof exponent);
    return ok;
}

/* RFC 8017, B.2.1: xors MGF1(seed) onto the block. */
static bool mask_block(const uint8_t seed[HASH_BYTES], uint8_t block[BLOCK_BYTES])
{
    for (size_t done = 0, counter = 0; done < BLOCK_BYTES; done += HASH_BYTES, counter++) {
        uint8_t mask[HASH_BYTES];
        const uint8_t number[4] = {0, 0, 0, (uint8_t)counter};
        const struct piece pieces[] = {{seed, HASH_BYTES}, {number, sizeof number}};
        if (!hash_pieces(pieces, 2, mask)) {
            return false;
        }
        for (size_t i = 0; i < HASH_BYTES && done + i < BLOCK_BYTES; i++) {
            block[done + i] ^= mask[i];
        }
    }
    return true;
}

/* RFC 8017, 9.1.1, for a modulus of 4096 bits: the encoded message has 4095. */
static bool encode(const void *message, size_t length, const uint8_t salt[SALT_BYTES],
                   uint8_t encoded[PROVISION_RSA_BYTES])
{
    static const uint8_t zeros[8];
    uint8_t message_hash[HASH_BYTES];
    uint8_t *const block = encoded;
    uint8_t *const hash = encoded + BLOCK_BYTES;
    const struct piece first[] = {{message, length}};
    const struct piece second[] = {
        {zeros, sizeof zeros}, {message_hash, HASH_BYTES}, {salt, SALT_BYTES}};

    memset(encoded, 0, PROVISION_RSA_BYTES);
    block[BLOCK_BYTES - SALT_BYTES - 1] = 0x01;
    memcpy(block + BLOCK_BYTES - SALT_BYTES, salt, SALT_BYTES);
    if (!hash_pieces(first, 1, message_hash) || !hash_pieces(second, 3, hash) ||
        !mask_block(hash, block)) {
        return false;
    }
    block[0] &= 0x7F;
    encoded[PROVISION_RSA_BYTES - 1] = 0xBC;
    return true;
}

static bool apply_private_key(EVP_PKEY *key, const uint8_t encoded[PROVISION_RSA_BYTES],
                              uint8_t signature[PROVISION_RSA_BYTES])
{
    size_t length = PROVISION_RSA_BYTES;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const bool ok = context != NULL && EVP_PKEY_sign_init(context) == 1 &&
                    EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1 &&
                    EVP_PKEY_sign(context, signature, &length, encoded, PROVISION_RSA_BYTES) == 1 &&
                    length == PROVISION_RSA_BYTES;
    EVP_PKEY_CTX_free(context);
    return ok;
}

bool provision_rsa_sign(EVP_PKEY *key, const void *message, size_t length,
                        uint8_t signature[PROVISION_RSA_BYTES], struct provision_error *error)
{
    uint8_t salt[SALT_BYTES];
    uint8_t encoded[PROVISION_RSA_BYTES];
    uint8_t modulus[PROVISION_RSA_BYTES];
    uint8_t exponent[PROVISION_RSA_BYTES] = {[PROVISION_RSA_BYTES - 3] = 1,
                                             [PROVISION_RSA_BYTES - 1] = 1};
    const struct provision_rsa_public public_key = {modulus, exponent, PROVISION_RSA_BYTES};

    if (!make_salt(key, message, length, salt) || !encode(message, length, salt, encoded) ||
        !apply_private_key(key, encoded, signature)) {
        return provision_fail_openssl(error, "cannot sign");
    }
    return provision_rsa_modulus(key, modulus, error) &&
           provision_rsa_verify(&public_key, PROVISION_SHA384, message, length, signature, error);
}
