/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiples of P-384's base point by a signed comb, and of any point by signed windows of 5 bits.
 *
 * Both want an odd scalar, for which every digit can be odd, so that no digit is 0: an even k is
 * replaced by n - k, and the result negated. Before the last step the multiples of the two points
 * that are added are odd and even, or smaller than n in sum, and differ; in the last step they can be
 * equal (for the base point with a single k, else with k = n - 38): that sum is computed for any
 * points.
 */
#include "crypto/p384_multiply.h"

#include "crypto/p384_table.h"

#define WINDOW_BITS 5u
#define WINDOWS 77u       /* 5 * 77 = 385 bits */
#define WINDOW_POINTS 16u /* 1, 3, ... 31 times the point */

#define WORDS_OF(type) ((uint32_t)(sizeof(type) / sizeof(uint32_t)))

_Static_assert(WORDS_OF(struct p384_affine) == 24, "entries of the table without gaps");
_Static_assert(WORDS_OF(struct p384_addend) == 60, "entries of the windows without gaps");

/*
 * The signs of an odd number's binary digits, each of which is 1 or -1: bit i is 1 when the digit
 * with the weight 2^i is positive.
 */
static void signs_of(struct p384_scalar *signs, const struct p384_scalar *odd)
{
    for (size_t i = 0; i < P384_WORDS; i++) {
        const uint32_t above = i + 1 < P384_WORDS ? odd->words[i + 1] : 1;
        signs->words[i] = odd->words[i] >> 1 | above << 31;
    }
}

/* The sum of the digits 64 tooth + 32 part + place for the six teeth, times the base point. */
static void look_up_base(struct p384_affine *point, const struct p384_scalar *signs, uint32_t part,
                         uint32_t place)
{
    const uint32_t lowest = part * P384_TABLE_PART_BITS + place;
    uint32_t index = 0;
    for (uint32_t tooth = 0; tooth < P384_TABLE_TEETH - 1; tooth++) {
        index |= p384_scalar_bits(signs, lowest + tooth * P384_TABLE_SPACING, 1) << tooth;
    }
    /* With a negative highest digit, the negative of the point with all signs the other way. */
    const uint32_t highest = lowest + (P384_TABLE_TEETH - 1) * P384_TABLE_SPACING;
    const uint32_t negative = p384_words_mask_if_zero(p384_scalar_bits(signs, highest, 1));
    index ^= negative & (P384_TABLE_POINTS - 1);
    p384_words_look_up((uint32_t *)point, (const uint32_t *)p384_table[part], P384_TABLE_POINTS,
                       WORDS_OF(*point), index);
    p384_field_negate_if(&point->y, negative);
}

void p384_multiply_base(struct p384_point *result, const struct p384_scalar *scalar,
                        const struct p384_field *blinding)
{
    struct {
        struct p384_scalar odd, signs;
        struct p384_affine point;
        struct p384_point last;
        struct p384_addend addend;
    } s;
    const uint32_t negated = p384_scalar_make_odd(&s.odd, scalar);
    signs_of(&s.signs, &s.odd);

    uint32_t place = P384_TABLE_PART_BITS - 1;
    look_up_base(&s.point, &s.signs, 0, place);
    p384_point_project(result, &s.point, blinding);
    for (; place > 0; place--) {
        look_up_base(&s.point, &s.signs, 1, place);
        p384_point_add_affine(result, result, &s.point);
        p384_point_double(result, result);
        look_up_base(&s.point, &s.signs, 0, place - 1);
        p384_point_add_affine(result, result, &s.point);
    }
    look_up_base(&s.point, &s.signs, 1, 0);
    p384_point_project(&s.last, &s.point, &p384_field_one);
    p384_point_prepare(&s.addend, &s.last);
    p384_point_add_any(result, result, &s.addend);
    p384_field_negate_if(&result->y, negated);
    crypto_wipe(&s, sizeof(s));
}

/*
 * Looks up digit number i of an odd scalar, times the point. The digit is odd and in [-31, 31]: bits
 * 5 i to 5 i + 5, the lowest of them set, less 32; what this takes too much is the next digit's
 * lowest bit, which is set there. The highest digit is what is left, and positive.
 */
static void look_up_window(struct p384_addend *point, const struct p384_addend *multiples,
                           const struct p384_scalar *odd, uint32_t i)
{
    const uint32_t bits = p384_scalar_bits(odd, WINDOW_BITS * i, WINDOW_BITS + 1) | 1u;
    const uint32_t digit = bits - (i + 1 < WINDOWS ? 1u << WINDOW_BITS : 0);
    const uint32_t negative = p384_words_opaque(0u - (digit >> 31));
    const uint32_t magnitude = (digit ^ negative) - negative;
    p384_words_look_up((uint32_t *)point, (const uint32_t *)multiples, WINDOW_POINTS,
                       WORDS_OF(*point), magnitude >> 1);
    p384_field_negate_if(&point->y, negative);
}

void p384_multiply(struct p384_point *result, const struct p384_scalar *scalar,
                   const struct p384_affine *point, const struct p384_field *blinding)
{
    struct {
        struct p384_scalar odd;
        struct p384_point multiple, twice;
        struct p384_addend step, multiples[WINDOW_POINTS];
    } s;
    const uint32_t negated = p384_scalar_make_odd(&s.odd, scalar);

    p384_point_project(&s.multiple, point, blinding);
    p384_point_prepare(&s.multiples[0], &s.multiple);
    p384_point_double(&s.twice, &s.multiple);
    p384_point_prepare(&s.step, &s.twice);
    for (size_t i = 1; i < WINDOW_POINTS; i++) {
        p384_point_add(&s.multiple, &s.multiple, &s.step);
        p384_point_prepare(&s.multiples[i], &s.multiple);
    }

    look_up_window(&s.step, s.multiples, &s.odd, WINDOWS - 1);
    result->x = s.step.x;
    result->y = s.step.y;
    result->z = s.step.z;
    for (uint32_t i = WINDOWS - 1; i > 0; i--) {
        for (uint32_t bit = 0; bit < WINDOW_BITS; bit++) {
            p384_point_double(result, result);
        }
        look_up_window(&s.step, s.multiples, &s.odd, i - 1);
        if (i > 1) {
            p384_point_add(result, result, &s.step);
        }
    }
    p384_point_add_any(result, result, &s.step);
    p384_field_negate_if(&result->y, negated);
    crypto_wipe(&s, sizeof(s));
}
