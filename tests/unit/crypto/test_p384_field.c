/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field of P-384, and the table of the base point's multiples, as OpenSSL computes them.
 */
#include "crypto/p384_table.h"
#include "tests/unit/crypto/numbers.h"

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
        cmocka_unit_test(table_has_the_multiples_of_the_base_point),
        cmocka_unit_test(lookup_finds_every_entry),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
