/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation reports: the table covers the layout, and reserved areas are watched in each version.
 */
#include <openssl/evp.h>

#include "tests/snp/p384.h"
#include "tests/snp/sample.h"
#include "tests/snp/testing.h"

static EVP_PKEY *key;
static EVP_PKEY *other_key;

static int make(void **state)
{
    (void)state;
    key = witness_p384_make();
    other_key = witness_p384_make();
    return 0;
}

static int forget(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
    return 0;
}

static void signed_sample(const struct witness_product *product, uint32_t version,
                          uint8_t bytes[WITNESS_REPORT_BYTES])
{
    struct witness_report report;

    witness_sample_report(product, version, &report);
    witness_report_write(&report, bytes);
    witness_report_sign(bytes, key);
}

static void the_table_covers_a_report_without_a_gap(void **state)
{
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < witness_report_field_count; i++) {
        assert_int_equal(witness_report_fields[i].offset, at);
        at += witness_report_fields[i].size;
    }
    assert_int_equal(at, WITNESS_REPORT_BYTES);
}

/* Some places by hand, as the specification's table has them. */
static void fields_are_where_the_interface_says(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    assert_hex(bytes,
               "05000000"
               "03000000"
               "3701030000000000",
               16);
    assert_hex(bytes + 0x30,
               "01000000"
               "01000000"
               "04000000000018d3"
               "2500000000000000"
               "01000000"
               "00000000",
               32);
    assert_int_equal(bytes[0x50], 0xA3);
    assert_int_equal(bytes[0x90], 0xA4);
    assert_int_equal(bytes[0xC0], 0xA5);
    assert_int_equal(bytes[0xE0], 0xA6);
    assert_int_equal(bytes[0x110], 0xA7);
    assert_int_equal(bytes[0x140], 0xA8);
    assert_int_equal(bytes[0x160], 0xFF);
    assert_hex(bytes + 0x180,
               "04000000000018d3"
               "190100"
               "00",
               12);
    assert_int_equal(bytes[0x1A0], 0xA9);
    assert_hex(bytes + 0x1E0,
               "04000000000018d3"
               "073a0100"
               "073a0100"
               "04000000000018d3"
               "0100000000000000"
               "0300000000000000"
               "00",
               41);
    assert_true(witness_is_zero(bytes + 0x2A0 + 0x90, 368));
}

static void a_report_of_each_product_and_version_is_sound(void **state)
{
    static const uint32_t versions[] = {2, 3, 5};
    const struct witness_product *const products[] = {&witness_milan, &witness_genoa,
                                                      &witness_turin, &witness_venice};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(witness_product_named(products[i]->name), products[i]);
        assert_ptr_equal(witness_product_of_cpu(products[i]->family, products[i]->model),
                         products[i]);
        for (size_t j = 0; j < 3; j++) {
            uint8_t bytes[WITNESS_REPORT_BYTES];
            uint8_t again[WITNESS_REPORT_BYTES];
            struct witness_report report;

            signed_sample(products[i], versions[j], bytes);
            assert_sound(witness_report_read(bytes, &report));
            assert_sound(witness_report_judge(&report, products[i]));
            assert_true(witness_report_is_signed(bytes, key));
            assert_false(witness_report_is_signed(bytes, other_key));
            witness_report_write(&report, again);
            assert_memory_equal(again, bytes, sizeof bytes);
        }
    }
}

/* Every bit of every reserved area, in each version, by the area's name. */
static void a_reserved_bit_is_named(void **state)
{
    static const uint32_t versions[] = {2, 3, 5};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    for (size_t j = 0; j < 3; j++) {
        signed_sample(&witness_genoa, versions[j], bytes);
        for (size_t i = 0; i < witness_report_field_count; i++) {
            const struct witness_report_field *field = &witness_report_fields[i];
            const bool reserved = field->since == 0 || field->since > versions[j];

            for (size_t bit = 0; reserved && bit < 8u * field->size; bit++) {
                uint8_t *at = &bytes[field->offset + bit / 8];

                *at ^= (uint8_t)(1u << bit % 8);
                assert_fault(witness_report_read(bytes, &report), field->name);
                *at ^= (uint8_t)(1u << bit % 8);
            }
        }
    }
}

static void a_reserved_bit_of_a_field_is_named(void **state)
{
    static const struct {
        uint16_t at;
        uint8_t first; /* Bits of this byte that are reserved, the first and the last. */
        uint8_t last;
        const char *name;
    } cases[] = {
        {0x0A, 1, 1, "POLICY"},        {0x0B, 2, 7, "POLICY"},        {0x0C, 0, 7, "POLICY"},
        {0x0F, 0, 7, "POLICY"},        {0x48, 5, 7, "FLAGS"},         {0x49, 0, 7, "FLAGS"},
        {0x4B, 0, 7, "FLAGS"},         {0x40, 6, 6, "PLATFORM_INFO"}, {0x41, 0, 7, "PLATFORM_INFO"},
        {0x47, 0, 7, "PLATFORM_INFO"},
    };
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (unsigned bit = cases[i].first; bit <= cases[i].last; bit++) {
            bytes[cases[i].at] ^= (uint8_t)(1u << bit);
            assert_fault(witness_report_read(bytes, &report), cases[i].name);
            bytes[cases[i].at] ^= (uint8_t)(1u << bit);
        }
    }
}

static void a_value_that_does_not_exist_is_named(void **state)
{
    static const struct {
        uint16_t at;
        uint8_t value;
        const char *fault;
    } cases[] = {
        {0x00, 0, "VERSION"},
        {0x00, 1, "VERSION"},
        {0x00, 6, "VERSION"},
        {0x03, 1, "VERSION"},
        {0x30, 4, "VMPL"},
        {0x33, 0xFF, "VMPL"},
        {0x34, 0, "SIGNATURE_ALGO"},
        {0x34, 2, "SIGNATURE_ALGO"},
        {0x48, 2 << 2, "SIGNING_KEY"},
        {0x48, 6 << 2, "SIGNING_KEY"},
        {0x48, 7 << 2, "SIGNATURE by none"},
    };
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        signed_sample(&witness_milan, 5, bytes);
        bytes[cases[i].at] = cases[i].value;
        assert_fault(witness_report_read(bytes, &report), cases[i].fault);
    }
}

static void version_4_is_not_one_of_ours(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    signed_sample(&witness_milan, 3, bytes);
    bytes[0] = 4;
    assert_fault(witness_report_read(bytes, &report), "VERSION");
}

static void the_host_asks_with_a_vmpl_of_its_own(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    memset(bytes + 0x30, 0xFF, 4);
    assert_sound(witness_report_read(bytes, &report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_covers_a_report_without_a_gap),
        cmocka_unit_test(fields_are_where_the_interface_says),
        cmocka_unit_test(a_report_of_each_product_and_version_is_sound),
        cmocka_unit_test(a_reserved_bit_is_named),
        cmocka_unit_test(a_reserved_bit_of_a_field_is_named),
        cmocka_unit_test(a_value_that_does_not_exist_is_named),
        cmocka_unit_test(version_4_is_not_one_of_ours),
        cmocka_unit_test(the_host_asks_with_a_vmpl_of_its_own),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
