/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T17: malformed certificates of the commands that take them: each with its status, and nothing has
 * changed afterwards (CVE-2021-26406).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"

#define PEK BOARD_BUFFER(6)
#define OCA BOARD_BUFFER(7)

static struct sev_pek_cert_import import;
static struct oracle_key owner;
static struct sev_certificate good_pek;
static struct sev_certificate good_oca;

static struct sev_certificate *at(uint64_t paddr)
{
    return (struct sev_certificate *)(void *)board_dram(paddr);
}

static int boot(void **state)
{
    (void)board_boot_init(state);
    flow_prepare_import(&import, &owner);
    good_pek = *at(PEK);
    good_oca = *at(OCA);
    return 0;
}

/** Imports what is in memory, expects the status, and puts the good certificates back. */
static void assert_import(enum sev_status expected)
{
    static struct board_certificates before;
    static struct board_certificates after;

    board_export(&before);
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import)), expected);
    board_export(&after);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_int_equal(board_status().owner, 0);
    *at(PEK) = good_pek;
    *at(OCA) = good_oca;
}

/** Signs again what a test has changed, so that only the change is wrong. */
static void sign_again(uint64_t paddr)
{
    oracle_sign(at(paddr), 0, SEV_USAGE_OCA, at(OCA)->public_key_algorithm, &owner);
}

static void field_that_is_wrong_but_signed_is_an_invalid_certificate(void **state)
{
    static const uint64_t both[] = {PEK, OCA};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sev_certificate *bad = at(both[i]);
        bad->version = 2;
        sign_again(both[i]);
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        bad->public_key_usage = SEV_USAGE_CEK;
        sign_again(both[i]);
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        bad->public_key_algorithm = SEV_ALGORITHM_ECDH_SHA256;
        oracle_sign(bad, 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &owner);
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        bad->public_key.ecc.curve = SEV_CURVE_P256;
        sign_again(both[i]);
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        bad->public_key.ecc.zero[500] = 1;
        sign_again(both[i]);
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static void number_of_signatures_must_be_one(void **state)
{
    static const uint64_t both[] = {PEK, OCA};
    const struct sev_signature_slot empty = {.usage = SEV_USAGE_INVALID};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        at(both[i])->slots[0] = empty;
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        at(both[i])->slots[1] = at(both[i])->slots[0];
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        at(both[i])->slots[1].usage = 0; /* Neither empty nor signed. */
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
        at(both[i])->slots[1].signature.rsa[300] = 1;
        assert_import(SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static void signature_of_the_wrong_key_or_for_another_usage_is_refused(void **state)
{
    struct oracle_key stranger;

    (void)state;
    oracle_generate(&stranger);
    oracle_sign(at(PEK), 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &stranger);
    assert_import(SEV_STATUS_BAD_SIGNATURE);
    oracle_sign(at(OCA), 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256, &stranger);
    assert_import(SEV_STATUS_BAD_SIGNATURE);
    oracle_sign(at(PEK), 0, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, &owner);
    assert_import(SEV_STATUS_INVALID_CERTIFICATE);
    oracle_sign(at(PEK), 0, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA384, &owner);
    assert_import(SEV_STATUS_INVALID_CERTIFICATE);
    at(PEK)->slots[0].algorithm = SEV_ALGORITHM_RSA_SHA256;
    assert_import(SEV_STATUS_INVALID_CERTIFICATE);
    at(OCA)->public_key_algorithm = SEV_ALGORITHM_RSA_SHA256;
    assert_import(SEV_STATUS_INVALID_CERTIFICATE);
}

static void request_of_an_older_pek_is_refused(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_import(SEV_STATUS_INVALID_CERTIFICATE);
}

static void any_flipped_bit_is_refused(void **state)
{
    static const size_t offsets[] = {0x000, 0x004, 0x007, 0x008, 0x00C, 0x010, 0x014, 0x05C,
                                     0x0A4, 0x413, 0x414, 0x418, 0x41C, 0x44B, 0x44C, 0x464,
                                     0x493, 0x4AC, 0x61B, 0x61C, 0x620, 0x624, 0x823};

    (void)state;
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        struct board_certificates before;
        struct board_certificates after;
        board_export(&before);
        board_dram(PEK)[offsets[i]] ^= 0x40;
        const enum sev_status status =
            board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import));
        assert_true(status == SEV_STATUS_INVALID_CERTIFICATE || status == SEV_STATUS_BAD_SIGNATURE);
        *at(PEK) = good_pek;
        board_dram(OCA)[offsets[i]] ^= 0x40;
        assert_int_not_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import)),
                             SEV_STATUS_SUCCESS);
        *at(OCA) = good_oca;
        board_export(&after);
        assert_memory_equal(&before, &after, sizeof(before));
    }
    assert_int_equal(board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import)),
                     SEV_STATUS_SUCCESS);
}

static void certificates_of_other_sizes_are_refused(void **state)
{
    (void)state;
    import.pek_cert_length = 0x823;
    assert_import(SEV_STATUS_INVALID_LENGTH);
    import.pek_cert_length = 0x825;
    assert_import(SEV_STATUS_INVALID_LENGTH);
    import.pek_cert_length = 0;
    assert_import(SEV_STATUS_INVALID_LENGTH);
    import.pek_cert_length = 0x824;
    import.oca_cert_length = 0x186C;
    assert_import(SEV_STATUS_INVALID_LENGTH);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(field_that_is_wrong_but_signed_is_an_invalid_certificate),
        TEST(number_of_signatures_must_be_one),
        TEST(signature_of_the_wrong_key_or_for_another_usage_is_refused),
        TEST(request_of_an_older_pek_is_refused),
        TEST(any_flipped_bit_is_refused),
        TEST(certificates_of_other_sizes_are_refused),
    };

    return cmocka_run_group_tests_name("T17 malformed certificates", tests, NULL, NULL);
}
