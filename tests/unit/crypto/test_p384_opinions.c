/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and key agreement on P-384 as by OpenSSL and Mbed TLS: random scalars, and those at which an
 * implementation can go wrong.
 */
#include "tests/unit/crypto/comparisons.h"

static void random_keys_and_agreements_agree(void **state)
{
    (void)state;
    struct crypto_p384_public peer;
    uint8_t d[CRYPTO_P384_BYTES] = {[CRYPTO_P384_BYTES - 1] = 1};
    for (uint32_t i = random_cases(); i > 0; i--) {
        assert_true(own_public_key(d, &peer));
        fill(d, sizeof(d));
        compare_public_key(d);
        compare_ecdh(d, &peer);
    }
}

static void edge_scalars_agree(void **state)
{
    (void)state;
    static uint8_t scalars[EDGES_MAX][CRYPTO_P384_BYTES];
    static uint8_t digests[3][48]; /* 0, all FFh, something. */
    struct crypto_p384_public peer;
    const size_t count = edge_scalars(scalars);
    memset(digests[1], 0xff, sizeof(digests[1]));
    fill(digests[2], sizeof(digests[2]));
    assert_true(own_public_key(digests[2], &peer));
    for (size_t i = 0; i < count; i++) {
        compare_public_key(scalars[i]);
        compare_ecdh(scalars[i], &peer);
        compare_sign(scalars[i], digests[2], digests[i % 3], 48);
        compare_sign(digests[2], scalars[i], digests[i % 3], 48);
    }
}

/* The sums in which equal or opposite points meet are right, not merely refused. */
static void sums_of_equal_points_are_right(void **state)
{
    (void)state;
    static const char *const texts[] = {comb_hex, comb_negative_hex};
    struct crypto_p384_public own;
    struct crypto_p384_public peer;
    uint8_t secret[CRYPTO_P384_BYTES];
    uint8_t d[CRYPTO_P384_BYTES];
    for (size_t i = 0; i < 2; i++) {
        number_near(texts[i], 0, d);
        assert_true(own_public_key(d, &own));
        number_near(i == 0 ? zero_hex : n_hex, i == 0 ? 38 : -38, d);
        assert_true(own_public_key(d, &peer));
        assert_true(own_ecdh(d, &own, secret));
        compare_ecdh(d, &own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_keys_and_agreements_agree),
        cmocka_unit_test(edge_scalars_agree),
        cmocka_unit_test(sums_of_equal_points_are_right),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
