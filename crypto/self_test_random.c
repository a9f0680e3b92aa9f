/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A known answer for the random generator: NIST CAVP, CTR_DRBG, "AES-256 use df", no prediction
 * resistance, no additional input, count 0. Instantiate, generate, reseed, generate.
 */
#include <string.h>

#include <mbedtls/ctr_drbg.h>

#include "crypto/random.h"
#include "crypto/self_test_cases.h"

#define ENTROPY_BYTES 32u
#define REQUESTS 2u /* Two pieces of entropy, and as many outputs, of which the second counts. */

static const uint8_t entropy[REQUESTS * ENTROPY_BYTES] = {
    0x5a, 0x19, 0x4d, 0x5e, 0x2b, 0x31, 0x58, 0x14, 0x54, 0xde, 0xf6, 0x75, 0xfb, 0x79, 0x58, 0xfe,
    0xc7, 0xdb, 0x87, 0x3e, 0x56, 0x89, 0xfc, 0x9d, 0x03, 0x21, 0x7c, 0x68, 0xd8, 0x03, 0x38, 0x20,
    0xf9, 0xe6, 0x5e, 0x04, 0xd8, 0x56, 0xf3, 0xa9, 0xc4, 0x4a, 0x4c, 0xbd, 0xc1, 0xd0, 0x08, 0x46,
    0xf5, 0x98, 0x3d, 0x77, 0x1c, 0x1b, 0x13, 0x7e, 0x4e, 0x0f, 0x9d, 0x8e, 0xf4, 0x09, 0xf9, 0x2e,
};

static const uint8_t nonce[16] = {
    0x1b, 0x54, 0xb8, 0xff, 0x06, 0x42, 0xbf, 0xf5, 0x21, 0xf1, 0x5c, 0x1c, 0x0b, 0x66, 0x5f, 0x3f,
};

static const uint8_t generator_answer[16] = {
    0xa0, 0x54, 0x30, 0x3d, 0x8a, 0x7e, 0xa9, 0x88, 0x9d, 0x90, 0x3e, 0x07, 0x7c, 0x6f, 0x21, 0x8f,
};

static int give_entropy(void *context, unsigned char *output, size_t length)
{
    size_t *given = context;
    if (length != ENTROPY_BYTES || *given >= REQUESTS) {
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    }
    memcpy(output, &entropy[*given * ENTROPY_BYTES], length);
    *given += 1;
    return 0;
}

/* The generator hashes entropy and nonce one after the other; the library calls the nonce custom
 * when the caller gives it. */
static bool generator(const uint8_t *answer)
{
    mbedtls_ctr_drbg_context context;
    uint8_t output[sizeof(generator_answer)] = {0};
    size_t given = 0;
    mbedtls_ctr_drbg_init(&context);
    mbedtls_ctr_drbg_set_entropy_len(&context, ENTROPY_BYTES);
    const bool done =
        mbedtls_ctr_drbg_set_nonce_len(&context, 0) == 0 &&
        mbedtls_ctr_drbg_seed(&context, give_entropy, &given, nonce, sizeof(nonce)) == 0 &&
        mbedtls_ctr_drbg_random(&context, output, sizeof(output)) == 0 &&
        mbedtls_ctr_drbg_reseed(&context, NULL, 0) == 0 &&
        mbedtls_ctr_drbg_random(&context, output, sizeof(output)) == 0;
    mbedtls_ctr_drbg_free(&context);
    return done && crypto_equal(output, answer, sizeof(output));
}

static const struct self_test_case cases[] = {
    {.name = "CTR_DRBG", .run = generator, SELF_TEST_ANSWER(generator_answer)},
};

const struct self_test_group self_test_random = SELF_TEST_GROUP(cases);
