/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules for a fabric's description of the machine (docs/fabric.md), and words for each.
 */
#include "host/lib/fabric_check.h"

#include <stdarg.h>
#include <stdio.h>

#define PAGE_BYTES 0x1000u
#define SOCKETS_MAX 2u
#define TSC_KHZ_MIN 1000u
#define TSC_KHZ_MAX 100000000u

static bool fail(char problem[FABRIC_PROBLEM_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* @return false */
static bool fail(char problem[FABRIC_PROBLEM_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem, FABRIC_PROBLEM_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_values(const struct fabric_config *configuration, char *problem)
{
    const struct {
        const char *name;
        uint64_t value;
        uint64_t least;
        uint64_t most;
    } rules[] = {
        {"version", configuration->version, FABRIC_VERSION, FABRIC_VERSION},
        {"flags without a meaning", configuration->flags & ~FABRIC_FLAGS_KNOWN, 0, 0},
        {"sockets", configuration->sockets, 1, SOCKETS_MAX},
        {"cores", configuration->cores, 1, FABRIC_CORES_MAX},
        {"max_asid", configuration->max_asid, 1, FABRIC_SLOTS_MAX - 1u},
        {"min_sev_asid", configuration->min_sev_asid, 1, configuration->max_asid + 1ull},
        {"c_bit", configuration->c_bit, 32, 62},
        {"tsc_khz", configuration->tsc_khz, configuration->tsc_khz == 0 ? 0 : TSC_KHZ_MIN,
         TSC_KHZ_MAX},
        {"range_count", configuration->range_count, 1, FABRIC_RANGES_MAX},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].value < rules[i].least || rules[i].value > rules[i].most) {
            return fail(problem, "%s: %llu, and possible is %llu to %llu", rules[i].name,
                        (unsigned long long)rules[i].value, (unsigned long long)rules[i].least,
                        (unsigned long long)rules[i].most);
        }
    }
    for (size_t i = 0; i < sizeof configuration->reserved; i++) {
        if (configuration->reserved[i] != 0) {
            return fail(problem, "reserved byte %zXh is not 0",
                        offsetof(struct fabric_config, reserved) + i);
        }
    }
    return true;
}

static bool check_range(const struct fabric_range *range, uint32_t number, uint32_t c_bit,
                        uint64_t dram_bytes, char *problem)
{
    const uint64_t limit = 1ull << c_bit;
    if (range->length == 0) {
        return fail(problem, "DRAM range %u is empty", number);
    }
    if ((range->base | range->length | range->dram_offset) % PAGE_BYTES != 0) {
        return fail(problem, "DRAM range %u does not consist of whole pages", number);
    }
    if (range->base >= limit || range->length > limit - range->base) {
        return fail(problem, "DRAM range %u, %llXh bytes at address %llXh, reaches the C-bit (%u)",
                    number, (unsigned long long)range->length, (unsigned long long)range->base,
                    c_bit);
    }
    if (range->dram_offset > dram_bytes || range->length > dram_bytes - range->dram_offset) {
        return fail(problem,
                    "DRAM range %u, at address %llXh, is to have %llXh bytes of the DRAM file from "
                    "byte %llXh on, and that has %llXh bytes (%llu MiB)",
                    number, (unsigned long long)range->base, (unsigned long long)range->length,
                    (unsigned long long)range->dram_offset, (unsigned long long)dram_bytes,
                    (unsigned long long)dram_bytes >> 20);
    }
    return range->reserved == 0 ||
           fail(problem, "the reserved bytes of DRAM range %u are not 0", number);
}

/* Of two pieces that do not wrap. */
static bool overlap(uint64_t a, uint64_t a_length, uint64_t b, uint64_t b_length)
{
    return a < b + b_length && b < a + a_length;
}

static bool check_ranges(const struct fabric_config *configuration, uint64_t dram_bytes,
                         char *problem)
{
    for (uint32_t i = 0; i < configuration->range_count; i++) {
        const struct fabric_range *a = &configuration->ranges[i];
        if (!check_range(a, i, configuration->c_bit, dram_bytes, problem)) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            const struct fabric_range *b = &configuration->ranges[j];
            if (overlap(a->base, a->length, b->base, b->length)) {
                return fail(problem, "DRAM ranges %u and %u share addresses", j, i);
            }
            if (overlap(a->dram_offset, a->length, b->dram_offset, b->length)) {
                return fail(problem, "DRAM ranges %u and %u share bytes of the DRAM file", j, i);
            }
        }
    }
    return true;
}

static bool check_cores(const struct fabric_config *configuration, const struct fabric_core *cores,
                        char *problem)
{
    for (uint32_t i = 0; i < configuration->cores; i++) {
        if (cores[i].socket >= configuration->sockets) {
            return fail(problem, "core %u is in socket %u, and there are %u", i, cores[i].socket,
                        configuration->sockets);
        }
        for (uint32_t j = 0; j < i; j++) {
            if (cores[i].apic_id == cores[j].apic_id) {
                return fail(problem, "cores %u and %u have one APIC id, %u", j, i,
                            cores[i].apic_id);
            }
        }
    }
    return true;
}

bool fabric_check(const struct fabric_config *configuration, const struct fabric_core *cores,
                  uint64_t dram_bytes, char problem[FABRIC_PROBLEM_BYTES])
{
    problem[0] = '\0';
    return check_values(configuration, problem) &&
           check_ranges(configuration, dram_bytes, problem) &&
           (cores == NULL || check_cores(configuration, cores, problem));
}
