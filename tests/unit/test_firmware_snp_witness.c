/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's attestation keys beside those of the second implementation (tests/snp), whose
 * expected values come from a third.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "firmware/platform/chip.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/tcb.h"
#include "tests/snp/bytes.h"
#include "tests/snp/chip_keys.h"
#include "tests/snp/p384.h"
#include "tests/unit/firmware_board.h"

/* Fails the test unless the key's public half is that of the other. */
static void assert_same_key(const struct crypto_p384_key *key, EVP_PKEY *expected)
{
    uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES];
    uint8_t number[48];

    assert_non_null(key);
    witness_p384_write(expected, bytes);
    witness_reverse(number, bytes + 0x04, sizeof number);
    assert_memory_equal(key->public_key.x, number, sizeof number);
    witness_reverse(number, bytes + 0x4C, sizeof number);
    assert_memory_equal(key->public_key.y, number, sizeof number);
    EVP_PKEY_free(expected);
}

static void become(enum snp_product product)
{
    hosted_fuses()->product = product;
    assert_null(chip_start(1));
}

static void a_chip_has_the_witness_s_keys(void **state)
{
    static const enum snp_product products[] = {SNP_PRODUCT_MILAN, SNP_PRODUCT_TURIN};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct witness_stick stick;
        uint8_t expected[32];
        uint8_t root[32];

        become(products[i]);
        witness_vcek_stick(hosted_fuses()->chip_secret, tcb_current(), &stick);
        assert_same_key(chip_vcek(tcb_current()), witness_vcek(&stick));
        witness_guest_root(&stick, expected);
        assert_true(chip_guest_root(CHIP_KEY_VCEK, tcb_current(), root));
        assert_memory_equal(root, expected, sizeof root);
        assert_true(witness_stick_lower(&stick, tcb_current() - (2ull << 56)));
        assert_same_key(chip_vcek(stick.tcb), witness_vcek(&stick));
    }
}

static void a_vlek_that_the_witness_wraps_is_loaded(void **state)
{
    static const uint8_t provider[] = "a cloud provider";
    static const uint8_t iv[12] = "another iv.";
    struct witness_stick stick;
    struct snp_wrapped_vlek wrapped;
    uint8_t bytes[WITNESS_WRAPPED_VLEK_BYTES];

    (void)state;
    become(SNP_PRODUCT_MILAN);
    witness_vlek_stick(provider, sizeof provider - 1, tcb_current(), &stick);
    witness_vlek_wrap(hosted_fuses()->chip_secret, &stick, iv, bytes);
    memcpy(&wrapped, bytes, sizeof wrapped);
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
    assert_same_key(chip_vlek(tcb_current()), witness_vlek(&stick));
    bytes[0x10] ^= 1;
    memcpy(&wrapped, bytes, sizeof wrapped);
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_BAD_MEASUREMENT);
    assert_same_key(chip_vlek(tcb_current()), witness_vlek(&stick));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_chip_has_the_witness_s_keys, board_boot),
        cmocka_unit_test_setup(a_vlek_that_the_witness_wraps_is_loaded, board_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
