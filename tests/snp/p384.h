/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys and ECDSA signatures with SHA-384 in the interface's form (sections 5.2, 5.3): numbers
 * are little-endian, 48 bytes in 72.
 */
#ifndef TESTS_SNP_P384_H
#define TESTS_SNP_P384_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_PUBLIC_KEY_BYTES 0x404u
#define WITNESS_SIGNATURE_BYTES 0x200u
#define WITNESS_SEED_BYTES 56u

/** @return a random key, to be freed with EVP_PKEY_free() */
EVP_PKEY *witness_p384_make(void);

/** The key with d = (seed mod (n - 1)) + 1, the seed big-endian; to be freed. */
EVP_PKEY *witness_p384_from_seed(const uint8_t seed[WITNESS_SEED_BYTES]);

/** Writes the public half: CURVE 2, X, Y, and zeros. */
void witness_p384_write(const EVP_PKEY *key, uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES]);

/**
 * Reads a public key.
 *
 * @return the key, to be freed; NULL when the curve is another, a reserved byte or one above a
 *         coordinate is not 0, or the point is not on the curve
 */
EVP_PKEY *witness_p384_read(const uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES]);

/** Signs @p length bytes. */
void witness_p384_sign(EVP_PKEY *key, const void *message, size_t length,
                       uint8_t signature[WITNESS_SIGNATURE_BYTES]);

/** @return whether it is the key's signature over the message, and its reserved bytes are 0 */
bool witness_p384_verify(EVP_PKEY *key, const void *message, size_t length,
                         const uint8_t signature[WITNESS_SIGNATURE_BYTES])
    __attribute__((warn_unused_result));

/** SHA-384 of all bytes of a public key, as ID_KEY_DIGEST and AUTHOR_KEY_DIGEST have it. */
void witness_p384_key_digest(const EVP_PKEY *key, uint8_t digest[48]);

#endif
