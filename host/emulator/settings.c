/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What virtasp-emulator's options mean for the guest (settings.h).
 */
#include "host/emulator/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define C_BIT_MIN 32u /* As of any board; 51 is the highest bit of an address in a page table. */
#define C_BIT_MAX 51u
#define MEMORY_MIB_MAX 16384u

static bool read_number(const char *name, const char *text, uint64_t low, uint64_t high,
                        uint64_t *number, struct provision_error *error)
{
    /* No octal: 010 would surprise. */
    const int base = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 16 : 10;
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, base);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value < low ||
        value > high) {
        return provision_fail(error,
                              high > MEMORY_MIB_MAX
                                  ? "--%s wants a number from %#llx to %#llx, not '%s'"
                                  : "--%s wants a number from %llu to %llu, not '%s'",
                              name, (unsigned long long)low, (unsigned long long)high, text);
    }
    *number = value;
    return true;
}

static bool read_small(const char *name, const char *text, uint32_t low, uint32_t high,
                       uint32_t *number, struct provision_error *error)
{
    uint64_t value = *number;
    if (text == NULL) {
        return (value >= low && value <= high) ||
               provision_fail(error, "the image's header is wrong: --%s %u, not from %u to %u",
                              name, *number, low, high);
    }
    const bool good = read_number(name, text, low, high, &value, error);
    *number = (uint32_t)value;
    return good;
}

bool settings_numbers(const struct settings *settings, const struct guest_header *header,
                      struct settings_numbers *numbers, struct provision_error *error)
{
    const bool snp = settings->snp || (header->flags & GUEST_NEEDS_SNP) != 0;
    const bool es = snp || settings->es || (header->flags & GUEST_NEEDS_ES) != 0;
    *numbers = (struct settings_numbers){
        .policy = VM_ANY_POLICY,
        .vcpus = header->vcpus,
        .memory_mib = header->memory_mib,
        .c_bit = settings->board.fabric_options.c_bit,
        .flags = settings->plain ? 0 : GUEST_SEV | (es ? GUEST_ES : 0) | (snp ? GUEST_SNP : 0),
    };
    /* SEV's policy has 32 bits, SEV-SNP's 64; the highest number is no policy that could be met. */
    const uint64_t most = (numbers->flags & GUEST_SNP) != 0 ? VM_ANY_POLICY - 1 : UINT32_MAX;
    return read_small("vcpus", settings->vcpus, 1, GUEST_CPUS_MAX, &numbers->vcpus, error) &&
           read_small("memory", settings->memory, 1, MEMORY_MIB_MAX, &numbers->memory_mib, error) &&
           read_small("c-bit", settings->c_bit, C_BIT_MIN, C_BIT_MAX, &numbers->c_bit, error) &&
           (settings->policy == NULL ||
            read_number("policy", settings->policy, 0, most, &numbers->policy, error));
}
