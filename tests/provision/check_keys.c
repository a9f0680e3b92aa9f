/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key derivation, fuses, signatures and what certificates say of themselves: known answers.
 */
#include <string.h>

#include "abi/snp_state.h"
#include "host/provision/rsa.h"
#include "tests/provision/checker.h"

static void assert_hex(const uint8_t *bytes, size_t length, const char *expected)
{
    char text[2 * 64 + 1];
    assert_true(length <= 64);
    provision_hex(bytes, length, text);
    assert_string_equal(text, expected);
}

/* The key-encryption key that follows from the master secret in a unit test of virtee/sev. */
static void kdf_known_answer(void **state)
{
    static const uint8_t master[16] = {0xab, 0x4d, 0x26, 0x9f, 0xcc, 0x62, 0xbe, 0xdb,
                                       0x45, 0x11, 0xd5, 0x6c, 0x38, 0x6c, 0xe7, 0x06};
    uint8_t kek[16];
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_kdf(master, sizeof master, "sev-kek", NULL, 0, kek, sizeof kek, &error));
    assert_hex(kek, sizeof kek, "b6abfbfb75ea1ea74ed8750b8afdb973");
}

/* Computed with a third implementation: plain integer arithmetic in Python. */
static void cek_and_id_known_answer(void **state)
{
    uint8_t secret[PROVISION_CHIP_SECRET_BYTES];
    uint8_t id[PROVISION_CHIP_ID_BYTES];
    struct provision_p384_key cek;
    struct provision_error error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)i;
    }
    assert_true(provision_derive_cek(secret, &cek, &error));
    assert_hex(cek.d, sizeof cek.d,
               "2af88aee8d1aa53b7420e372122b42d793d6bff2a2373096888d88da3423b0e1"
               "8089a2cc0d24f62022dac4b520621ef5");
    assert_hex(cek.x, sizeof cek.x,
               "df47b1a7f9d38a6230314729183d613c6d9bd435135fd92fa73bb8b32b25b194"
               "d1d2f9dbbb09a6adde0b435a8f0b420a");
    assert_hex(cek.y, sizeof cek.y,
               "671414dde05d659f117465ebe959c94afeed523cf991b2a52c208ba6d3557194"
               "2481cdea9d4af2c2c5696e1fb7f5e1d5");
    assert_true(provision_chip_id(&cek, id, &error));
    assert_hex(id, sizeof id,
               "5b7ffa3e8f5a7e035e3aeee09dbebf3468504d157166e40d7f56bb8c205c1e9d"
               "9f1b8dfaa584bbc33d7d46b63fff737ebaa1f50b5b075217bb7ab97378ef8481");
}

static void fuses_refuse_an_empty_secret(void **state)
{
    static const uint8_t zero[48];
    static const uint8_t secret[PROVISION_CHIP_SECRET_BYTES] = {[31] = 1};
    struct fuses fuses;
    struct provision_error error = {0};
    (void)state;
    assert_false(provision_make_fuses(zero, zero, zero, 0, 0, 0, &fuses, &error));
    assert_true(provision_make_fuses(secret, zero, zero, 5, 3, 2, &fuses, &error));
    assert_memory_equal(&fuses, "VAFUSES1", 8);
    assert_memory_equal((const uint8_t *)&fuses + 0x78, "PROP", 4);
    assert_int_equal(fuses.minimum_security_version, 5);
    assert_int_equal(fuses.product, SNP_PRODUCT_TURIN);
    assert_int_equal(fuses.report_version, 2);
    fuses.reserved[0x77] = 1;
    assert_false(provision_check_fuses(&fuses, &error));
    assert_false(provision_make_fuses(secret, zero, zero, 0, 5, 0, &fuses, &error));
    assert_false(provision_make_fuses(secret, zero, zero, 0, 1, 4, &fuses, &error));
    assert_false(provision_make_fuses(secret, zero, zero, 0, SNP_PRODUCT_ROME, 3, &fuses, &error));
}

static void rsa_signatures_repeat_only_for_the_same_input(void **state)
{
    uint8_t first[PROVISION_RSA_BYTES];
    uint8_t second[PROVISION_RSA_BYTES];
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_rsa_sign(good.ark, "message", 7, first, &error));
    assert_true(provision_rsa_sign(good.ark, "message", 7, second, &error));
    assert_memory_equal(first, second, sizeof first);
    assert_true(provision_rsa_sign(good.ark, "massage", 7, second, &error));
    assert_memory_not_equal(first, second, sizeof first);
}

static void cek_certificate_as_exported_is_unsigned(void **state)
{
    struct sev_certificate exported;
    struct sev_signature_slot empty = {.usage = SEV_USAGE_INVALID};
    struct provision_error error = {0};
    (void)state;
    provision_cek_certificate(&good.keys[CEK], &exported);
    assert_memory_equal(&exported, &good.cek, SEV_CERTIFICATE_SIGNED_BYTES);
    assert_memory_equal(&exported.slots[0], &empty, sizeof empty);
    assert_memory_equal(&good.cek.slots[1], &empty, sizeof empty);
    assert_int_equal(good.cek.slots[0].usage, SEV_USAGE_ASK);
    assert_int_equal(good.cek.slots[0].algorithm, SEV_ALGORITHM_RSA_SHA384);
    assert_false(
        verify_sev_certificate_by_ask(&exported, good.chain.ask, good.chain.ask_length, &error));
}

static void our_key_ids_are_not_amds(void **state)
{
    /* First bytes of the key ids of AMD's ARKs and ASKs, Naples to Turin. */
    static const uint8_t amds[][4] = {
        {0x1b, 0xb9, 0x87, 0xc3}, {0xe6, 0x00, 0x21, 0x22}, {0x94, 0xc3, 0x8e, 0x41},
        {0x9f, 0x9d, 0x4a, 0x8f}, {0xd0, 0x5c, 0x3a, 0x8b}, {0xe1, 0x39, 0x97, 0x0c},
        {0xc6, 0xcb, 0xcf, 0x14}, {0x73, 0x47, 0x8c, 0x05}, {0xac, 0xbb, 0x4a, 0xd2},
        {0x15, 0x05, 0x16, 0x93},
    };
    (void)state;
    for (size_t i = 0; i < sizeof amds / sizeof amds[0]; i++) {
        assert_memory_not_equal(good.ark_certificate.header.key_id, amds[i], 4);
        assert_memory_not_equal(good.ask_certificate.header.key_id, amds[i], 4);
    }
    assert_memory_equal(good.ark_certificate.header.key_id, "VIRTASP-TEST-ARK", 16);
    assert_memory_equal(good.ark_certificate.header.certifying_id, "VIRTASP-TEST-ARK", 16);
    assert_memory_equal(good.ask_certificate.header.key_id, "VIRTASP-TEST-ASK", 16);
    assert_memory_equal(good.ask_certificate.header.certifying_id, "VIRTASP-TEST-ARK", 16);
}

int check_keys(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kdf_known_answer),
        cmocka_unit_test(cek_and_id_known_answer),
        cmocka_unit_test(fuses_refuse_an_empty_secret),
        cmocka_unit_test(rsa_signatures_repeat_only_for_the_same_input),
        cmocka_unit_test(cek_certificate_as_exported_is_unsigned),
        cmocka_unit_test(our_key_ids_are_not_amds),
    };
    return cmocka_run_group_tests(tests, checker_set_up, NULL);
}
