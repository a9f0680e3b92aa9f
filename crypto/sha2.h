/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, SHA-384 and SHA-512 (FIPS 180-4).
 */
#ifndef CRYPTO_SHA2_H
#define CRYPTO_SHA2_H

#include <stddef.h>
#include <stdint.h>

#define CRYPTO_SHA256_BYTES 32u
#define CRYPTO_SHA384_BYTES 48u
#define CRYPTO_SHA512_BYTES 64u

/** A running SHA-256; may be copied by assignment. Opaque: only crypto/sha2.c looks inside. */
struct crypto_sha256 {
    uint64_t opaque[14];
};

void crypto_sha256_start(struct crypto_sha256 *hash);
void crypto_sha256_update(struct crypto_sha256 *hash, const void *data, size_t length);
/** Writes the digest and wipes @p hash. */
void crypto_sha256_finish(struct crypto_sha256 *hash, uint8_t digest[CRYPTO_SHA256_BYTES]);

/**
 * A running SHA-384 or SHA-512; may be copied by assignment. Opaque: only crypto/sha512.c looks
 * inside.
 */
struct crypto_sha512 {
    uint64_t state[8];
    uint64_t length; /**< Bytes so far, fewer than 2^61 of them in all. */
    uint8_t block[128];
};

/* A running digest ends with the finish that its start is named after. */
void crypto_sha384_start(struct crypto_sha512 *hash);
void crypto_sha512_start(struct crypto_sha512 *hash);
/** Hashes @p length bytes at @p data, which may be NULL when there are none. */
void crypto_sha512_update(struct crypto_sha512 *hash, const void *data, size_t length);
/** Writes the digest and wipes @p hash. */
void crypto_sha384_finish(struct crypto_sha512 *hash, uint8_t digest[CRYPTO_SHA384_BYTES]);
void crypto_sha512_finish(struct crypto_sha512 *hash, uint8_t digest[CRYPTO_SHA512_BYTES]);

/* Digests of @p length bytes at @p data, at once. */
void crypto_sha256(const void *data, size_t length, uint8_t digest[CRYPTO_SHA256_BYTES]);
void crypto_sha384(const void *data, size_t length, uint8_t digest[CRYPTO_SHA384_BYTES]);
void crypto_sha512(const void *data, size_t length, uint8_t digest[CRYPTO_SHA512_BYTES]);

#endif
