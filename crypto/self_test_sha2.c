/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known answers for SHA-2: the two-block examples that NIST publishes with FIPS 180-4.
 */
#include <string.h>

#include "crypto/secret.h"
#include "crypto/self_test_cases.h"
#include "crypto/sha2.h"
#include "crypto/sha256_engine.h"

static const char message_448[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const char message_896[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

static const uint8_t sha256_answer[CRYPTO_SHA256_BYTES] = {
    0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39,
    0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff, 0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1,
};

static const uint8_t sha384_answer[CRYPTO_SHA384_BYTES] = {
    0x09, 0x33, 0x0c, 0x33, 0xf7, 0x11, 0x47, 0xe8, 0x3d, 0x19, 0x2f, 0xc7, 0x82, 0xcd, 0x1b, 0x47,
    0x53, 0x11, 0x1b, 0x17, 0x3b, 0x3b, 0x05, 0xd2, 0x2f, 0xa0, 0x80, 0x86, 0xe3, 0xb0, 0xf7, 0x12,
    0xfc, 0xc7, 0xc7, 0x1a, 0x55, 0x7e, 0x2d, 0xb9, 0x66, 0xc3, 0xe9, 0xfa, 0x91, 0x74, 0x60, 0x39,
};

static const uint8_t sha512_answer[CRYPTO_SHA512_BYTES] = {
    0x8e, 0x95, 0x9b, 0x75, 0xda, 0xe3, 0x13, 0xda, 0x8c, 0xf4, 0xf7, 0x28, 0x14, 0xfc, 0x14, 0x3f,
    0x8f, 0x77, 0x79, 0xc6, 0xeb, 0x9f, 0x7f, 0xa1, 0x72, 0x99, 0xae, 0xad, 0xb6, 0x88, 0x90, 0x18,
    0x50, 0x1d, 0x28, 0x9e, 0x49, 0x00, 0xf7, 0xe4, 0x33, 0x1b, 0x99, 0xde, 0xc4, 0xb5, 0x43, 0x3a,
    0xc7, 0xd3, 0x29, 0xee, 0xb6, 0xdd, 0x26, 0x54, 0x5e, 0x96, 0xe5, 0x5b, 0x87, 0x4b, 0xe9, 0x09,
};

static bool sha256_gives(const struct sha256_engine *engine, const uint8_t *answer)
{
    mbedtls_sha256_context context;
    uint8_t digest[CRYPTO_SHA256_BYTES] = {0};
    mbedtls_sha256_init(&context);
    const bool done =
        engine->start(&context, 0) == 0 &&
        engine->update(&context, (const uint8_t *)message_448, strlen(message_448)) == 0 &&
        engine->finish(&context, digest) == 0;
    mbedtls_sha256_free(&context);
    return done && crypto_equal(digest, answer, sizeof(digest));
}

static bool sha256_portable(const uint8_t *answer)
{
    return sha256_gives(crypto_sha256_portable(), answer);
}

static bool sha256_accelerated(const uint8_t *answer)
{
    return sha256_gives(crypto_sha256_accelerated(), answer);
}

static bool has_sha256_instructions(void)
{
    return crypto_sha256_accelerated() != NULL;
}

static bool sha384(const uint8_t *answer)
{
    uint8_t digest[CRYPTO_SHA384_BYTES];
    crypto_sha384(message_896, strlen(message_896), digest);
    return crypto_equal(digest, answer, sizeof(digest));
}

static bool sha512(const uint8_t *answer)
{
    uint8_t digest[CRYPTO_SHA512_BYTES];
    crypto_sha512(message_896, strlen(message_896), digest);
    return crypto_equal(digest, answer, sizeof(digest));
}

static const struct self_test_case cases[] = {
    {.name = "SHA-256", .run = sha256_portable, SELF_TEST_ANSWER(sha256_answer)},
    {.name = "SHA-256 with ARMv8 instructions",
     .run = sha256_accelerated,
     SELF_TEST_ANSWER(sha256_answer),
     .available = has_sha256_instructions},
    {.name = "SHA-384", .run = sha384, SELF_TEST_ANSWER(sha384_answer)},
    {.name = "SHA-512", .run = sha512, SELF_TEST_ANSWER(sha512_answer)},
};

const struct self_test_group self_test_sha2 = SELF_TEST_GROUP(cases);
