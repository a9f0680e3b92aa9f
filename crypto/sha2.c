/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) by Mbed TLS. It has two engines on the board: plain C and, where the CPU has
 * them, the SHA-256 instructions.
 */
#include "crypto/sha2.h"

#include <stdint.h>

#include "crypto/fatal.h"
#include "crypto/secret.h"
#include "crypto/sha256_engine.h"

/* The engine works inside the caller's structure. */
_Static_assert(sizeof(mbedtls_sha256_context) <= sizeof(struct crypto_sha256),
               "a SHA-256 context fits the opaque structure");
_Static_assert(_Alignof(mbedtls_sha256_context) <= _Alignof(struct crypto_sha256),
               "a SHA-256 context is aligned in the opaque structure");

static void check_sha256(int result)
{
    if (result != 0) {
        crypto_fatal("SHA-256");
    }
}

static const struct sha256_engine *engine(void)
{
    const struct sha256_engine *accelerated = crypto_sha256_accelerated();
    return accelerated != NULL ? accelerated : crypto_sha256_portable();
}

void crypto_sha256_start(struct crypto_sha256 *hash)
{
    mbedtls_sha256_context *context = (void *)hash;
    mbedtls_sha256_init(context);
    check_sha256(engine()->start(context, 0));
}

void crypto_sha256_update(struct crypto_sha256 *hash, const void *data, size_t length)
{
    check_sha256(engine()->update((void *)hash, data, length));
}

void crypto_sha256_finish(struct crypto_sha256 *hash, uint8_t digest[CRYPTO_SHA256_BYTES])
{
    check_sha256(engine()->finish((void *)hash, digest));
    crypto_wipe(hash, sizeof(*hash));
}

void crypto_sha256(const void *data, size_t length, uint8_t digest[CRYPTO_SHA256_BYTES])
{
    struct crypto_sha256 hash;
    crypto_sha256_start(&hash);
    crypto_sha256_update(&hash, data, length);
    crypto_sha256_finish(&hash, digest);
}
