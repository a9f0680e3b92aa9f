/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The products (product.h).
 */
#include "host/provision/product.h"

#include <stdio.h>
#include <string.h>

#define SNP_AT_VERSION_0 23u
#define SNP_MAXIMUM 127u /* Verifiers refuse more. */

static const struct provision_tcb_part milan_parts[SNP_TCB_PARTS] = {
    {"bl", 1}, {"tee", 2}, {NULL, 4}, {NULL, 5}, {NULL, 6}, {NULL, 7}, {"snp", 3}, {"ucode", 8},
};

static const struct provision_tcb_part turin_parts[SNP_TCB_PARTS] = {
    {"fmc", 9}, {"bl", 1}, {"tee", 2}, {"snp", 3}, {NULL, 5}, {NULL, 6}, {NULL, 7}, {"ucode", 8},
};

#define LIKE_MILAN                                                                                 \
    .structure_version = 0, .id_bytes = 64, .tcb = 0xD300000000000004, .tcb_snp = SNP_TCB_SNP,     \
    .parts = milan_parts
#define LIKE_TURIN                                                                                 \
    .structure_version = 1, .id_bytes = 8, .tcb = 0x4800000000000401,                              \
    .tcb_snp = SNP_TCB_TURIN_SNP, .parts = turin_parts

static const struct provision_product products[] = {
    {.id = SNP_PRODUCT_ROME, .name = "rome", .cpuid = 0x00830F10, .id_bytes = 64},
    {.id = SNP_PRODUCT_MILAN,
     .name = "milan",
     .cpuid = 0x00A00F10,
     .line = "Milan",
     .certificate_name = "Milan-B0",
     .serial = 0x010000,
     LIKE_MILAN},
    {.id = SNP_PRODUCT_GENOA,
     .name = "genoa",
     .cpuid = 0x00A10F10,
     .line = "Genoa",
     .certificate_name = "Genoa",
     .serial = 0x020000,
     LIKE_MILAN},
    {.id = SNP_PRODUCT_TURIN,
     .name = "turin",
     .cpuid = 0x00B00F20,
     .line = "Turin",
     .certificate_name = "Turin",
     .serial = 0x030000,
     LIKE_TURIN},
    {.id = SNP_PRODUCT_VENICE,
     .name = "venice",
     .cpuid = 0x00B50F00,
     .line = "Venice",
     .certificate_name = "Venice",
     .serial = 0x040000,
     LIKE_TURIN},
};

#define PRODUCTS (sizeof products / sizeof products[0])

const struct provision_product *provision_product_find(const char *name)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (strcmp(name, products[i].name) == 0) {
            return &products[i];
        }
    }
    return NULL;
}

const struct provision_product *provision_product_of_line(const char *line)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (products[i].line != NULL && strcmp(line, products[i].line) == 0) {
            return &products[i];
        }
    }
    return NULL;
}

const struct provision_product *provision_product_of(uint32_t id)
{
    for (size_t i = 0; i < PRODUCTS; i++) {
        if (id == (uint32_t)products[i].id) {
            return &products[i];
        }
    }
    return NULL;
}

uint8_t provision_cpuid_family(const struct provision_product *product)
{
    return (uint8_t)((product->cpuid >> 8 & 0xF) + (product->cpuid >> 20 & 0xFF));
}

uint8_t provision_cpuid_model(const struct provision_product *product)
{
    return (uint8_t)((product->cpuid >> 4 & 0xF) | (product->cpuid >> 12 & 0xF0));
}

uint64_t provision_tcb(const struct provision_product *product, uint32_t security_version)
{
    const uint64_t snp = security_version < SNP_MAXIMUM - SNP_AT_VERSION_0
                             ? security_version + SNP_AT_VERSION_0
                             : SNP_MAXIMUM;
    return product->line == NULL ? 0 : product->tcb | snp << (8 * product->tcb_snp);
}

void provision_tcb_name(const struct provision_product *product, uint64_t tcb,
                        char name[PROVISION_TCB_NAME_BYTES])
{
    size_t length = 0;
    name[0] = '\0';
    for (unsigned i = 0; product->parts != NULL && i < SNP_TCB_PARTS; i++) {
        if (product->parts[i].name != NULL && length < PROVISION_TCB_NAME_BYTES) {
            const int written = snprintf(name + length, PROVISION_TCB_NAME_BYTES - length,
                                         "%s%s%02u", length != 0 ? "_" : "", product->parts[i].name,
                                         (unsigned)(tcb >> (8 * i) & 0xFF));
            length += written > 0 ? (size_t)written : 0;
        }
    }
}
