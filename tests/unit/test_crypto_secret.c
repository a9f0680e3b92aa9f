/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wiping and constant-time comparison.
 */
#include "crypto/secret.h"
#include "crypto_support.h"

static void wipe_zeroes_every_byte_and_no_other(void **state)
{
    (void)state;
    uint8_t bytes[66];
    for (size_t length = 0; length <= 64; length++) {
        memset(bytes, 0xa5, sizeof(bytes));
        crypto_wipe(bytes + 1, length);
        assert_int_equal(bytes[0], 0xa5);
        assert_true(all_zero(bytes + 1, length));
        assert_int_equal(bytes[1 + length], 0xa5);
    }
}

static void equal_sees_every_bit(void **state)
{
    (void)state;
    uint8_t a[48];
    uint8_t b[48];
    fill(a, sizeof(a));
    memcpy(b, a, sizeof(b));
    assert_true(crypto_equal(a, b, sizeof(a)));
    for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_false(crypto_equal(a, b, sizeof(a)));
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static void equal_stops_at_its_length(void **state)
{
    (void)state;
    assert_true(crypto_equal("abcX", "abcY", 3));
    assert_true(crypto_equal("a", "b", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wipe_zeroes_every_byte_and_no_other),
        cmocka_unit_test(equal_sees_every_bit),
        cmocka_unit_test(equal_stops_at_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
