/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 as OpenSSL computes it, for the tests of ours. A test fails when OpenSSL does.
 */
#ifndef TESTS_UNIT_CRYPTO_OPENSSL_P384_H
#define TESTS_UNIT_CRYPTO_OPENSSL_P384_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/p384.h"

/** The order of the group, in hexadecimal digits. */
extern const char openssl_p384_n[];

/* Between start and stop. */
extern EC_GROUP *openssl_p384_group;
extern BN_CTX *openssl_p384_context;

void openssl_p384_start(void);
void openssl_p384_stop(void);

/** @param[out] result  x and y of d * G */
void openssl_p384_multiply(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *result);

/** @param d  the private key, or NULL. @return the key, to be freed */
EVP_PKEY *openssl_p384_key(const uint8_t *d, const struct crypto_p384_public *public_key);

/** @param length  bytes of the digest. @return whether the signature is one of it */
bool openssl_p384_verifies(const struct crypto_p384_public *public_key, const uint8_t *digest,
                           size_t length, const struct crypto_p384_signature *signature);

/** Signs a digest of @p length bytes. */
void openssl_p384_signs(const struct crypto_p384_key *key, const uint8_t *digest, size_t length,
                        struct crypto_p384_signature *signature);

#endif
