/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field and the scalars of P-384, and the table of the base point's multiples, as OpenSSL
 * computes them.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "crypto/p384_scalar.h"
#include "crypto/p384_table.h"
#include "tests/unit/crypto_support.h"

#define ROUNDS 2000u
#define SPECIAL 12u /* Numbers below that are tried with each other. */

static BIGNUM *p;
static BIGNUM *n;
static BN_CTX *context;
static EC_GROUP *group;

static int start(void **state)
{
    group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    context = BN_CTX_new();
    p = BN_new();
    n = BN_new();
    EC_GROUP_get_curve(group, p, NULL, NULL, context);
    BN_copy(n, EC_GROUP_get0_order(group));
    return start_crypto(state);
}

static int stop(void **state)
{
    (void)state;
    BN_free(n);
    BN_free(p);
    BN_CTX_free(context);
    EC_GROUP_free(group);
    return 0;
}

/* ---- Numbers ---- */

static void to_words(const BIGNUM *number, uint32_t words[P384_WORDS])
{
    uint8_t bytes[P384_WORDS_BYTES];
    assert_int_equal(BN_bn2binpad(number, bytes, sizeof(bytes)), sizeof(bytes));
    p384_words_read(words, bytes);
}

static BIGNUM *from_words(const uint32_t words[P384_WORDS])
{
    uint8_t bytes[P384_WORDS_BYTES];
    p384_words_write(words, bytes);
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    assert_non_null(number);
    return number;
}

static void assert_words(const uint32_t words[P384_WORDS], const BIGNUM *expected)
{
    uint32_t expected_words[P384_WORDS];
    to_words(expected, expected_words);
    assert_memory_equal(words, expected_words, sizeof(expected_words));
}

/* A number below the modulus: 0, 1, 2, the highest three, single words of ones, or any. */
static void choose(uint32_t which, const BIGNUM *modulus, uint32_t words[P384_WORDS])
{
    BIGNUM *number = NULL;
    memset(words, 0, 4 * P384_WORDS);
    if (which < 3) {
        words[0] = which;
        return;
    }
    if (which < 6) {
        number = BN_dup(modulus);
        BN_sub_word(number, which - 2);
    } else if (which < SPECIAL) {
        words[2 * (which - 6)] = 0xffffffffu;
        return;
    } else {
        fill(words, 4 * P384_WORDS);
        if (which % 5 == 0) { /* Long runs of zeros or ones in the middle. */
            memset(words + which % 7, which % 2 == 0 ? 0xff : 0, 16);
        }
        number = from_words(words);
        BN_nnmod(number, number, modulus, context);
    }
    to_words(number, words);
    BN_free(number);
}

/* ---- The field ---- */

static void assert_field(const struct p384_field *element, const BIGNUM *expected)
{
    uint32_t number[P384_WORDS];
    p384_field_write(element, number);
    assert_words(number, expected);
    to_words(p, number); /* The element's own form is below p, too. */
    assert_int_equal(p384_words_mask_if_below(element->words, number), 0xffffffffu);
}

static void compare_field(uint32_t i, uint32_t j)
{
    uint32_t words[2][P384_WORDS];
    struct p384_field a;
    struct p384_field b;
    struct p384_field r;
    choose(i, p, words[0]);
    choose(j, p, words[1]);
    BIGNUM *x = from_words(words[0]);
    BIGNUM *y = from_words(words[1]);
    BIGNUM *expected = BN_new();
    assert_int_equal(p384_field_read(&a, words[0]), 0xffffffffu);
    assert_int_equal(p384_field_read(&b, words[1]), 0xffffffffu);
    assert_field(&a, x);

    BN_mod_add(expected, x, y, p, context);
    p384_field_add(&r, &a, &b);
    assert_field(&r, expected);
    BN_mod_sub(expected, x, y, p, context);
    p384_field_subtract(&r, &a, &b);
    assert_field(&r, expected);
    BN_mod_mul(expected, x, y, p, context);
    p384_field_multiply(&r, &a, &b);
    assert_field(&r, expected);
    BN_mod_sqr(expected, x, p, context);
    BN_mod_sqr(expected, expected, p, context);
    p384_field_square(&r, &a, 2);
    assert_field(&r, expected);
    r = a;
    p384_field_negate_if(&r, 0);
    assert_field(&r, x);
    p384_field_negate_if(&r, 0xffffffffu);
    BN_sub(expected, p, x);
    BN_nnmod(expected, expected, p, context);
    assert_field(&r, expected);
    p384_field_add(&a, &a, &a); /* The result may be an operand. */
    BN_mod_lshift1(expected, x, p, context);
    assert_field(&a, expected);
    p384_field_multiply(&b, &b, &b);
    BN_mod_sqr(expected, y, p, context);
    assert_field(&b, expected);
    BN_free(expected);
    BN_free(y);
    BN_free(x);
}

static void field_is_arithmetic_modulo_p(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SPECIAL; i++) {
        for (uint32_t j = 0; j < SPECIAL; j++) {
            compare_field(i, j);
        }
    }
    for (uint32_t i = 0; i < ROUNDS; i++) {
        compare_field(SPECIAL + i, i % 10 == 0 ? i % SPECIAL : SPECIAL + 3 * i);
    }
}

static void field_elements_are_inverted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SPECIAL + 50; i++) {
        uint32_t words[P384_WORDS];
        struct p384_field a;
        struct p384_field r;
        choose(i, p, words);
        assert_int_equal(p384_field_read(&a, words), 0xffffffffu);
        p384_field_invert(&r, &a);
        BIGNUM *x = from_words(words);
        if (i != 0) {
            assert_non_null(BN_mod_inverse(x, x, p, context));
        }
        assert_field(&r, x); /* 0 gives 0. */
        BN_free(x);
    }
}

static void numbers_from_p_on_are_no_elements(void **state)
{
    (void)state;
    BIGNUM *number = BN_dup(p);
    uint32_t words[P384_WORDS];
    struct p384_field a;
    to_words(p, words);
    for (uint32_t i = 0; i < 5; i++) { /* p, p + 1, ...; what comes out is reduced. */
        BIGNUM *rest = BN_new();
        BN_set_word(rest, i);
        assert_int_equal(p384_field_read(&a, words), 0);
        assert_field(&a, rest);
        BN_free(rest);
        BN_add_word(number, 1);
        to_words(number, words);
    }
    memset(words, 0xff, sizeof(words));
    assert_int_equal(p384_field_read(&a, words), 0);
    BN_free(number);
}

/* ---- Scalars ---- */

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

/* ---- The table ---- */

/* As crypto/p384_table.h says. */
static void table_has_the_multiples_of_the_base_point(void **state)
{
    (void)state;
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *factor = BN_new();
    BIGNUM *weight = BN_new();
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    for (uint32_t part = 0; part < 2; part++) {
        for (uint32_t signs = 0; signs < 32; signs++) {
            BN_zero(factor);
            for (uint32_t tooth = 0; tooth < 6; tooth++) {
                BN_one(weight);
                BN_lshift(weight, weight, (int)(64 * tooth + 32 * part));
                BN_set_negative(weight, tooth < 5 && (signs >> tooth & 1u) == 0);
                BN_add(factor, factor, weight);
            }
            assert_int_equal(EC_POINT_mul(group, point, factor, NULL, NULL, context), 1);
            assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, context), 1);
            assert_field(&p384_table[part][signs].x, x);
            assert_field(&p384_table[part][signs].y, y);
        }
    }
    BN_free(y);
    BN_free(x);
    BN_free(weight);
    BN_free(factor);
    EC_POINT_free(point);
}

static void lookup_finds_every_entry(void **state)
{
    (void)state;
    uint32_t table[8][12];
    uint32_t entry[12];
    fill(table, sizeof(table));
    for (uint32_t i = 0; i < 8; i++) {
        p384_words_look_up(entry, table[0], 8, 12, i);
        assert_memory_equal(entry, table[i], sizeof(entry));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_is_arithmetic_modulo_p),
        cmocka_unit_test(field_elements_are_inverted),
        cmocka_unit_test(numbers_from_p_on_are_no_elements),
        cmocka_unit_test(scalars_are_arithmetic_modulo_n),
        cmocka_unit_test(scalars_are_inverted),
        cmocka_unit_test(numbers_are_reduced_and_read),
        cmocka_unit_test(table_has_the_multiples_of_the_base_point),
        cmocka_unit_test(lookup_finds_every_entry),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
