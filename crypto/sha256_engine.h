/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to compute SHA-256. Internal to crypto/: others use crypto/sha2.h.
 */
#ifndef CRYPTO_SHA256_ENGINE_H
#define CRYPTO_SHA256_ENGINE_H

#include <stddef.h>

#include <mbedtls/sha256.h>

/** Functions of Mbed TLS, or of a second build of it; both share one layout of the context. */
struct sha256_engine {
    int (*start)(mbedtls_sha256_context *context, int is224);
    int (*update)(mbedtls_sha256_context *context, const unsigned char *data, size_t length);
    int (*finish)(mbedtls_sha256_context *context, unsigned char *digest);
};

/** @return the engine in C */
const struct sha256_engine *crypto_sha256_portable(void);

/** @return the engine that uses the CPU's SHA-256 instructions, or NULL when it has none */
const struct sha256_engine *crypto_sha256_accelerated(void);

#endif
