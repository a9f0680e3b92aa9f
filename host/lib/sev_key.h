/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys of SEV certificates as OpenSSL keys: certificates hold coordinates little-endian in
 * 72-byte fields.
 */
#ifndef HOST_LIB_SEV_KEY_H
#define HOST_LIB_SEV_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_certificate.h"

/** @return a new random P-384 key pair, or NULL; free it with EVP_PKEY_free() */
EVP_PKEY *sev_key_generate(void);

/**
 * @param scalar  private key, 48 bytes, big-endian
 * @return the key pair with that private key, or NULL when it is not one of P-384's
 */
EVP_PKEY *sev_key_from_scalar(const uint8_t scalar[SEV_P384_BYTES]);

/**
 * @param public_key  a P-384 key as certificates hold it
 * @return the public key, or NULL when it is not a point on P-384 or has bytes after its coordinates
 */
EVP_PKEY *sev_key_from_certificate(const struct sev_public_key_ecc *public_key);

/**
 * @param key              a P-384 key
 * @param[out] public_key  its public part as certificates hold it
 * @return false when the library fails
 */
bool sev_key_to_certificate(const EVP_PKEY *key, struct sev_public_key_ecc *public_key)
    __attribute__((warn_unused_result));

/**
 * Elliptic-curve Diffie-Hellman.
 *
 * @param own            key pair
 * @param peer           public key
 * @param[out] secret    X coordinate of the common point, big-endian
 * @return false when the library fails
 */
bool sev_key_agree(EVP_PKEY *own, EVP_PKEY *peer, uint8_t secret[SEV_P384_BYTES])
    __attribute__((warn_unused_result));

/**
 * Verifies an ECDSA signature.
 *
 * @param key           public key of the signer
 * @param hash          EVP_sha256() for SEV, EVP_sha384() for SEV-SNP
 * @param data, length  what was signed
 * @param r, s          72 bytes each, little-endian, zeros after the first 48
 */
bool sev_key_verify(EVP_PKEY *key, const EVP_MD *hash, const void *data, size_t length,
                    const uint8_t r[72], const uint8_t s[72]) __attribute__((warn_unused_result));

/**
 * Makes an ECDSA signature.
 *
 * @param key           with its private half
 * @param hash          as of sev_key_verify()
 * @param data, length  what is signed
 * @param[out] r, s     as sev_key_verify() takes them
 * @return false when the library fails
 */
bool sev_key_sign(EVP_PKEY *key, const EVP_MD *hash, const void *data, size_t length, uint8_t r[72],
                  uint8_t s[72]) __attribute__((warn_unused_result));

#endif
