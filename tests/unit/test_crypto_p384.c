/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys against OpenSSL, and which public keys are refused.
 */
#include "crypto/p384.h"
#include "crypto_openssl_p384.h"
#include "crypto_support.h"

static const char p_hex[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "fffffffffffffffeffffffff0000000000000000ffffffff";

static int start(void **state)
{
    openssl_p384_start();
    return start_crypto(state);
}

static int stop(void **state)
{
    (void)state;
    openssl_p384_stop();
    return 0;
}

/* ---- Keys ---- */

static void generated_keys_are_pairs_and_differ(void **state)
{
    (void)state;
    struct crypto_p384_key keys[8];
    for (size_t i = 0; i < 8; i++) {
        struct crypto_p384_public expected;
        assert_true(crypto_p384_generate(&keys[i]));
        openssl_p384_multiply(keys[i].d, &expected);
        assert_memory_equal(&keys[i].public_key, &expected, sizeof(expected));
        assert_true(crypto_p384_is_valid(&keys[i].public_key));
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(keys[i].d, keys[j].d, CRYPTO_P384_BYTES);
        }
    }
}

static void expect_seed_gives(const uint8_t seed[CRYPTO_P384_SEED_BYTES])
{
    struct crypto_p384_key key;
    struct crypto_p384_public expected;
    uint8_t d[CRYPTO_P384_BYTES];
    BIGNUM *n = NULL;
    BIGNUM *number = BN_bin2bn(seed, CRYPTO_P384_SEED_BYTES, NULL);
    BN_hex2bn(&n, openssl_p384_n);
    BN_sub_word(n, 1);
    assert_int_equal(BN_mod(number, number, n, openssl_p384_context), 1);
    BN_add_word(number, 1);
    BN_bn2binpad(number, d, sizeof(d));
    BN_free(n);
    BN_free(number);
    openssl_p384_multiply(d, &expected);
    assert_true(crypto_p384_from_seed(seed, &key));
    assert_memory_equal(key.d, d, sizeof(d));
    assert_memory_equal(&key.public_key, &expected, sizeof(expected));
}

static void seed_is_reduced_as_fips_186_says(void **state)
{
    (void)state;
    uint8_t seed[CRYPTO_P384_SEED_BYTES] = {0};
    expect_seed_gives(seed); /* d = 1 */
    memset(seed, 0xff, sizeof(seed));
    expect_seed_gives(seed);
    memset(seed, 0, 8);
    unhex(openssl_p384_n, seed + 8, CRYPTO_P384_BYTES);
    for (unsigned int i = 0; i < 4; i++) { /* n, n - 1 (d = 1), n - 2 (d = n - 1), n - 3 */
        expect_seed_gives(seed);
        seed[sizeof(seed) - 1]--;
    }
    for (unsigned int i = 0; i < 20; i++) {
        fill(seed, sizeof(seed));
        expect_seed_gives(seed);
    }
}

/* ---- Public keys ---- */

static void expect_invalid(const struct crypto_p384_public *public_key)
{
    static const uint8_t digest[48] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    uint8_t secret[CRYPTO_P384_BYTES];
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    memset(secret, 0xa5, sizeof(secret));
    assert_false(crypto_p384_is_valid(public_key));
    assert_false(crypto_p384_verify(public_key, digest, sizeof(digest), &signature));
    assert_false(crypto_p384_ecdh(&key, public_key, secret));
    assert_true(all_zero(secret, sizeof(secret)));
}

static void points_off_the_curve_are_refused(void **state)
{
    (void)state;
    struct crypto_p384_key key;
    assert_true(crypto_p384_generate(&key));
    const size_t bytes[] = {0, 20, 47, 48, 70, 95};
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        struct crypto_p384_public wrong = key.public_key;
        ((uint8_t *)&wrong)[bytes[i]] ^= 1;
        expect_invalid(&wrong);
    }
    struct crypto_p384_public swapped;
    memcpy(swapped.x, key.public_key.y, CRYPTO_P384_BYTES);
    memcpy(swapped.y, key.public_key.x, CRYPTO_P384_BYTES);
    expect_invalid(&swapped);
}

static void zero_is_refused(void **state)
{
    (void)state;
    const struct crypto_p384_public zero = {{0}, {0}};
    expect_invalid(&zero);
}

static void coordinates_from_p_on_are_refused(void **state)
{
    (void)state;
    struct crypto_p384_public wrong;
    memset(&wrong, 0xff, sizeof(wrong));
    expect_invalid(&wrong);

    /* A point whose small x leaves room for x + p in 384 bits: the same point, badly encoded. */
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    BIGNUM *p = NULL;
    EC_POINT *point = EC_POINT_new(openssl_p384_group);
    BN_hex2bn(&p, p_hex);
    BN_set_word(x, 1);
    while (EC_POINT_set_compressed_coordinates(openssl_p384_group, point, x, 0,
                                               openssl_p384_context) != 1) {
        BN_add_word(x, 1);
    }
    assert_int_equal(
        EC_POINT_get_affine_coordinates(openssl_p384_group, point, x, y, openssl_p384_context), 1);
    BN_bn2binpad(x, wrong.x, CRYPTO_P384_BYTES);
    BN_bn2binpad(y, wrong.y, CRYPTO_P384_BYTES);
    assert_true(crypto_p384_is_valid(&wrong));
    BN_add(x, x, p);
    BN_bn2binpad(x, wrong.x, CRYPTO_P384_BYTES);
    expect_invalid(&wrong);
    EC_POINT_free(point);
    BN_free(x);
    BN_free(y);
    BN_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_keys_are_pairs_and_differ),
        cmocka_unit_test(seed_is_reduced_as_fips_186_says),
        cmocka_unit_test(points_off_the_curve_are_refused),
        cmocka_unit_test(zero_is_refused),
        cmocka_unit_test(coordinates_from_p_on_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
