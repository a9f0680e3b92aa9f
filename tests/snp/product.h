/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products that make reports, and their TCB versions (sections 7.4, 7.6, 8.5).
 */
#ifndef TESTS_SNP_PRODUCT_H
#define TESTS_SNP_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_SPLS 8u

/** One part of a TCB version, as certificates have it. */
struct witness_spl {
    const char *oid; /**< Below AMD's arc: "3.1". */
    uint8_t byte;    /**< Of the TCB version. */
    bool reserved;   /**< Always 0. */
    uint8_t limit;   /**< The highest value that verifiers take. */
};

/** A product. */
struct witness_product {
    const char *name;      /**< Of CN, key server paths and VLEKs. */
    const char *vcek_name; /**< What a VCEK has. */
    uint8_t family;
    uint8_t model;
    uint8_t stepping;
    uint8_t struct_version;        /**< Of certificates. */
    uint8_t chip_id_bytes;         /**< So many of the 64 are used. */
    const struct witness_spl *spl; /**< WITNESS_SPLS, in the order of the certificates. */
};

extern const struct witness_product witness_milan;
extern const struct witness_product witness_genoa;
extern const struct witness_product witness_turin;
extern const struct witness_product witness_venice;

/** @return the product with that name, or NULL */
const struct witness_product *witness_product_named(const char *name);

/** @return the product that has exactly that family and model, or NULL */
const struct witness_product *witness_product_of_cpu(uint8_t family, uint8_t model);

/** Whether every part of @p a is as low as that of @p b, or lower. */
bool witness_tcb_reaches(uint64_t a, uint64_t b);

/** Whether the reserved parts are 0. */
bool witness_tcb_is_clean(const struct witness_product *product, uint64_t tcb);

#endif
