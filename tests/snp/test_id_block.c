/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID block and its authentication page: what is made is where the interface says, and every byte
 * that counts is covered.
 */
#include <openssl/evp.h>

#include "tests/snp/id_block.h"
#include "tests/snp/p384.h"
#include "tests/snp/testing.h"

static EVP_PKEY *id_key;
static EVP_PKEY *author_key;
static uint8_t block[WITNESS_ID_BLOCK_BYTES];
static uint8_t page[WITNESS_ID_AUTH_BYTES];

static int make(void **state)
{
    struct witness_id id = {.guest_svn = 0x04030201, .policy = 0x30000};

    (void)state;
    memset(id.digest, 0xD1, sizeof id.digest);
    memset(id.family_id, 0xFA, sizeof id.family_id);
    memset(id.image_id, 0x1A, sizeof id.image_id);
    id_key = witness_p384_make();
    author_key = witness_p384_make();
    witness_id_block(&id, block);
    witness_id_auth(block, id_key, author_key, page);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    EVP_PKEY_free(id_key);
    EVP_PKEY_free(author_key);
    return 0;
}

static void the_block_has_the_layout_of_the_interface(void **state)
{
    struct witness_id id;

    (void)state;
    assert_hex(block + 0x50,
               "01000000"
               "01020304"
               "0000030000000000",
               16);
    for (size_t i = 0; i < 0x30; i++) {
        assert_int_equal(block[i], 0xD1);
    }
    assert_int_equal(block[0x30], 0xFA);
    assert_int_equal(block[0x3F], 0xFA);
    assert_int_equal(block[0x40], 0x1A);
    assert_int_equal(block[0x4F], 0x1A);
    assert_sound(witness_id_read(block, &id));
    assert_int_equal(id.guest_svn, 0x04030201);
    assert_int_equal(id.policy, 0x30000);
    assert_memory_equal(id.digest, block, 48);
}

static void the_page_has_the_layout_of_the_interface(void **state)
{
    (void)state;
    assert_hex(page, "0100000001000000", 8);
    assert_hex(page + 0x240, "02000000", 4); /* CURVE of the ID key, */
    assert_hex(page + 0x880, "02000000", 4); /* and of the author's. */
    assert_true(witness_is_zero(page + 0x240 + 4 + 48, 24));
    assert_true(witness_is_zero(page + 0x240 + 0x94, 880));
    assert_true(witness_is_zero(page + 0x40 + 0x90, 368));
    assert_false(witness_is_zero(page + 0x40, 48));
    assert_false(witness_is_zero(page + 0x40 + 72, 48));
    assert_sound(witness_id_check(block, page, true));
    assert_sound(witness_id_check(block, page, false));
}

static void key_digests_cover_the_whole_key(void **state)
{
    uint8_t expected[48];
    uint8_t digest[48];

    (void)state;
    witness_sha384(page + 0x240, 0x404, expected);
    witness_p384_key_digest(id_key, digest);
    assert_memory_equal(digest, expected, sizeof digest);
}

static void a_key_survives_being_written_and_read(void **state)
{
    EVP_PKEY *read = witness_p384_read(page + 0x240);

    (void)state;
    assert_non_null(read);
    assert_int_equal(EVP_PKEY_eq(read, id_key), 1);
    EVP_PKEY_free(read);
}

static void any_changed_bit_of_the_block_is_noticed(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof block; bit += 3) {
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_non_null(witness_id_check(block, page, false));
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* Of every byte one bit; the words AUTH_KEY_ALGO and beyond 680h belong to the author. */
static void any_changed_byte_of_the_page_is_noticed(void **state)
{
    (void)state;
    for (size_t at = 0; at < sizeof page; at++) {
        const bool authors = (at >= 4 && at < 8) || at >= 0x680;

        page[at] ^= (uint8_t)(1u << at % 8);
        assert_non_null(witness_id_check(block, page, true));
        assert_int_equal(witness_id_check(block, page, false) == NULL, authors);
        page[at] ^= (uint8_t)(1u << at % 8);
    }
}

static void faults_are_named(void **state)
{
    static const struct {
        size_t at;
        const char *fault;
    } cases[] = {
        {0x000, "algorithm of the ID key"},   {0x004, "algorithm of the author key"},
        {0x008, "reserved bytes at 8h"},      {0x03F, "reserved bytes at 8h"},
        {0x040, "signature of the ID block"}, {0x070, "signature of the ID block"},
        {0x240, "signature of the ID block"}, {0x643, "signature of the ID block"},
        {0x644, "reserved bytes at 644h"},    {0x67F, "reserved bytes at 644h"},
        {0x680, "signature of the ID key"},   {0x880, "signature of the ID key"},
        {0xC84, "reserved bytes at C84h"},    {0xFFF, "reserved bytes at C84h"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        page[cases[i].at] ^= 0x10;
        assert_fault(witness_id_check(block, page, true), cases[i].fault);
        page[cases[i].at] ^= 0x10;
    }
    block[0x50] = 2;
    assert_fault(witness_id_check(block, page, true), "version of the ID block");
    block[0x50] = 1;
}

static void the_author_signs_this_id_key_and_no_other(void **state)
{
    EVP_PKEY *other = witness_p384_make();
    uint8_t mixed[WITNESS_ID_AUTH_BYTES];

    (void)state;
    witness_id_auth(block, other, NULL, mixed);
    assert_sound(witness_id_check(block, mixed, false));
    assert_true(witness_is_zero(mixed + 4, 4));
    assert_true(witness_is_zero(mixed + 0x680, sizeof mixed - 0x680));
    memcpy(mixed + 4, page + 4, 4);
    memcpy(mixed + 0x680, page + 0x680, sizeof mixed - 0x680);
    assert_fault(witness_id_check(block, mixed, true), "signature of the ID key");
    EVP_PKEY_free(other);
}

static void signatures_of_zero_are_refused(void **state)
{
    uint8_t saved[48];

    (void)state;
    for (size_t at = 0x40; at <= 0x88; at += 0x48) {
        memcpy(saved, page + at, sizeof saved);
        memset(page + at, 0, sizeof saved);
        assert_fault(witness_id_check(block, page, false), "signature of the ID block");
        memset(page + at, 0xFF, sizeof saved); /* Above the order. */
        assert_fault(witness_id_check(block, page, false), "signature of the ID block");
        memcpy(page + at, saved, sizeof saved);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_block_has_the_layout_of_the_interface),
        cmocka_unit_test(the_page_has_the_layout_of_the_interface),
        cmocka_unit_test(key_digests_cover_the_whole_key),
        cmocka_unit_test(a_key_survives_being_written_and_read),
        cmocka_unit_test(any_changed_bit_of_the_block_is_noticed),
        cmocka_unit_test(any_changed_byte_of_the_page_is_noticed),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(the_author_signs_this_id_key_and_no_other),
        cmocka_unit_test(signatures_of_zero_are_refused),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
