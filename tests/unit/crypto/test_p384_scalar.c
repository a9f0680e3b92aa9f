/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scalars of P-384, as OpenSSL computes them.
 */
#include "crypto/p384_scalar.h"
#include "tests/unit/crypto/numbers.h"

static void compare_scalars(uint32_t i, uint32_t j)
{
    struct p384_scalar a;
    struct p384_scalar b;
    struct p384_scalar r;
    choose(i, n, a.words);
    choose(j, n, b.words);
    BIGNUM *x = from_words(a.words);
    BIGNUM *y = from_words(b.words);
    BIGNUM *expected = BN_new();
    BN_mod_add(expected, x, y, n, context);
    p384_scalar_add(&r, &a, &b);
    assert_words(r.words, expected);
    BN_mod_mul(expected, x, y, n, context);
    p384_scalar_multiply(&r, &a, &b);
    assert_words(r.words, expected);
    if (!BN_is_zero(x)) {
        const uint32_t negated = p384_scalar_make_odd(&r, &a);
        assert_int_equal(negated, BN_is_odd(x) ? 0 : 0xffffffffu);
        BN_sub(expected, n, x);
        assert_words(r.words, BN_is_odd(x) ? x : expected);
    }
    for (uint32_t bit = 0; bit < 400; bit += 3) {
        const uint32_t bits = p384_scalar_bits(&a, bit, 6);
        for (int k = 0; k < 6; k++) {
            assert_int_equal(bits >> k & 1u, BN_is_bit_set(x, (int)bit + k));
        }
    }
    p384_scalar_multiply(&a, &a, &a); /* The result may be an operand. */
    BN_mod_sqr(expected, x, n, context);
    assert_words(a.words, expected);
    BN_free(expected);
    BN_free(y);
    BN_free(x);
}

static void scalars_are_arithmetic_modulo_n(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SPECIAL; i++) {
        for (uint32_t j = 0; j < SPECIAL; j++) {
            compare_scalars(i, j);
        }
    }
    for (uint32_t i = 0; i < ROUNDS; i++) {
        compare_scalars(SPECIAL + i, i % 10 == 0 ? i % SPECIAL : SPECIAL + 3 * i);
    }
}

static void scalars_are_inverted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SPECIAL + 50; i++) {
        struct p384_scalar a;
        choose(i, n, a.words);
        BIGNUM *x = from_words(a.words);
        if (i != 0) {
            assert_non_null(BN_mod_inverse(x, x, n, context));
        }
        p384_scalar_invert(&a, &a);
        assert_words(a.words, x); /* 0 gives 0. */
        BN_free(x);
    }
}

static void numbers_are_reduced_and_read(void **state)
{
    (void)state;
    for (int i = -3; i <= 3; i++) { /* Around 0, around n. */
        for (uint32_t about_n = 0; about_n < 2; about_n++) {
            BIGNUM *number = about_n != 0 ? BN_dup(n) : BN_new();
            uint32_t words[P384_WORDS];
            uint8_t bytes[P384_WORDS_BYTES];
            struct p384_scalar scalar;
            if (i < 0) {
                BN_add(number, number, n);
                BN_sub_word(number, (BN_ULONG)-i);
                BN_nnmod(number, number, n, context);
            } else {
                BN_add_word(number, (BN_ULONG)i);
            }
            const bool valid = !BN_is_zero(number) && BN_cmp(number, n) < 0;
            to_words(number, words);
            p384_words_write(words, bytes);
            assert_int_equal(p384_scalar_read(&scalar, bytes), valid);
            assert_true(valid || all_zero(&scalar, sizeof(scalar)));
            p384_scalar_reduce(&scalar, words);
            BN_nnmod(number, number, n, context);
            assert_words(scalar.words, number);
            BN_free(number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_arithmetic_modulo_n),
        cmocka_unit_test(scalars_are_inverted),
        cmocka_unit_test(numbers_are_reduced_and_read),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
