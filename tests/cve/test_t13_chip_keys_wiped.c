/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T13: what leads to attestation keys does not stay where nobody looks after it: the fuses, the seed of
 * the hashstick, sticks of lower TCB versions, seeds of keys, a VLEK that was given up. This test's
 * crypto_wipe() notes what it is given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "firmware/platform/chip.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/hashstick.h"
#include "firmware/platform/tcb.h"

#include "tests/cve/wiped.h"
#include "tests/snp/chip_keys.h"
#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

#define LOWER 0xD200000000000003u

/** What a key of a TCB version is made of. */
static void seed_of(const struct witness_stick *stick, const char *label, uint8_t seed[56])
{
    uint8_t context[8];

    for (unsigned i = 0; i < sizeof(context); i++) {
        context[i] = (uint8_t)(stick->tcb >> (8 * i));
    }
    oracle_kdf(&stick->parts[0][0], sizeof(stick->parts), label, context, sizeof(context), seed,
               56);
}

static void start_leaves_neither_fuses_nor_seed(void **state)
{
    uint8_t seed[HASHSTICK_SEED_BYTES];

    (void)state;
    oracle_kdf(hosted_fuses()->chip_secret, 32, "virtasp-vcek-seed", NULL, 0, seed, sizeof(seed));
    wiped_start();
    assert_null(chip_start(1));
    assert_true(was_wiped(sizeof(struct fuses), offsetof(struct fuses, chip_secret),
                          hosted_fuses()->chip_secret, 32));
    assert_true(was_wiped(sizeof(seed), 0, seed, sizeof(seed)));
}

static void keys_leave_neither_stick_nor_seed(void **state)
{
    struct witness_stick stick;
    uint8_t seed[56];
    uint8_t root[CHIP_GUEST_ROOT_BYTES];

    (void)state;
    assert_null(chip_start(1));
    witness_vcek_stick(hosted_fuses()->chip_secret, LOWER, &stick);
    seed_of(&stick, "virtasp-vcek", seed);
    wiped_start();
    assert_non_null(chip_vcek(LOWER));
    assert_true(was_wiped(sizeof(stick.parts), 0, stick.parts, sizeof(stick.parts)));
    assert_true(was_wiped(sizeof(seed), 0, seed, sizeof(seed)));
    wiped_start();
    assert_true(chip_guest_root(CHIP_KEY_VCEK, LOWER, root));
    assert_true(was_wiped(sizeof(stick.parts), 0, stick.parts, sizeof(stick.parts)));
}

static void vlek_is_wiped_when_it_is_given_up(void **state)
{
    static const uint8_t iv[12] = "any iv";
    struct snp_wrapped_vlek wrapped;
    struct witness_stick stick;
    struct crypto_p384_key key;

    (void)state;
    assert_null(chip_start(1));
    witness_vlek_stick((const uint8_t *)"provider", 8, LOWER, &stick);
    witness_vlek_wrap(hosted_fuses()->chip_secret, &stick, iv, (uint8_t *)&wrapped);
    wiped_start();
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
    assert_true(was_wiped(sizeof(stick.parts), 0, stick.parts, sizeof(stick.parts)));
    assert_non_null(chip_vlek(LOWER));
    key = *chip_vlek(LOWER);
    for (unsigned way = 0; way < 3; way++) {
        if (way != 0) {
            assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
            assert_non_null(chip_vlek(LOWER));
        }
        wiped_start();
        if (way == 0) {
            chip_vlek_unload();
        } else if (way == 1) {
            assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
        } else {
            assert_null(chip_start(1)); /* Another firmware, from the beginning. */
        }
        assert_true(was_wiped(sizeof(stick.parts), 0, stick.parts, sizeof(stick.parts)));
        assert_true(was_wiped(sizeof(key), 0, &key, sizeof(key)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(start_leaves_neither_fuses_nor_seed, board_boot),
        cmocka_unit_test_setup(keys_leave_neither_stick_nor_seed, board_boot),
        cmocka_unit_test_setup(vlek_is_wiped_when_it_is_given_up, board_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
