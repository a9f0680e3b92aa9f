/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS verification with any length of salt. Internal to crypto/: others use crypto/rsa.h.
 */
#ifndef CRYPTO_RSA_INTERNAL_H
#define CRYPTO_RSA_INTERNAL_H

#include "crypto/rsa.h"

/** A public key and a signature, as crypto_rsa_pss_verify gets them. */
struct rsa_signed {
    const uint8_t *modulus;
    size_t modulus_length;
    uint32_t exponent;
    const uint8_t *digest;
    const uint8_t *signature;
};

/**
 * crypto_rsa_pss_verify for a salt of another length than the digest's, and any odd exponent of 3 or
 * more: the published signatures of the self-tests have a salt of 20 bytes and long exponents.
 */
CRYPTO_CHECKED bool rsa_pss_verify_salt(enum crypto_rsa_hash hash, const struct rsa_signed *item,
                                        size_t salt_length);

#endif
