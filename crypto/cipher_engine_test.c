/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher engine against the CPU, whose AES has passed its known answers: pages of XTS in both
 * directions, with numbers beyond 2^32 and a last page that is not whole, and CTR with a counter that
 * overflows.
 */
#include <string.h>

#include "crypto/aes_ctr_engine.h"
#include "crypto/cipher_engine_internal.h"
#include "crypto/memory_encryption_internal.h"

#define TEST_BYTES (2 * MEMORY_PAGE_BYTES + 7 * MEMORY_BLOCK_BYTES)
#define FIRST_PAGE 0xFFFFFFFFu
#define PATTERN_STEP 73u

static uint8_t expected[TEST_BYTES];

/** Fills the engine's input with what it is tested with. */
static void fill(uint8_t *bytes)
{
    for (uint32_t i = 0; i < TEST_BYTES; i++) {
        bytes[i] = (uint8_t)(i * PATTERN_STEP + (i >> 8));
    }
}

static bool works(const struct engine_work *work)
{
    return engine_start(work, 1) && engine_finish() &&
           crypto_equal(hal_cipher_buffer(work->to), expected, work->length);
}

/** Encrypts into the other buffer and decrypts in place. */
static bool xts_works(void)
{
    struct engine_work work = {
        .key = {.algorithm = HAL_CIPHER_AES_128_XTS, .encrypt = true},
        .page = FIRST_PAGE,
        .length = TEST_BYTES,
        .from = HAL_CIPHER_INPUT,
        .to = HAL_CIPHER_OUTPUT,
    };
    uint8_t *const input = hal_cipher_buffer(HAL_CIPHER_INPUT);
    struct crypto_memory_key key;

    for (uint32_t i = 0; i < sizeof work.key.bytes; i++) {
        work.key.bytes[i] = (uint8_t)(i + 1);
    }
    fill(input);
    crypto_memory_key_set(&key, work.key.bytes, work.key.bytes + 16);
    memory_encrypt_by_cpu(&key, (uint64_t)FIRST_PAGE * MEMORY_PAGE_BYTES, input, expected,
                          TEST_BYTES);
    if (!works(&work)) {
        return false;
    }
    memcpy(input, expected, TEST_BYTES);
    fill(expected);
    work.key.encrypt = false;
    work.to = HAL_CIPHER_INPUT;
    return works(&work);
}

static bool ctr_works(void)
{
    uint8_t iv[HAL_CIPHER_BLOCK_BYTES];
    struct engine_work work = {
        .key = {.algorithm = HAL_CIPHER_AES_128_CTR, .encrypt = true, .bytes = {1, 2, 3}},
        .iv = iv,
        .length = TEST_BYTES,
        .from = HAL_CIPHER_INPUT,
        .to = HAL_CIPHER_INPUT,
    };
    uint8_t *const input = hal_cipher_buffer(HAL_CIPHER_INPUT);

    memset(iv, 0xFF, sizeof iv);
    fill(input);
    aes128_ctr_by_cpu(work.key.bytes, iv, input, expected, TEST_BYTES);
    return works(&work);
}

bool engine_self_test(void)
{
    const bool ok = xts_works() && ctr_works();

    engine_wipe(TEST_BYTES);
    crypto_wipe(expected, sizeof expected);
    return ok;
}
