/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiples of points of P-384. Internal to crypto/. Constant time: the same operations for every
 * scalar and point, tables are read as a whole.
 */
#ifndef CRYPTO_P384_MULTIPLY_H
#define CRYPTO_P384_MULTIPLY_H

#include "crypto/p384_point.h"
#include "crypto/p384_scalar.h"

/**
 * result = scalar G, with G the base point.
 *
 * @param scalar    in [1, n - 1]
 * @param blinding  the z with which the computation starts: random, so that what is computed does
 *                  not follow from the scalar alone; or p384_field_one when nothing is secret. With 0
 *                  the result has z = 0
 */
void p384_multiply_base(struct p384_point *result, const struct p384_scalar *scalar,
                        const struct p384_field *blinding);

/** result = scalar point; parameters as above. */
void p384_multiply(struct p384_point *result, const struct p384_scalar *scalar,
                   const struct p384_affine *point, const struct p384_field *blinding);

#endif
