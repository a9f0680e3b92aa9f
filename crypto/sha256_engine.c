/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses between the two builds of the library's SHA-256 (FIPS 180-4). On the board the second one
 * uses the ARMv8 instructions and carries the prefix accel_; on Linux there is only the plain one.
 */
#include "crypto/sha256_engine.h"

#ifdef __arm__
#include "hal/system.h"

int accel_mbedtls_sha256_starts(mbedtls_sha256_context *context, int is224);
int accel_mbedtls_sha256_update(mbedtls_sha256_context *context, const unsigned char *data,
                                size_t length);
int accel_mbedtls_sha256_finish(mbedtls_sha256_context *context, unsigned char *digest);

static const struct sha256_engine accelerated = {
    .start = accel_mbedtls_sha256_starts,
    .update = accel_mbedtls_sha256_update,
    .finish = accel_mbedtls_sha256_finish,
};
#endif

static const struct sha256_engine portable = {
    .start = mbedtls_sha256_starts,
    .update = mbedtls_sha256_update,
    .finish = mbedtls_sha256_finish,
};

const struct sha256_engine *crypto_sha256_portable(void)
{
    return &portable;
}

const struct sha256_engine *crypto_sha256_accelerated(void)
{
#ifdef __arm__
    return hal_cpu_has_sha256() ? &accelerated : NULL;
#else
    return NULL;
#endif
}
