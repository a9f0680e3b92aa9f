/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS verification (RFC 8017): MGF1 with the message's hash, salt as long as the hash.
 */
#ifndef CRYPTO_RSA_H
#define CRYPTO_RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/secret.h"

/** The one public exponent that is accepted; keys with a small one have weaknesses of their own. */
#define CRYPTO_RSA_EXPONENT 65537u

enum crypto_rsa_hash {
    CRYPTO_RSA_SHA256,
    CRYPTO_RSA_SHA384,
};

/**
 * @param modulus         @p modulus_length bytes, big-endian: 256 or 512, top bit set
 * @param exponent        of the key: CRYPTO_RSA_EXPONENT, or nothing it signed is valid
 * @param digest          32 or 48 bytes, as @p hash says
 * @param signature       @p modulus_length bytes, big-endian
 * @return true when the signature is valid
 */
CRYPTO_CHECKED bool crypto_rsa_pss_verify(enum crypto_rsa_hash hash, const uint8_t *modulus,
                                          size_t modulus_length, uint32_t exponent,
                                          const uint8_t *digest, const uint8_t *signature);

#endif
