/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random scalars of P-384: numbers outside [1, n - 1] are thrown away, and a generator that gives
 * nothing else, or nothing at all, gives no key and no signature. This test has the generator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/p384_secrets.h"
#include "crypto/random.h"

static const uint8_t order[CRYPTO_P384_BYTES] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
};

/* What is drawn before numbers that count 1, 2, 3; and how often something was drawn. */
static uint8_t first[3][CRYPTO_P384_BYTES];
static uint32_t draws;
static uint32_t fails_at;

bool crypto_random(void *buffer, size_t length)
{
    uint8_t *bytes = buffer;
    assert_int_equal(length, CRYPTO_P384_BYTES);
    memset(bytes, 0, length);
    draws++;
    if (draws == fails_at) {
        return false;
    }
    if (draws <= 3) {
        memcpy(bytes, first[draws - 1], length);
    } else {
        bytes[length - 1] = (uint8_t)(draws - 3);
    }
    return true;
}

bool crypto_random_secret(void *buffer, size_t length)
{
    return crypto_random(buffer, length);
}

bool crypto_random_reseed(void)
{
    return true;
}

static int prepare(void **state)
{
    (void)state;
    draws = 0;
    fails_at = 0;
    memset(first, 0, sizeof(first));
    memcpy(first[1], order, sizeof(first[1]));
    memset(first[2], 0xff, sizeof(first[2]));
    return 0;
}

static void numbers_outside_are_thrown_away(void **state)
{
    struct p384_scalar scalar;
    uint8_t bytes[CRYPTO_P384_BYTES];
    (void)state;
    assert_true(p384_random_scalar(&scalar));
    assert_int_equal(draws, 4);
    p384_words_write(scalar.words, bytes);
    assert_int_equal(bytes[CRYPTO_P384_BYTES - 1], 1);

    draws = 0; /* n - 1 is a scalar. */
    memcpy(first[0], order, sizeof(first[0]));
    first[0][CRYPTO_P384_BYTES - 1]--;
    assert_true(p384_random_scalar(&scalar));
    assert_int_equal(draws, 1);
    p384_words_write(scalar.words, bytes);
    assert_memory_equal(bytes, first[0], sizeof(bytes));
}

static void nonces_outside_sign_nothing(void **state)
{
    static const uint8_t digest[48] = {9};
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    (void)state;
    assert_true(crypto_p384_generate(&key));
    draws = 0;
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    assert_int_equal(draws, 6); /* Three in vain, the nonce, two for blinding. */
    assert_true(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
    for (fails_at = 1; fails_at <= 6; fails_at++) {
        static const struct crypto_p384_signature zero;
        draws = 0;
        memset(&signature, 0xa5, sizeof(signature));
        assert_false(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
        assert_memory_equal(&signature, &zero, sizeof(zero));
    }
}

static void generator_that_fails_makes_no_key(void **state)
{
    static const struct crypto_p384_key zero;
    struct crypto_p384_key key;
    (void)state;
    for (fails_at = 1; fails_at <= 5; fails_at++) {
        draws = 0;
        memset(&key, 0xa5, sizeof(key));
        assert_false(crypto_p384_generate(&key));
        assert_memory_equal(&key, &zero, sizeof(zero));
    }
}

/* Whatever z a computation starts with, the point is the same; z = 0 gives none. */
static void blinding_changes_nothing_but_the_way(void **state)
{
    struct p384_scalar scalar;
    struct p384_affine base;
    struct p384_point points[2];
    struct p384_field z = p384_field_one;
    struct crypto_p384_public plain;
    struct crypto_p384_public blinded;
    (void)state;
    assert_true(p384_random_scalar(&scalar));
    p384_multiply_base(&points[0], &scalar, &p384_field_one);
    assert_true(p384_point_write(&points[0], plain.x, plain.y));
    assert_true(p384_point_read(&base, &plain));
    for (uint32_t i = 0; i < 5; i++) {
        p384_field_add(&z, &z, &z);
        p384_multiply_base(&points[1], &scalar, &z);
        assert_memory_not_equal(&points[0], &points[1], sizeof(points[0]));
        assert_true(p384_point_write(&points[1], blinded.x, blinded.y));
        assert_memory_equal(&plain, &blinded, sizeof(plain));
        p384_multiply(&points[1], &scalar, &base, &z); /* The base point is that of scalar 1. */
        assert_true(p384_point_write(&points[1], blinded.x, blinded.y));
        assert_memory_equal(&plain, &blinded, sizeof(plain));
    }
    p384_field_subtract(&z, &z, &z);
    p384_multiply_base(&points[1], &scalar, &z);
    assert_false(p384_point_write(&points[1], blinded.x, blinded.y));
    p384_multiply(&points[1], &scalar, &base, &z);
    assert_false(p384_point_write(&points[1], blinded.x, blinded.y));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_outside_are_thrown_away, prepare),
        cmocka_unit_test_setup(nonces_outside_sign_nothing, prepare),
        cmocka_unit_test_setup(generator_that_fails_makes_no_key, prepare),
        cmocka_unit_test_setup(blinding_changes_nothing_but_the_way, prepare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
