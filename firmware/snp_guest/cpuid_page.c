/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPUID page (cpuid_page.h). The policy is a table: each rule says what some bits of an output
 * must be. Outputs without a rule are accepted as they are.
 */
#include "firmware/snp_guest/cpuid_page.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/snp_launch.h"
#include "firmware/fabric.h"
#include "firmware/snp_guest/xsave.h"

#define SUBLEAF_ANY UINT32_MAX
#define ALL_BITS UINT32_MAX
#define C_BIT_POSITION 0x3Fu

/** Computes what an output must be. @return false when the chip is not known to give anything */
typedef bool cpuid_value(const struct snp_cpuid_function *function, uint32_t *value);

/**
 * A rule of the policy. Family, model and stepping have none: hypervisors give guests an older
 * processor's (QEMU's EPYC-v4 on a Milan chip), and chips accept that.
 */
struct rule {
    uint32_t leaf;
    uint32_t subleaf; /**< SUBLEAF_ANY: the leaf has none. */
    uint32_t output;  /**< Offset in struct snp_cpuid_function. */
    uint32_t bits;    /**< That must be the value's. */
    uint32_t constant;
    cpuid_value *value; /**< NULL: CONSTANT is the value. */
};

static bool c_bit(const struct snp_cpuid_function *function, uint32_t *value)
{
    (void)function;
    *value = fabric_config()->c_bit;
    return true;
}

static bool standard_area(const struct snp_cpuid_function *function, uint32_t *value)
{
    return xsave_find_size(function->xcr0_in, value);
}

static bool compacted_area(const struct snp_cpuid_function *function, uint32_t *value)
{
    return xsave_find_compacted_size(function->xcr0_in, function->xss_in, value);
}

#define OUTPUT(name) ((uint32_t)offsetof(struct snp_cpuid_function, name))

/* "AuthenticAMD", as leaf 0 and leaf 80000000h give it. */
#define VENDOR(leaf)                                                                               \
    {leaf, SUBLEAF_ANY, OUTPUT(ebx), ALL_BITS, 0x68747541, NULL},                                  \
        {leaf, SUBLEAF_ANY, OUTPUT(edx), ALL_BITS, 0x69746E65, NULL},                              \
    {                                                                                              \
        leaf, SUBLEAF_ANY, OUTPUT(ecx), ALL_BITS, 0x444D4163, NULL                                 \
    }

static const struct rule rules[] = {
    VENDOR(0x00000000),
    VENDOR(0x80000000),
    {0x0000000D, 0, OUTPUT(ebx), ALL_BITS, 0, standard_area},
    {0x0000000D, 1, OUTPUT(ebx), ALL_BITS, 0, compacted_area},
    {0x8000001F, SUBLEAF_ANY, OUTPUT(ebx), C_BIT_POSITION, 0, c_bit},
};

static bool applies(const struct rule *rule, const struct snp_cpuid_function *function)
{
    return rule->leaf == function->eax_in &&
           (rule->subleaf == SUBLEAF_ANY || rule->subleaf == function->ecx_in);
}

/** Makes an output what a rule says. @return whether it was something else */
static bool apply(const struct rule *rule, struct snp_cpuid_function *function)
{
    uint32_t *const output = (uint32_t *)(void *)((uint8_t *)function + rule->output);
    uint32_t value = rule->constant;
    uint32_t wrong;

    if (rule->value != NULL && !rule->value(function, &value)) {
        return false;
    }
    wrong = (*output ^ value) & rule->bits;
    *output ^= wrong;
    return wrong != 0;
}

bool cpuid_page_correct(struct snp_cpuid_function *function)
{
    bool changed = false;

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        changed |= applies(&rules[i], function) && apply(&rules[i], function);
    }
    return changed;
}

/** Zeroes [from, to) of a page. @return whether it was something else */
static bool clear(uint8_t *page, size_t from, size_t to)
{
    uint8_t seen = 0;

    for (size_t i = from; i < to; i++) {
        seen |= page[i];
        page[i] = 0;
    }
    return seen != 0;
}

#define RESERVED_START offsetof(struct snp_cpuid_table, reserved_04)
#define FUNCTION_RESERVED offsetof(struct snp_cpuid_function, reserved)

enum cpuid_verdict cpuid_page_check(uint8_t page[RMP_PAGE_BYTES])
{
    struct snp_cpuid_table *table = (struct snp_cpuid_table *)page;
    const size_t start = offsetof(struct snp_cpuid_table, functions);
    bool changed;

    if (table->count > SNP_CPUID_MAX) {
        return CPUID_UNUSABLE;
    }
    changed = clear(page, RESERVED_START, start);
    for (size_t i = 0; i < table->count; i++) {
        const size_t at = start + i * sizeof table->functions[0];

        changed |= clear(page, at + FUNCTION_RESERVED, at + sizeof table->functions[0]);
        changed |= cpuid_page_correct(&table->functions[i]);
    }
    changed |= clear(page, start + table->count * sizeof table->functions[0], RMP_PAGE_BYTES);
    return changed ? CPUID_CORRECTED : CPUID_ACCEPTED;
}
