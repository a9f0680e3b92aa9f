/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points of the curve P-384, y^2 = x^3 - 3 x + b (FIPS 186-4, D.1.2.4). Internal to crypto/. Constant
 * time, but for what is said to be revealed.
 *
 * The sums and the double need fewer multiplications by not covering every case: p384_point_add and
 * p384_point_add_affine are wrong for two equal points, and the point at infinity has no sum. What
 * they give then has z = 0, and so has everything computed from it: it is never taken for a point.
 */
#ifndef CRYPTO_P384_POINT_H
#define CRYPTO_P384_POINT_H

#include "crypto/p384.h"
#include "crypto/p384_field.h"

/** A point other than that at infinity. */
struct p384_affine {
    struct p384_field x, y;
};

/** (x / z^2, y / z^3), or with z = 0 no point of use: infinity, or a sum that was not covered. */
struct p384_point {
    struct p384_field x, y, z;
};

/** A point that is added several times: with z^2 and z^3. */
struct p384_addend {
    struct p384_field x, y, z, zz, zzz;
};

/**
 * Reads and validates a public key: coordinates below p, on the curve. The curve has prime order, so
 * that there is nothing else to check.
 */
CRYPTO_CHECKED bool p384_point_read(struct p384_affine *point,
                                    const struct crypto_p384_public *public_key);

/**
 * Writes the coordinates; whether z is 0 is revealed.
 *
 * @param[out] x  48 bytes, big-endian
 * @param[out] y  48 bytes, big-endian; NULL: not wanted
 * @return false when z is 0; nothing is written then
 */
CRYPTO_CHECKED bool p384_point_write(const struct p384_point *point, uint8_t *x, uint8_t *y);

/** result = (x z^2, y z^3, z), the same point with a z of the caller's, which is not 0. */
void p384_point_project(struct p384_point *result, const struct p384_affine *point,
                        const struct p384_field *z);

/** Prepares a point to be added. */
void p384_point_prepare(struct p384_addend *addend, const struct p384_point *point);

/** result = 2 a */
void p384_point_double(struct p384_point *result, const struct p384_point *a);

/** result = a + b, if these are neither equal nor at infinity */
void p384_point_add_affine(struct p384_point *result, const struct p384_point *a,
                           const struct p384_affine *b);

/** result = a + b, if these are neither equal nor at infinity */
void p384_point_add(struct p384_point *result, const struct p384_point *a,
                    const struct p384_addend *b);

/** result = a + b, if neither is at infinity: also for equal points, in the same time. */
void p384_point_add_any(struct p384_point *result, const struct p384_point *a,
                        const struct p384_addend *b);

#endif
