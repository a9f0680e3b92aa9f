/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random generator: Mbed TLS's CTR_DRBG, AES-256 with derivation function (SP 800-90A section
 * 10.2.1). It reseeds itself after 10000 requests, and before each secret that lives for long: a source
 * that no longer gives anything must be noticed before a key is made, not 10000 requests later.
 */
#include "crypto/random.h"

#include <mbedtls/ctr_drbg.h>

#include "crypto/entropy.h"

static const uint8_t personalization[] = "virtasp";

static mbedtls_ctr_drbg_context generator;
static bool serving; /* Seeded, and nothing has failed since. */

_Static_assert(MBEDTLS_CTR_DRBG_ENTROPY_LEN == ENTROPY_SEED_BYTES,
               "one seed per request; with 48 bytes it stands for the nonce, too");

/* The library's request for seed material. */
static int get_entropy(void *context, unsigned char *output, size_t length)
{
    (void)context;
    if (length != ENTROPY_SEED_BYTES || !entropy_seed(output)) {
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    }
    return 0;
}

bool crypto_random_start(void)
{
    mbedtls_ctr_drbg_free(&generator);
    mbedtls_ctr_drbg_init(&generator);
    serving =
        entropy_start() && mbedtls_ctr_drbg_seed(&generator, get_entropy, NULL, personalization,
                                                 sizeof(personalization) - 1) == 0;
    return serving;
}

bool crypto_random(void *buffer, size_t length)
{
    unsigned char *bytes = buffer;
    size_t done = 0;
    while (serving && done < length) {
        const size_t rest = length - done;
        const size_t part =
            rest < MBEDTLS_CTR_DRBG_MAX_REQUEST ? rest : MBEDTLS_CTR_DRBG_MAX_REQUEST;
        serving = mbedtls_ctr_drbg_random(&generator, bytes + done, part) == 0;
        done += part;
    }
    if (!serving) {
        mbedtls_ctr_drbg_free(&generator);
        crypto_wipe(buffer, length);
    }
    return serving;
}

bool crypto_random_reseed(void)
{
    serving = serving && mbedtls_ctr_drbg_reseed(&generator, NULL, 0) == 0;
    if (!serving) {
        mbedtls_ctr_drbg_free(&generator);
    }
    return serving;
}

bool crypto_random_secret(void *buffer, size_t length)
{
    if (!crypto_random_reseed()) {
        crypto_wipe(buffer, length);
        return false;
    }
    return crypto_random(buffer, length);
}
