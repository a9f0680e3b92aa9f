/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller's cipher: the published vector, and the worked example of docs/fabric.md.
 */
#include "tests/snp/page_cipher.h"
#include "tests/snp/testing.h"

#define PAGE ((size_t)4096)

static uint8_t data_key[16];
static uint8_t tweak_key[16];
static const struct witness_page_keys keys = {data_key, tweak_key, false};
static uint8_t page[2 * 4096];

static void number_keys(void)
{
    for (uint8_t i = 0; i < 16; i++) {
        data_key[i] = i;
        tweak_key[i] = (uint8_t)(16 + i);
    }
}

/* IEEE 1619, vector 2: the first blocks of a data unit do not depend on its length. */
static void the_vector_of_the_standard_comes_out(void **state)
{
    (void)state;
    memset(data_key, 0x11, sizeof data_key);
    memset(tweak_key, 0x22, sizeof tweak_key);
    memset(page, 0x44, sizeof page);
    witness_pages_encrypt(&keys, 0x3333333333 * PAGE, page, page, 1);
    assert_hex(page, "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0", 32);
}

/* IEEE 1619, vector 10. */
static void the_vector_of_the_standard_comes_out_with_256_bits(void **state)
{
    uint8_t data[32];
    uint8_t tweak[32];
    const struct witness_page_keys large = {data, tweak, true};

    (void)state;
    assert_true(witness_hex("2718281828459045235360287471352662497757247093699959574966967627",
                            data, sizeof data));
    assert_true(witness_hex("3141592653589793238462643383279502884197169399375105820974944592",
                            tweak, sizeof tweak));
    for (size_t i = 0; i < PAGE; i++) {
        page[i] = (uint8_t)i;
    }
    witness_pages_encrypt(&large, 0xFF * PAGE, page, page, 1);
    assert_hex(page, "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b", 32);
    witness_pages_decrypt(&large, 0xFF * PAGE, page, page, 1);
    assert_int_equal(page[255], 255);
}

static void the_worked_example_comes_out(void **state)
{
    (void)state;
    number_keys();
    for (size_t i = 0; i < sizeof page; i++) {
        page[i] = (uint8_t)(32 + i % 16);
    }
    witness_pages_encrypt(&keys, 0x123456000, page, page, 2);
    assert_hex(page, "efb7069ef0f612c4cfe8f68ddda10972", 16);
    assert_hex(page + 0x10, "d8f831f92ea12642e569db601569958d", 16);
    assert_hex(page + 0xFF0, "dc66d2cd792fc088c7d7c12014b1eff9", 16);
    assert_hex(page + 0x1000, "a6aea3625bf0987e09e87b5780548550", 16);
}

static void what_is_encrypted_opens_at_its_place_only(void **state)
{
    static uint8_t cipher[sizeof page];
    static uint8_t opened[sizeof page];

    (void)state;
    number_keys();
    fill_pattern(page, sizeof page);
    witness_pages_encrypt(&keys, 0x7000, page, cipher, 2);
    witness_pages_decrypt(&keys, 0x7000, cipher, opened, 2);
    assert_memory_equal(opened, page, sizeof page);
    witness_pages_decrypt(&keys, 0x8000, cipher, opened, 1);
    assert_memory_not_equal(opened, page, 16);
    data_key[0] ^= 1;
    witness_pages_decrypt(&keys, 0x7000, cipher, opened, 1);
    assert_memory_not_equal(opened, page, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_of_the_standard_comes_out),
        cmocka_unit_test(the_vector_of_the_standard_comes_out_with_256_bits),
        cmocka_unit_test(the_worked_example_comes_out),
        cmocka_unit_test(what_is_encrypted_opens_at_its_place_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
