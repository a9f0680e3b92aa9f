/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiples of P-384's base point G. The numbers in p384_table.c are written by
 * tools/p384_table.c (make p384-table).
 */
#ifndef CRYPTO_P384_TABLE_H
#define CRYPTO_P384_TABLE_H

#include "crypto/p384_point.h"

#define P384_TABLE_TEETH 6u      /**< Digits of a scalar that one lookup stands for. */
#define P384_TABLE_SPACING 64u   /**< Binary places between two of these digits. */
#define P384_TABLE_PARTS 2u      /**< Tables, */
#define P384_TABLE_PART_BITS 32u /**< each of which is for so many binary places. */
#define P384_TABLE_POINTS 32u    /**< 2^(teeth - 1): the signs of all but the highest digit. */

/**
 * p384_table[part][signs] = 2^(32 part) (2^320 + sum of +-2^(64 tooth) over the teeth 0..4) G, where
 * bit "tooth" of signs is 1 for + and 0 for -.
 */
extern const struct p384_affine p384_table[P384_TABLE_PARTS][P384_TABLE_POINTS];

#endif
