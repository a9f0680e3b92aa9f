/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 by OpenSSL and by Mbed TLS, for comparison with ours. Both have the same functions, so that
 * a test can ask one after the other. Numbers are as in crypto/p384.h.
 */
#ifndef TESTS_UNIT_CRYPTO_SECOND_OPINIONS_H
#define TESTS_UNIT_CRYPTO_SECOND_OPINIONS_H

#include <stdbool.h>

#include "crypto/p384.h"

struct opinion {
    const char *name;

    /** Must be called before any of the others. */
    void (*start)(void);

    /** public_key = d G; false when d is not in [1, n - 1]. */
    bool (*public_key)(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *public_key);

    /** Whether the point is on the curve and its coordinates are below p. */
    bool (*is_valid)(const struct crypto_p384_public *public_key);

    /** x of d peer; false when the peer is not valid, or d not in [1, n - 1]. */
    bool (*ecdh)(const uint8_t d[CRYPTO_P384_BYTES], const struct crypto_p384_public *peer,
                 uint8_t shared_secret[CRYPTO_P384_BYTES]);

    /** Signs with the nonce; false when d or the nonce is not in [1, n - 1]. */
    bool (*sign)(const uint8_t d[CRYPTO_P384_BYTES], const uint8_t nonce[CRYPTO_P384_BYTES],
                 const uint8_t *digest, size_t length, struct crypto_p384_signature *signature);

    /** Whether the signature is by the owner of the key. */
    bool (*verify)(const struct crypto_p384_public *public_key, const uint8_t *digest,
                   size_t length, const struct crypto_p384_signature *signature);
};

extern const struct opinion opinion_openssl;
extern const struct opinion opinion_mbedtls;

#endif
