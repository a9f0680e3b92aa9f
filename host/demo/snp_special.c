/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Special pages of an SNP guest (snp_special.h).
 */
#include "host/demo/snp_special.h"

#include <string.h>

#include "abi/snp_launch.h"

#define ALIGNMENT 16u

static void put(uint8_t *page, size_t offset, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++) {
        page[offset + i] = (uint8_t)(value >> (8 * i));
    }
}

struct segment {
    uint16_t offset; /* In the VMSA. */
    uint16_t selector;
    uint16_t attributes;
    uint32_t base;
};

/* Real mode, 64 KiB each; the first instruction is 16 bytes below 4 GiB. */
static const struct segment segments[] = {
    {0x00, 0, 0x93, 0},               /* ES */
    {0x10, 0xF000, 0x9B, 0xFFFF0000}, /* CS */
    {0x20, 0, 0x93, 0},               /* SS */
    {0x30, 0, 0x93, 0},               /* DS */
    {0x40, 0, 0x93, 0},               /* FS */
    {0x50, 0, 0x93, 0},               /* GS */
    {0x60, 0, 0x00, 0},               /* GDTR */
    {0x70, 0, 0x82, 0},               /* LDTR */
    {0x80, 0, 0x00, 0},               /* IDTR */
    {0x90, 0, 0x8B, 0},               /* TR */
};

struct number {
    uint16_t offset;
    uint16_t bytes;
    uint64_t value;
};

static const struct number numbers[] = {
    {0x0D0, 8, 0x1000},             /* EFER: SVME */
    {0x148, 8, 0x40},               /* CR4: MCE */
    {0x158, 8, 0x10},               /* CR0: ET */
    {0x160, 8, 0x400},              /* DR7 */
    {0x168, 8, 0xFFFF0FF0},         /* DR6 */
    {0x170, 8, 0x2},                /* RFLAGS */
    {0x178, 8, 0xFFF0},             /* RIP */
    {0x268, 8, 0x0007040600070406}, /* G_PAT */
    {SNP_VMSA_SEV_FEATURES, 8, SNP_VMSA_FEATURE_ACTIVE},
    {0x3E8, 8, 1},      /* XCR0 */
    {0x408, 4, 0x1F80}, /* MXCSR */
    {0x410, 2, 0x37F},  /* FCW */
};

#define RDX 0x310u
#define LIMIT 0xFFFFu

void snp_special_vmsa(uint8_t page[SNP_PAGE_BYTES], uint32_t family)
{
    memset(page, 0, SNP_PAGE_BYTES);
    for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++) {
        const struct segment *segment = &segments[i];
        put(page, segment->offset, 2, segment->selector);
        put(page, segment->offset + 2u, 2, segment->attributes);
        put(page, segment->offset + 4u, 4, LIMIT);
        put(page, segment->offset + 8u, 8, segment->base);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        put(page, numbers[i].offset, numbers[i].bytes, numbers[i].value);
    }
    put(page, RDX, 8, family);
}

void snp_special_cpuid(uint8_t page[SNP_PAGE_BYTES], uint32_t family, uint32_t c_bit)
{
    /* "AuthenticAMD" */
    const struct snp_cpuid_function vendor = {
        .ebx = 0x68747541, .ecx = 0x444D4163, .edx = 0x69746E65};
    _Alignas(ALIGNMENT) struct snp_cpuid_table table = {.count = 5};
    table.functions[0] = vendor;
    table.functions[0].eax = 0x10;
    table.functions[1] = (struct snp_cpuid_function){.eax_in = 1, .eax = family};
    table.functions[2] = vendor;
    table.functions[2].eax_in = 0x80000000;
    table.functions[2].eax = 0x80000021;
    table.functions[3] = (struct snp_cpuid_function){.eax_in = 0x80000001, .eax = family};
    /* Function 8000001Fh: SEV, SEV-ES, SEV-SNP; position of the C-bit. */
    table.functions[4] =
        (struct snp_cpuid_function){.eax_in = 0x8000001F, .eax = 0x1A, .ebx = c_bit};
    memset(page, 0, SNP_PAGE_BYTES);
    memcpy(page, &table, sizeof table);
}
