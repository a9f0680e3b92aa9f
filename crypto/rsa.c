/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS verification (RFC 8017, section 8.1.2) by Mbed TLS. Also part of the boot ROM, whose
 * library knows SHA-384 only: a SHA-256 signature is refused there.
 */
#include "crypto/rsa.h"

#include <mbedtls/rsa.h>

#include "crypto/rsa_internal.h"
#include "crypto/sha2.h"

#define RSA_2048_BYTES 256u
#define RSA_4096_BYTES 512u

static const struct {
    mbedtls_md_type_t digest_type;
    unsigned int bytes;
} hashes[] = {
    [CRYPTO_RSA_SHA256] = {MBEDTLS_MD_SHA256, CRYPTO_SHA256_BYTES},
    [CRYPTO_RSA_SHA384] = {MBEDTLS_MD_SHA384, CRYPTO_SHA384_BYTES},
};

/* The library refuses an exponent that is even or 1. */
static bool import_key(mbedtls_rsa_context *rsa, const struct rsa_signed *item)
{
    const uint8_t exponent[] = {(uint8_t)(item->exponent >> 24), (uint8_t)(item->exponent >> 16),
                                (uint8_t)(item->exponent >> 8), (uint8_t)item->exponent};
    return mbedtls_rsa_import_raw(rsa, item->modulus, item->modulus_length, NULL, 0, NULL, 0, NULL,
                                  0, exponent, sizeof(exponent)) == 0 &&
           mbedtls_rsa_complete(rsa) == 0 && mbedtls_rsa_check_pubkey(rsa) == 0 &&
           mbedtls_rsa_get_len(rsa) == item->modulus_length;
}

bool rsa_pss_verify_salt(enum crypto_rsa_hash hash, const struct rsa_signed *item,
                         size_t salt_length)
{
    if ((size_t)hash >= sizeof(hashes) / sizeof(hashes[0])) {
        return false;
    }
    /* With the top bit set, the modulus is as long in bits as its bytes say. */
    if ((item->modulus_length != RSA_2048_BYTES && item->modulus_length != RSA_4096_BYTES) ||
        (item->modulus[0] & 0x80u) == 0) {
        return false;
    }
    const mbedtls_md_type_t md = hashes[hash].digest_type;
    mbedtls_rsa_context rsa;
    mbedtls_rsa_init(&rsa);
    const bool valid = import_key(&rsa, item) && mbedtls_rsa_rsassa_pss_verify_ext(
                                                     &rsa, md, hashes[hash].bytes, item->digest, md,
                                                     (int)salt_length, item->signature) == 0;
    mbedtls_rsa_free(&rsa);
    return valid;
}

bool crypto_rsa_pss_verify(enum crypto_rsa_hash hash, const uint8_t *modulus, size_t modulus_length,
                           uint32_t exponent, const uint8_t *digest, const uint8_t *signature)
{
    const struct rsa_signed item = {
        .modulus = modulus,
        .modulus_length = modulus_length,
        .exponent = exponent,
        .digest = digest,
        .signature = signature,
    };
    const size_t salt_length =
        hash == CRYPTO_RSA_SHA256 ? CRYPTO_SHA256_BYTES : CRYPTO_SHA384_BYTES;
    return exponent == CRYPTO_RSA_EXPONENT && rsa_pss_verify_salt(hash, &item, salt_length);
}
