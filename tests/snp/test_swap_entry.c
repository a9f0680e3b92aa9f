/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata entries, and pages that are swapped out: places of the fields, and that nothing of entry
 * or page can be changed.
 */
#include "tests/snp/gcm.h"
#include "tests/snp/swap_entry.h"
#include "tests/snp/testing.h"

static const struct witness_swap_entry sample = {
    .software_data = 0x0807060504030201,
    .iv = 0x1817161514131211,
    .tag = {0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E,
            0x2F, 0x30},
    .valid = true,
    .page_validated = true,
    .gpa = 0x123456789000,
    .vmpl_permissions = {0x0F, 0x01, 0x02, 0x03},
};

/* NIST's first AES-256-GCM vector with text: key, IV and text of 0. */
static void gcm_gives_the_known_answer(void **state)
{
    const uint8_t key[32] = {0};
    const struct witness_gcm gcm = {.key = key};
    uint8_t text[16] = {0};
    uint8_t tag[16];

    (void)state;
    witness_gcm_seal(&gcm, text, text, sizeof text, tag);
    assert_hex(text, "cea7403d4d606b6e074ec5d3baf39d18", sizeof text);
    assert_hex(tag, "d0d1c8a799996bf0265b98b5d48ab919", sizeof tag);
}

/* What is read and written again is the same. */
static void expect_read_back(const uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES])
{
    struct witness_swap_entry entry;
    uint8_t again[WITNESS_SWAP_ENTRY_BYTES];

    assert_sound(witness_swap_read(bytes, &entry));
    witness_swap_write(&entry, again);
    assert_memory_equal(again, bytes, sizeof again);
}

static void an_entry_has_the_layout_of_the_interface(void **state)
{
    uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES];
    struct witness_swap_entry entry;

    (void)state;
    witness_swap_write(&sample, bytes);
    assert_hex(bytes,
               "0102030405060708"
               "1112131415161718"
               "2122232425262728292a2b2c2d2e2f30"
               "0390785634120000"
               "0f010203"
               "00000000"
               "00000000000000000000000000000000",
               sizeof bytes);
    expect_read_back(bytes);
    assert_sound(witness_swap_read(bytes, &entry));
    assert_int_equal(entry.gpa, sample.gpa);
    assert_int_equal(entry.iv, sample.iv);
    assert_int_equal(entry.software_data, sample.software_data);
}

static void each_kind_of_page_has_its_bit(void **state)
{
    static const struct {
        struct witness_swap_entry entry;
        uint8_t word;
    } cases[] = {
        {{.valid = true}, 0x01},    {{.page_validated = true}, 0x02}, {{.vmsa = true}, 0x04},
        {{.metadata = true}, 0x08}, {{.large = true}, 0x10},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES];

        witness_swap_write(&cases[i].entry, bytes);
        assert_int_equal(bytes[0x20], cases[i].word);
        expect_read_back(bytes);
    }
}

static void reserved_and_impossible_bits_are_named(void **state)
{
    static const struct {
        size_t at;
        uint8_t change;
        const char *fault;
    } cases[] = {
        {0x20, 0x20, "reserved bits of the entry's word"},
        {0x20, 0x40, "reserved bits of the entry's word"},
        {0x20, 0x80, "reserved bits of the entry's word"},
        {0x21, 0x08, "reserved bits of the entry's word"},
        {0x2C, 0x01, "reserved bytes at 2Ch"},
        {0x2F, 0x80, "reserved bytes at 2Ch"},
        {0x30, 0x01, "reserved bytes at 30h"},
        {0x3F, 0x80, "reserved bytes at 30h"},
        {0x20, 0x08, "a metadata page that is something else, too"},
        {0x20, 0x0A, "GPA of a metadata page"},
        {0x20, 0x14, "a VMSA of 2 MiB"},
        {0x20, 0x10, "GPA of a page of 2 MiB"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES];
        struct witness_swap_entry entry;

        witness_swap_write(&sample, bytes);
        bytes[cases[i].at] ^= cases[i].change;
        assert_fault(witness_swap_read(bytes, &entry), cases[i].fault);
    }
}

static void a_page_opens_with_its_own_entry_only(void **state)
{
    static uint8_t plain[4096];
    static uint8_t cipher[4096];
    static uint8_t opened[4096];
    uint8_t oek[32] = {1};
    uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES];

    (void)state;
    fill_pattern(plain, sizeof plain);
    witness_swap_write(&sample, bytes);
    witness_swap_seal(oek, bytes, plain, cipher, sizeof plain);
    assert_true(witness_swap_open(oek, bytes, cipher, opened, sizeof opened));
    assert_memory_equal(opened, plain, sizeof opened);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(witness_swap_open(oek, bytes, cipher, opened, sizeof opened));
        assert_true(witness_is_zero(opened, sizeof opened));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t at = 0; at < sizeof cipher; at += 15) {
        cipher[at] ^= (uint8_t)(1u << at % 8);
        assert_false(witness_swap_open(oek, bytes, cipher, opened, sizeof opened));
        cipher[at] ^= (uint8_t)(1u << at % 8);
    }
    oek[31] = 1;
    assert_false(witness_swap_open(oek, bytes, cipher, opened, sizeof opened));
}

static void a_page_of_2_mib_is_one_message(void **state)
{
    static uint8_t page[0x200000];
    const uint8_t oek[32] = {2};
    const struct witness_swap_entry entry = {.iv = 1, .valid = true, .large = true};
    uint8_t bytes[WITNESS_SWAP_ENTRY_BYTES];

    (void)state;
    memset(page, 0, sizeof page);
    witness_swap_write(&entry, bytes);
    witness_swap_seal(oek, bytes, page, page, sizeof page);
    assert_true(witness_swap_open(oek, bytes, page, page, sizeof page));
    assert_true(witness_is_zero(page, sizeof page));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gcm_gives_the_known_answer),
        cmocka_unit_test(an_entry_has_the_layout_of_the_interface),
        cmocka_unit_test(each_kind_of_page_has_its_bit),
        cmocka_unit_test(reserved_and_impossible_bits_are_named),
        cmocka_unit_test(a_page_opens_with_its_own_entry_only),
        cmocka_unit_test(a_page_of_2_mib_is_one_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
