/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wiping and comparison of secret bytes. Also part of the boot ROM.
 */
#include "crypto/secret.h"

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>

void crypto_wipe(void *buffer, size_t length)
{
    mbedtls_platform_zeroize(buffer, length);
}

bool crypto_equal(const void *a, const void *b, size_t length)
{
    return crypto_revealed((uint32_t)mbedtls_ct_memcmp(a, b, length)) == 0;
}
