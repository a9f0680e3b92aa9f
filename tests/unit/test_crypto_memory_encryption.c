/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory encryption against OpenSSL's AES-128-XTS, whose data unit is here one page.
 */
#include <openssl/evp.h>

#include "crypto/memory_encryption.h"
#include "crypto_support.h"

#define PAGE ((size_t)4096)
#define BLOCK ((size_t)16)

static struct crypto_memory_key key;
static uint8_t keys[32]; /* Data key, then tweak key. */
static uint8_t plain[3 * PAGE], cipher[3 * PAGE], output[3 * PAGE + BLOCK];

static void new_inputs(void)
{
    fill(keys, sizeof(keys));
    fill(plain, sizeof(plain));
    crypto_memory_key_set(&key, keys, keys + 16);
}

/* Encrypts whole pages with OpenSSL, from plain to cipher. */
static void openssl_xts(uint64_t page, size_t pages)
{
    for (size_t i = 0; i < pages; i++) {
        EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
        uint8_t unit[16] = {0};
        int bytes = 0;
        const uint64_t number = page + i;
        memcpy(unit, &number, sizeof(number)); /* Little-endian, like this machine. */
        assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_xts(), NULL, keys, unit), 1);
        assert_int_equal(
            EVP_EncryptUpdate(context, cipher + i * PAGE, &bytes, plain + i * PAGE, PAGE), 1);
        EVP_CIPHER_CTX_free(context);
    }
}

static void every_block_can_be_reached_alone(void **state)
{
    (void)state;
    const uint64_t page = 0x12345;
    new_inputs();
    openssl_xts(page, 1);
    for (size_t offset = 0; offset < PAGE; offset += BLOCK) {
        crypto_memory_encrypt(&key, page * PAGE + offset, plain + offset, output, BLOCK);
        assert_memory_equal(output, cipher + offset, BLOCK);
        crypto_memory_decrypt(&key, page * PAGE + offset, cipher + offset, output, BLOCK);
        assert_memory_equal(output, plain + offset, BLOCK);
    }
}

/* From every block on, to the page's end and across it into the next pages. */
static void runs_may_start_anywhere_and_cross_pages(void **state)
{
    (void)state;
    const uint64_t page = 0xabcdef;
    new_inputs();
    openssl_xts(page, 3);
    for (size_t offset = 0; offset < PAGE; offset += BLOCK) {
        const size_t lengths[] = {PAGE - offset, PAGE, 3 * PAGE - offset};
        for (size_t i = 0; i < 3; i++) {
            crypto_memory_encrypt(&key, page * PAGE + offset, plain + offset, output, lengths[i]);
            assert_memory_equal(output, cipher + offset, lengths[i]);
            crypto_memory_decrypt(&key, page * PAGE + offset, output, output, lengths[i]);
            assert_memory_equal(output, plain + offset, lengths[i]);
        }
    }
}

static void random_runs_equal_openssl(void **state)
{
    (void)state;
    for (unsigned int round = 0; round < 500; round++) {
        const uint64_t page = (uint64_t)pick(1u << 20) << pick(28);
        const size_t offset = pick(2 * PAGE / BLOCK) * BLOCK;
        const size_t length = pick((sizeof(plain) - offset) / BLOCK + 1) * BLOCK;
        const size_t shift = pick(BLOCK); /* Nothing needs to be aligned in memory. */
        new_inputs();
        openssl_xts(page, 3);
        memcpy(output + shift, plain + offset, length);
        crypto_memory_encrypt(&key, page * PAGE + offset, output + shift, output + shift, length);
        assert_memory_equal(output + shift, cipher + offset, length);
    }
}

/* The highest page of a 52-bit physical address space. */
static void unit_numbers_have_more_than_32_bits(void **state)
{
    (void)state;
    static const uint64_t pages[] = {0xffffffff, 0x100000000, 0x3333333333, 0xffffffffff};
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        new_inputs();
        openssl_xts(pages[i], 1);
        crypto_memory_encrypt(&key, pages[i] * PAGE, plain, output, PAGE);
        assert_memory_equal(output, cipher, PAGE);
    }
}

static void moved_or_differently_keyed_ciphertext_is_garbage(void **state)
{
    (void)state;
    new_inputs();
    crypto_memory_encrypt(&key, 0x10000, plain, cipher, PAGE);
    crypto_memory_decrypt(&key, 0x11000, cipher, output, PAGE);
    assert_memory_not_equal(output, plain, BLOCK);
    crypto_memory_decrypt(&key, 0x10010, cipher, output, BLOCK);
    assert_memory_not_equal(output, plain, BLOCK);
    keys[0] ^= 1;
    crypto_memory_key_set(&key, keys, keys + 16);
    crypto_memory_decrypt(&key, 0x10000, cipher, output, PAGE);
    assert_memory_not_equal(output, plain, BLOCK);
    keys[0] ^= 1;
    keys[16] ^= 1;
    crypto_memory_key_set(&key, keys, keys + 16);
    crypto_memory_decrypt(&key, 0x10000, cipher, output, PAGE);
    assert_memory_not_equal(output, plain, BLOCK);
}

static void length_zero_touches_nothing(void **state)
{
    (void)state;
    new_inputs();
    memset(output, 0xa5, BLOCK);
    crypto_memory_encrypt(&key, 0x1000, NULL, NULL, 0);
    crypto_memory_encrypt(&key, 0x1000, plain, output, 0);
    crypto_memory_decrypt(&key, 0x1000, plain, output, 0);
    for (size_t i = 0; i < BLOCK; i++) {
        assert_int_equal(output[i], 0xa5);
    }
}

static void parts_of_a_block_are_fatal(void **state)
{
    (void)state;
    new_inputs();
    assert_fatal(crypto_memory_encrypt(&key, 0x1008, plain, output, BLOCK));
    assert_fatal(crypto_memory_encrypt(&key, 0x1000, plain, output, BLOCK + 8));
    assert_fatal(crypto_memory_decrypt(&key, 0x1001, plain, output, BLOCK));
    assert_fatal(crypto_memory_decrypt(&key, 0x1000, plain, output, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_can_be_reached_alone),
        cmocka_unit_test(runs_may_start_anywhere_and_cross_pages),
        cmocka_unit_test(random_runs_equal_openssl),
        cmocka_unit_test(unit_numbers_have_more_than_32_bits),
        cmocka_unit_test(moved_or_differently_keyed_ciphertext_is_garbage),
        cmocka_unit_test(length_zero_touches_nothing),
        cmocka_unit_test(parts_of_a_block_are_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
