/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points of P-384 in Jacobian coordinates, a = -3 (p384_point.h).
 */
#include "crypto/p384_point.h"

/* b, in the field's form. */
static const struct p384_field curve_b = {{
    0x9d412dccu,
    0x08118871u,
    0x7a4c32ecu,
    0xf729add8u,
    0x1920022eu,
    0x77f2209bu,
    0x94938ae2u,
    0xe3374beeu,
    0x1f022094u,
    0xb62b21f4u,
    0x604fbff9u,
    0xcd08114bu,
}};

/* result = 3 a, which is not the result itself */
static void triple(struct p384_field *result, const struct p384_field *a)
{
    p384_field_add(result, a, a);
    p384_field_add(result, result, a);
}

static bool is_on_curve(const struct p384_affine *point)
{
    struct p384_field left;
    struct p384_field right;
    struct p384_field x3;
    p384_field_square(&left, &point->y, 1);
    p384_field_square(&right, &point->x, 1);
    p384_field_multiply(&right, &right, &point->x);
    triple(&x3, &point->x);
    p384_field_subtract(&right, &right, &x3);
    p384_field_add(&right, &right, &curve_b);
    return p384_words_mask_if_equal(left.words, right.words) != 0;
}

bool p384_point_read(struct p384_affine *point, const struct crypto_p384_public *public_key)
{
    uint32_t number[P384_WORDS];
    p384_words_read(number, public_key->x);
    const uint32_t x_valid = p384_field_read(&point->x, number);
    p384_words_read(number, public_key->y);
    const uint32_t y_valid = p384_field_read(&point->y, number);
    return (x_valid & y_valid) != 0 && is_on_curve(point);
}

bool p384_point_write(const struct p384_point *point, uint8_t *x, uint8_t *y)
{
    struct {
        struct p384_field inverse, power, coordinate;
        uint32_t number[P384_WORDS];
    } s;
    if (crypto_revealed(p384_words_mask_if_all_zero(point->z.words)) != 0) {
        return false;
    }
    p384_field_invert(&s.inverse, &point->z);
    p384_field_square(&s.power, &s.inverse, 1);
    p384_field_multiply(&s.coordinate, &point->x, &s.power);
    p384_field_write(&s.coordinate, s.number);
    p384_words_write(s.number, x);
    if (y != NULL) {
        p384_field_multiply(&s.power, &s.power, &s.inverse);
        p384_field_multiply(&s.coordinate, &point->y, &s.power);
        p384_field_write(&s.coordinate, s.number);
        p384_words_write(s.number, y);
    }
    crypto_wipe(&s, sizeof(s));
    return true;
}

void p384_point_project(struct p384_point *result, const struct p384_affine *point,
                        const struct p384_field *z)
{
    struct p384_field power;
    p384_field_square(&power, z, 1);
    p384_field_multiply(&result->x, &point->x, &power);
    p384_field_multiply(&power, &power, z);
    p384_field_multiply(&result->y, &point->y, &power);
    result->z = *z;
    crypto_wipe(&power, sizeof(power));
}

void p384_point_prepare(struct p384_addend *addend, const struct p384_point *point)
{
    addend->x = point->x;
    addend->y = point->y;
    addend->z = point->z;
    p384_field_square(&addend->zz, &point->z, 1);
    p384_field_multiply(&addend->zzz, &addend->zz, &point->z);
}

/*
 * alpha = 3 (x - z^2) (x + z^2), the tangent's slope with a = -3; beta = 4 x y^2. Then
 * x' = alpha^2 - 2 beta, y' = alpha (beta - x') - 8 y^4, z' = 2 y z.
 */
void p384_point_double(struct p384_point *result, const struct p384_point *a)
{
    struct p384_field alpha;
    struct p384_field beta;
    struct p384_field t;
    struct p384_field u;
    p384_field_square(&t, &a->z, 1);
    p384_field_subtract(&u, &a->x, &t);
    p384_field_add(&t, &a->x, &t);
    p384_field_multiply(&u, &u, &t);
    triple(&alpha, &u);

    p384_field_add(&u, &a->y, &a->y);
    p384_field_square(&t, &a->y, 1);
    p384_field_multiply(&result->z, &u, &a->z);
    p384_field_add(&t, &t, &t);
    p384_field_add(&u, &t, &t); /* 4 y^2 */
    p384_field_square(&t, &t, 1);
    p384_field_add(&t, &t, &t); /* 8 y^4 */
    p384_field_multiply(&beta, &u, &a->x);

    p384_field_square(&u, &alpha, 1);
    p384_field_subtract(&u, &u, &beta);
    p384_field_subtract(&result->x, &u, &beta);
    p384_field_subtract(&beta, &beta, &result->x);
    p384_field_multiply(&beta, &beta, &alpha);
    p384_field_subtract(&result->y, &beta, &t);
}

/*
 * The end of both sums: with both points brought to the same z, x and y are those of the first point
 * there, h and r what must be added to them to get those of the second one, and z' is known.
 * x' = r^2 - h^3 - 2 x h^2, y' = r (x h^2 - x') - y h^3.
 */
static void add_difference(struct p384_point *result, const struct p384_field *x,
                           const struct p384_field *y, struct p384_field *h,
                           const struct p384_field *r)
{
    struct p384_field h2;
    struct p384_field t;
    struct p384_field yh3;
    p384_field_square(&h2, h, 1);
    p384_field_multiply(h, h, &h2);
    p384_field_multiply(&h2, &h2, x);
    p384_field_multiply(&yh3, h, y);
    p384_field_square(&t, r, 1);
    p384_field_subtract(&t, &t, h);
    p384_field_subtract(&t, &t, &h2);
    p384_field_subtract(&result->x, &t, &h2);
    p384_field_subtract(&t, &h2, &result->x);
    p384_field_multiply(&t, &t, r);
    p384_field_subtract(&result->y, &t, &yh3);
}

void p384_point_add_affine(struct p384_point *result, const struct p384_point *a,
                           const struct p384_affine *b)
{
    struct p384_field h;
    struct p384_field r;
    struct p384_field t;
    p384_field_square(&t, &a->z, 1);
    p384_field_multiply(&h, &b->x, &t);
    p384_field_subtract(&h, &h, &a->x);
    p384_field_multiply(&t, &t, &a->z);
    p384_field_multiply(&r, &b->y, &t);
    p384_field_subtract(&r, &r, &a->y);
    p384_field_multiply(&result->z, &a->z, &h);
    add_difference(result, &a->x, &a->y, &h, &r);
}

void p384_point_add(struct p384_point *result, const struct p384_point *a,
                    const struct p384_addend *b)
{
    struct p384_field h;
    struct p384_field r;
    struct p384_field x;
    struct p384_field y;
    p384_field_square(&y, &a->z, 1);
    p384_field_multiply(&h, &b->x, &y);
    p384_field_multiply(&y, &y, &a->z);
    p384_field_multiply(&r, &b->y, &y);
    p384_field_multiply(&x, &a->x, &b->zz);
    p384_field_multiply(&y, &a->y, &b->zzz);
    p384_field_subtract(&h, &h, &x);
    p384_field_subtract(&r, &r, &y);
    p384_field_multiply(&result->z, &a->z, &b->z);
    p384_field_multiply(&result->z, &result->z, &h);
    add_difference(result, &x, &y, &h, &r);
}

/*
 * z = 0 in the sum says that the points are equal or opposite. They are equal when their y are, with
 * both brought to the same z; the sum of opposite points is the point at infinity, with z = 0.
 */
void p384_point_add_any(struct p384_point *result, const struct p384_point *a,
                        const struct p384_addend *b)
{
    struct {
        struct p384_point sum, twice;
        struct p384_field a_y, b_y;
    } s;
    p384_point_add(&s.sum, a, b);
    p384_point_double(&s.twice, a);
    p384_field_square(&s.b_y, &a->z, 1);
    p384_field_multiply(&s.b_y, &s.b_y, &a->z);
    p384_field_multiply(&s.b_y, &s.b_y, &b->y);
    p384_field_multiply(&s.a_y, &a->y, &b->zzz);
    const uint32_t equal = p384_words_mask_if_all_zero(s.sum.z.words) &
                           p384_words_mask_if_equal(s.a_y.words, s.b_y.words);
    p384_words_replace(s.sum.x.words, s.twice.x.words, P384_WORDS, equal);
    p384_words_replace(s.sum.y.words, s.twice.y.words, P384_WORDS, equal);
    p384_words_replace(s.sum.z.words, s.twice.z.words, P384_WORDS, equal);
    *result = s.sum;
    crypto_wipe(&s, sizeof(s));
}
