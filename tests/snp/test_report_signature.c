/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature of an attestation report: it covers every byte, and has a form.
 */
#include <openssl/evp.h>

#include "tests/snp/p384.h"
#include "tests/snp/sample.h"
#include "tests/snp/testing.h"

static EVP_PKEY *key;

static int make(void **state)
{
    (void)state;
    key = witness_p384_make();
    return 0;
}

static int forget(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
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

static void a_report_by_no_key_has_no_signature(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    bytes[0x48] = 1 | 1 << 1 | 7 << 2; /* MASK_CHIP_KEY */
    memset(bytes + 0x2A0, 0, 0x200);
    for (uint8_t algo = 0; algo < 2; algo++) {
        bytes[0x34] = algo;
        assert_sound(witness_report_read(bytes, &report));
        assert_sound(witness_report_judge(&report, &witness_milan));
    }
    assert_false(witness_report_is_signed(bytes, key));
    bytes[0x34] = 2;
    assert_fault(witness_report_read(bytes, &report), "SIGNATURE_ALGO");
    bytes[0x34] = 1;
    bytes[0x48] = 1;
    assert_fault(witness_report_read(bytes, &report), "SIGNATURE of 0");
}

static void the_signature_covers_every_byte(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    for (size_t at = 0; at < sizeof bytes; at++) {
        bytes[at] ^= (uint8_t)(1u << at % 8);
        assert_false(witness_report_is_signed(bytes, key));
        bytes[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_true(witness_report_is_signed(bytes, key));
}

static void half_a_signature_is_none(void **state)
{
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    for (size_t half = 0; half < 2; half++) {
        signed_sample(&witness_milan, 5, bytes);
        memset(bytes + 0x2A0 + 72 * half, 0, 72);
        assert_fault(witness_report_read(bytes, &report), "SIGNATURE of 0");
    }
}

static void reserved_bytes_of_the_signature_are_named(void **state)
{
    static const uint16_t places[] = {0x2A0 + 48,  0x2A0 + 71,  0x2A0 + 120,
                                      0x2A0 + 143, 0x2A0 + 144, 0x49F};
    uint8_t bytes[WITNESS_REPORT_BYTES];
    struct witness_report report;

    (void)state;
    signed_sample(&witness_milan, 5, bytes);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bytes[places[i]] = 1;
        assert_fault(witness_report_read(bytes, &report), "reserved bytes of SIGNATURE");
        bytes[places[i]] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_by_no_key_has_no_signature),
        cmocka_unit_test(the_signature_covers_every_byte),
        cmocka_unit_test(half_a_signature_is_none),
        cmocka_unit_test(reserved_bytes_of_the_signature_are_named),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
