/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints crypto/p384_table.c: the multiples of P-384's base point that crypto/p384_table.h describes,
 * computed by OpenSSL. make p384-table writes the file.
 */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "crypto/p384_table.h"

static const char head[] =
    "/* SPDX-License-Identifier: Apache-2.0 */\n"
    "/*\n"
    " * Multiples of P-384's base point: see crypto/p384_table.h. Written by tools/p384_table.c, "
    "which\n"
    " * computes them with OpenSSL: do not edit (make p384-table).\n"
    " */\n"
    "/* clang-format off */\n"
    "#include \"crypto/p384_table.h\"\n"
    "\n"
    "const struct p384_affine p384_table[P384_TABLE_PARTS][P384_TABLE_POINTS] = {\n";

/* Ends the program unless OpenSSL has done what was asked for. */
static void require(int done)
{
    if (done != 1) {
        (void)fprintf(stderr, "p384_table: OpenSSL failed\n");
        exit(1);
    }
}

/* factor = the multiple of the base point in p384_table[part][signs] */
static void factor_of(BIGNUM *factor, uint32_t part, uint32_t signs)
{
    BIGNUM *weight = BN_new();
    require(weight != NULL);
    BN_zero(factor);
    for (uint32_t tooth = 0; tooth < P384_TABLE_TEETH; tooth++) {
        BN_zero(weight);
        require(
            BN_set_bit(weight, (int)(part * P384_TABLE_PART_BITS + tooth * P384_TABLE_SPACING)));
        if (tooth == P384_TABLE_TEETH - 1 || (signs >> tooth & 1u) != 0) {
            require(BN_add(factor, factor, weight));
        } else {
            require(BN_sub(factor, factor, weight));
        }
    }
    BN_free(weight);
}

/* Prints a * 2^384 mod p, the least significant word first. */
static void print_element(const BIGNUM *a, const BIGNUM *p, BN_CTX *context)
{
    uint8_t bytes[4 * P384_WORDS];
    BIGNUM *element = BN_new();
    require(element != NULL && BN_lshift(element, a, 32 * P384_WORDS));
    require(BN_nnmod(element, element, p, context));
    require(BN_bn2lebinpad(element, bytes, sizeof bytes) == sizeof bytes);
    printf("{{");
    for (unsigned word = 0; word < P384_WORDS; word++) {
        const uint8_t *b = bytes + (size_t)4 * word;
        printf("0x%02x%02x%02x%02xu%s", b[3], b[2], b[1], b[0],
               word + 1 == P384_WORDS ? "}}" : (word + 1 == P384_WORDS / 2 ? ",\n      " : ", "));
    }
    BN_free(element);
}

int main(void)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    BN_CTX *context = BN_CTX_new();
    BIGNUM *p = BN_new();
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    BIGNUM *factor = BN_new();
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    require(point != NULL && context != NULL && p != NULL && x != NULL && y != NULL &&
            factor != NULL && EC_GROUP_get_curve(group, p, NULL, NULL, context));
    printf("%s", head);
    for (uint32_t part = 0; part < P384_TABLE_PARTS; part++) {
        printf("{\n");
        for (uint32_t signs = 0; signs < P384_TABLE_POINTS; signs++) {
            factor_of(factor, part, signs);
            require(EC_POINT_mul(group, point, factor, NULL, NULL, context));
            require(EC_POINT_get_affine_coordinates(group, point, x, y, context));
            printf("    {");
            print_element(x, p, context);
            printf(",\n     ");
            print_element(y, p, context);
            printf("},\n");
        }
        printf("},\n");
    }
    printf("};\n");
    EC_POINT_free(point);
    BN_free(factor);
    BN_free(y);
    BN_free(x);
    BN_free(p);
    BN_CTX_free(context);
    EC_GROUP_free(group);
    return fflush(stdout) == 0 ? 0 : 1;
}
