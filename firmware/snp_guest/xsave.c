/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sizes of XSAVE areas (xsave.h), as AMD's manuals give places and sizes of the components.
 */
#include "firmware/snp_guest/xsave.h"

#include <stddef.h>

#define LEGACY_BYTES 0x240u /* x87 and SSE state, and the header. */
#define LEGACY_COMPONENTS 0x3ull

/** What a component takes. */
struct component {
    uint8_t bit;
    uint16_t size;
    uint16_t offset; /**< In the standard format; 0 = a supervisor component has none. */
};

static const struct component components[] = {
    {2, 0x100, 0x240}, /* AVX */
    {5, 0x040, 0x340}, /* AVX-512: masks */
    {6, 0x200, 0x380}, /* AVX-512: upper halves */
    {7, 0x400, 0x580}, /* AVX-512: registers 16 to 31 */
    {9, 0x008, 0x980}, /* PKRU */
    {11, 0x010, 0},    /* Shadow stacks, user */
    {12, 0x018, 0},    /* Shadow stacks, supervisor */
};

#define COMPONENTS (sizeof components / sizeof components[0])

/**
 * Whether a set has nothing but components of the kind, user or supervisor, and the legacy ones.
 */
static bool all_known(uint64_t set, bool supervisor)
{
    set &= supervisor ? ~0ull : ~LEGACY_COMPONENTS;
    for (size_t i = 0; i < COMPONENTS; i++) {
        if (supervisor == (components[i].offset == 0)) {
            set &= ~(1ull << components[i].bit);
        }
    }
    return set == 0;
}

bool xsave_find_size(uint64_t xcr0, uint32_t *size)
{
    *size = LEGACY_BYTES;
    for (size_t i = 0; i < COMPONENTS; i++) {
        const uint32_t end = (uint32_t)components[i].offset + components[i].size;

        if ((xcr0 & 1ull << components[i].bit) != 0 && end > *size) {
            *size = end;
        }
    }
    return all_known(xcr0, false);
}

bool xsave_find_compacted_size(uint64_t xcr0, uint64_t xss, uint32_t *size)
{
    *size = LEGACY_BYTES;
    for (size_t i = 0; i < COMPONENTS; i++) {
        if (((xcr0 | xss) & 1ull << components[i].bit) != 0) {
            *size += components[i].size;
        }
    }
    return all_known(xcr0, false) && all_known(xss, true);
}
