/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher engine: what it computes is what OpenSSL computes, whatever it does the CPU's results
 * come out, and nothing secret stays in its buffers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "crypto/aes.h"
#include "crypto/cipher_engine.h"
#include "crypto/memory_batch.h"
#include "crypto/memory_encryption.h"
#include "crypto/self_test.h"
#include "hal/cipher.h"
#include "hal/hosted/hosted.h"

#define PAGE ((size_t)4096)
#define BLOCK ((size_t)16)
#define PAGES 40u
#define PADDR 0xFFFFFFF0000u /* Page numbers pass 2^32. */

static const enum hosted_cipher_fault faults[] = {HOSTED_CIPHER_FAILS, HOSTED_CIPHER_HANGS};
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

static uint8_t keys[32]; /* Data key, then tweak key. */
static struct crypto_memory_key key;
static uint8_t plain[PAGES * PAGE], cipher[PAGES * PAGE], output[PAGES * PAGE];

/** Encrypts whole pages with OpenSSL, from plain to cipher. */
static void make_expected(void)
{
    for (size_t i = 0; i < PAGES; i++) {
        EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
        uint8_t unit[16] = {0};
        const uint64_t number = PADDR / PAGE + i;
        int bytes = 0;

        memcpy(unit, &number, sizeof(number));
        assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_xts(), NULL, keys, unit), 1);
        assert_int_equal(
            EVP_EncryptUpdate(context, cipher + i * PAGE, &bytes, plain + i * PAGE, PAGE), 1);
        EVP_CIPHER_CTX_free(context);
    }
}

static void make_ctr(const uint8_t iv[16], uint8_t *result, size_t length)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int bytes = 0;

    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, keys, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(context, result, &bytes, plain, (int)length), 1);
    EVP_CIPHER_CTX_free(context);
}

/** A new board whose engine is used. */
static int begin(void **state)
{
    (void)state;
    hosted_reset();
    crypto_engine_start();
    for (size_t i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)(i * 31 + (i >> 8) + 1);
    }
    for (size_t i = 0; i < sizeof(keys); i++) {
        keys[i] = (uint8_t)(i * 7 + 3);
    }
    crypto_memory_key_set(&key, keys, keys + 16);
    make_expected();
    return 0;
}

static void assert_buffer_is_zero(enum hal_cipher_buffer which)
{
    const uint8_t *bytes = hal_cipher_buffer(which);

    for (size_t i = 0; i < HAL_CIPHER_BUFFER_BYTES; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void engine_is_used_and_has_forgotten_the_test_keys(void **state)
{
    (void)state;
    assert_string_equal(crypto_engine_name(), HOSTED_CIPHER_NAME);
    assert_string_equal(crypto_memory_engine_name(), HOSTED_CIPHER_NAME);
    assert_false(crypto_engine_has_failed());
    assert_int_equal(hosted_cipher_sessions(), 0);
    assert_buffer_is_zero(HAL_CIPHER_INPUT);
    assert_buffer_is_zero(HAL_CIPHER_OUTPUT);
}

static void board_without_engine_does_without(void **state)
{
    (void)state;
    hosted_reset();
    hosted_cipher_remove();
    crypto_engine_start();
    assert_null(crypto_engine_name());
    assert_false(crypto_engine_has_failed());
    assert_string_equal(crypto_memory_engine_name(), "portable");
    assert_false(crypto_memory_batch_is_worth(PAGES * PAGE));
    crypto_memory_encrypt(&key, PADDR, plain, output, sizeof(output));
    assert_memory_equal(output, cipher, sizeof(output));
    assert_int_equal(hosted_cipher_operations(), 0);
}

/** Whatever an engine does wrong at start, and whenever: it is not used. */
static void engine_that_fails_its_test_is_not_used(void **state)
{
    const uint64_t operations = hosted_cipher_operations();
    uint32_t refused = 0;

    (void)state;
    for (int fault = HOSTED_CIPHER_FAILS; fault <= HOSTED_CIPHER_LIES; fault++) {
        for (uint64_t at = 1; at <= operations; at++) {
            hosted_reset();
            hosted_cipher_fault((enum hosted_cipher_fault)fault, at);
            crypto_engine_start();
            assert_null(crypto_engine_name());
            assert_true(crypto_engine_has_failed());
            assert_string_equal(crypto_memory_engine_name(), "portable");
            assert_buffer_is_zero(HAL_CIPHER_INPUT);
            crypto_memory_encrypt(&key, PADDR, plain, output, sizeof(output));
            assert_memory_equal(output, cipher, sizeof(output));
            refused++;
        }
    }
    assert_true(refused >= 12);
}

static void pages_from_anywhere_equal_openssl(void **state)
{
    static const size_t offsets[] = {0, BLOCK, PAGE - BLOCK, PAGE, PAGE + 5 * BLOCK};
    static const size_t lengths[] = {
        4 * PAGE, 5 * PAGE, 16 * PAGE, 16 * PAGE + BLOCK, 33 * PAGE + 7 * BLOCK, 38 * PAGE};

    (void)state;
    for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
        for (size_t l = 0; l < sizeof(lengths) / sizeof(lengths[0]); l++) {
            const uint64_t before = hosted_cipher_operations();
            const size_t at = offsets[o];

            memset(output, 0, sizeof(output));
            crypto_memory_encrypt(&key, PADDR + at, plain + at, output, lengths[l]);
            assert_memory_equal(output, cipher + at, lengths[l]);
            assert_int_equal(output[lengths[l]], 0);
            crypto_memory_decrypt(&key, PADDR + at, output, output, lengths[l]); /* In place. */
            assert_memory_equal(output, plain + at, lengths[l]);
            assert_true(hosted_cipher_operations() > before || at % PAGE != 0);
            assert_buffer_is_zero(HAL_CIPHER_INPUT);
            assert_buffer_is_zero(HAL_CIPHER_OUTPUT);
        }
    }
}

static void little_work_is_the_cpus(void **state)
{
    const uint64_t before = hosted_cipher_operations();
    uint8_t iv[16] = {0};

    (void)state;
    crypto_memory_encrypt(&key, PADDR, plain, output, 4 * PAGE - BLOCK);
    crypto_memory_encrypt(&key, PADDR + BLOCK, plain + BLOCK, output, 4 * PAGE);
    crypto_aes128_ctr(keys, iv, plain, output, 4 * PAGE - BLOCK);
    crypto_aes128_ctr(keys, iv, plain, output, 4 * PAGE + 1); /* Not whole blocks. */
    assert_false(crypto_memory_batch_is_worth(4 * PAGE - BLOCK));
    assert_int_equal(hosted_cipher_operations(), before);
}

/** However much was done when the engine failed, all of it comes out right, and it is not used again. */
static void failure_in_the_middle_changes_no_result(void **state)
{
    for (size_t fault = 0; fault < FAULTS; fault++) {
        for (uint64_t at = 1; at <= 4; at++) { /* A session, and three batches. */
            (void)begin(state);
            memset(output, 0, sizeof(output));
            hosted_cipher_fault(faults[fault], at);
            crypto_memory_encrypt(&key, PADDR, plain, output, sizeof(output));
            assert_memory_equal(output, cipher, sizeof(output));
            assert_null(crypto_engine_name());
            assert_true(crypto_engine_has_failed());
            assert_buffer_is_zero(HAL_CIPHER_INPUT);
            hosted_cipher_fault(HOSTED_CIPHER_GOOD, 0);
            crypto_memory_decrypt(&key, PADDR, output, output, sizeof(output));
            assert_memory_equal(output, plain, sizeof(output));
            assert_string_equal(crypto_memory_engine_name(), "portable");
        }
    }
}

static void ctr_equals_openssl_whatever_fails(void **state)
{
    static uint8_t expected[16 * PAGE];
    uint8_t iv[16];

    memset(iv, 0xFF, sizeof(iv));
    iv[15] = 0xFE; /* The counter overflows into every byte. */
    for (uint64_t at = 0; at <= 3; at++) {
        for (size_t fault = 0; fault < FAULTS; fault++) {
            for (size_t length = 4 * PAGE; length <= sizeof(expected); length += 3 * PAGE) {
                (void)begin(state);
                make_ctr(iv, expected, length);
                hosted_cipher_fault(faults[fault], at);
                crypto_aes128_ctr(keys, iv, plain, output, length);
                assert_memory_equal(output, expected, length);
                crypto_aes128_ctr(keys, iv, output, output, length); /* In place, and back. */
                assert_memory_equal(output, plain, length);
                assert_int_equal(crypto_engine_name() == NULL, at != 0);
                assert_buffer_is_zero(HAL_CIPHER_INPUT);
            }
        }
    }
}

/** Encrypts all pages in batches. */
static void run_batches(void)
{
    for (size_t done = 0; done < sizeof(output);) {
        const size_t left = sizeof(output) - done;
        const size_t part = left < CRYPTO_MEMORY_BATCH_BYTES ? left : CRYPTO_MEMORY_BATCH_BYTES;

        memcpy(crypto_memory_batch_plaintext(), plain + done, part);
        crypto_memory_batch_start(&key, PADDR + done, (uint32_t)part);
        assert_false(crypto_memory_batch_is_worth(PAGES * PAGE)); /* One at a time. */
        assert_memory_equal(crypto_memory_batch_plaintext(), plain + done, part);
        memcpy(output + done, crypto_memory_batch_finish(), part);
        done += part;
    }
    crypto_memory_batch_wipe();
}

static void batches_equal_openssl_whatever_fails(void **state)
{
    for (size_t fault = 0; fault < FAULTS; fault++) {
        for (uint64_t at = 0; at <= 4; at++) {
            (void)begin(state);
            memset(output, 0, sizeof(output));
            assert_true(crypto_memory_batch_is_worth(sizeof(output)));
            hosted_cipher_fault(faults[fault], at);
            run_batches();
            assert_memory_equal(output, cipher, sizeof(output));
            assert_int_equal(crypto_engine_name() == NULL, at != 0);
            assert_buffer_is_zero(HAL_CIPHER_INPUT);
        }
    }
}

/** While a batch is worked on, others' work is the CPU's. */
static void batch_is_not_disturbed(void **state)
{
    (void)state;
    memcpy(crypto_memory_batch_plaintext(), plain, 4 * PAGE);
    crypto_memory_batch_start(&key, PADDR, 4 * PAGE);
    crypto_memory_encrypt(&key, PADDR, plain, output, sizeof(output));
    assert_memory_equal(output, cipher, sizeof(output));
    assert_memory_equal(crypto_memory_batch_finish(), cipher, 4 * PAGE);
    crypto_memory_batch_wipe();
}

static void keys_are_kept_until_they_are_forgotten(void **state)
{
    uint64_t before;

    (void)state;
    crypto_memory_encrypt(&key, PADDR, plain, output, 4 * PAGE);
    assert_int_equal(hosted_cipher_sessions(), 1);
    before = hosted_cipher_operations();
    crypto_memory_encrypt(&key, PADDR, plain, output, 4 * PAGE);
    assert_int_equal(hosted_cipher_operations(), before + 1); /* The batch. */
    crypto_memory_decrypt(&key, PADDR, plain, output, 4 * PAGE);
    assert_int_equal(hosted_cipher_sessions(), 2);
    crypto_engine_forget();
    assert_int_equal(hosted_cipher_sessions(), 0);
    assert_string_equal(crypto_engine_name(), HOSTED_CIPHER_NAME);
    crypto_memory_encrypt(&key, PADDR, plain, output, 4 * PAGE);
    assert_memory_equal(output, cipher, 4 * PAGE);
    assert_int_equal(hosted_cipher_sessions(), 1);
}

/** More keys than the engine is given at once, each in one bit different from the one before. */
static void each_key_gives_its_own_ciphertext(void **state)
{
    (void)state;
    for (size_t round = 0; round < 2; round++) {
        for (size_t bit = 0; bit < 256; bit += 9) {
            keys[bit / 8] ^= (uint8_t)(1u << bit % 8);
            make_expected();
            crypto_memory_key_set(&key, keys, keys + 16);
            crypto_memory_encrypt(&key, PADDR, plain, output, 4 * PAGE);
            assert_memory_equal(output, cipher, 4 * PAGE);
            assert_true(hosted_cipher_sessions() <= 4);
        }
    }
    assert_string_equal(crypto_engine_name(), HOSTED_CIPHER_NAME);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(engine_is_used_and_has_forgotten_the_test_keys),
        TEST(board_without_engine_does_without),
        TEST(engine_that_fails_its_test_is_not_used),
        TEST(pages_from_anywhere_equal_openssl),
        TEST(little_work_is_the_cpus),
        TEST(failure_in_the_middle_changes_no_result),
        TEST(ctr_equals_openssl_whatever_fails),
        TEST(batches_equal_openssl_whatever_fails),
        TEST(batch_is_not_disturbed),
        TEST(keys_are_kept_until_they_are_forgotten),
        TEST(each_key_gives_its_own_ciphertext),
    };

    crypto_start();
    return cmocka_run_group_tests_name("cipher engine", tests, NULL, NULL);
}
