/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products that make reports, and their TCB versions (product.h).
 */
#include "tests/snp/product.h"

#include <string.h>

/* Version 0 of the certificates' structure: boot loader, TEE, four reserved, SNP, microcode. */
static const struct witness_spl milan_spl[WITNESS_SPLS] = {
    {"3.1", 0, false, 127}, {"3.2", 1, false, 127}, {"3.4", 2, true, 0},    {"3.5", 3, true, 0},
    {"3.6", 4, true, 0},    {"3.7", 5, true, 0},    {"3.3", 6, false, 127}, {"3.8", 7, false, 255},
};

/* Version 1: FMC, boot loader, TEE, SNP, three reserved, microcode. */
static const struct witness_spl turin_spl[WITNESS_SPLS] = {
    {"3.9", 0, false, 127}, {"3.1", 1, false, 127}, {"3.2", 2, false, 127}, {"3.3", 3, false, 127},
    {"3.5", 4, true, 0},    {"3.6", 5, true, 0},    {"3.7", 6, true, 0},    {"3.8", 7, false, 255},
};

const struct witness_product witness_milan = {"Milan", "Milan-B0", 0x19, 0x01, 0, 0, 64, milan_spl};
const struct witness_product witness_genoa = {"Genoa", "Genoa", 0x19, 0x11, 0, 0, 64, milan_spl};
const struct witness_product witness_turin = {"Turin", "Turin", 0x1A, 0x02, 0, 1, 8, turin_spl};
const struct witness_product witness_venice = {"Venice", "Venice", 0x1A, 0x50, 0, 1, 8, turin_spl};

static const struct witness_product *const products[] = {&witness_milan, &witness_genoa,
                                                         &witness_turin, &witness_venice};

#define PRODUCTS (sizeof products / sizeof products[0])

const struct witness_product *witness_product_named(const char *name)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (strcmp(products[i]->name, name) == 0) {
            return products[i];
        }
    }
    return NULL;
}

const struct witness_product *witness_product_of_cpu(uint8_t family, uint8_t model)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (products[i]->family == family && products[i]->model == model) {
            return products[i];
        }
    }
    return NULL;
}

static uint8_t byte_of(uint64_t tcb, unsigned byte)
{
    return (uint8_t)(tcb >> (8 * byte));
}

bool witness_tcb_reaches(uint64_t a, uint64_t b)
{
    for (unsigned byte = 0; byte < sizeof a; byte++) {
        if (byte_of(a, byte) > byte_of(b, byte)) {
            return false;
        }
    }
    return true;
}

bool witness_tcb_is_clean(const struct witness_product *product, uint64_t tcb)
{
    for (size_t i = 0; i < WITNESS_SPLS; i++) {
        if (product->spl[i].reserved && byte_of(tcb, product->spl[i].byte) != 0) {
            return false;
        }
    }
    return true;
}
