/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPUID (cpuid.h).
 */
#include "host/x86/cpuid.h"

#include <stddef.h>

#define LARGEST_EXTENDED 0x80000000u
#define ADDRESS_SIZE 0xFFu /* EAX of 8000_0008 */
#define REDUCTION_SHIFT 6u /* EBX of 8000_001F */
#define VMPLS_SHIFT 12u

static uint32_t c_bit_position(const struct x86_machine *machine)
{
    return (uint32_t)__builtin_ctzll(machine->c_bit);
}

/* Bits of SEV_FEATURES, and those of EAX that say that the cores have them. */
static uint32_t features_of(const struct x86_machine *machine)
{
    static const uint8_t bits[][2] = {
        {1, 18},  /* virtual TOM */
        {3, 12},  /* restricted injection */
        {4, 13},  /* alternate injection */
        {5, 14},  /* debug swap */
        {6, 15},  /* host's IBS prevented */
        {8, 7},   /* shadow stacks of VMPLs */
        {9, 8},   /* secure TSC */
        {10, 17}, /* VMGEXIT parameter */
        {14, 24}, /* registers of the VMSA protected */
        {15, 25}, /* SMT protection */
    };
    uint32_t found = 0;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        found |= (uint32_t)(machine->sev_features >> bits[i][0] & 1) << bits[i][1];
    }
    return found;
}

static struct x86_cpuid memory_encryption(const struct x86_machine *machine)
{
    const uint32_t snp =
        X86_CPUID_SEV_SNP | X86_CPUID_VMPL | X86_CPUID_RMPQUERY | X86_CPUID_RMPREAD;
    const uint32_t vmpls = machine->snp ? X86_RMP_VMPLS << VMPLS_SHIFT : 0;
    return (struct x86_cpuid){
        .eax = X86_CPUID_SME | X86_CPUID_SEV | X86_CPUID_VM_PAGE_FLUSH | X86_CPUID_SEV_ES |
               (machine->snp ? snp : 0) | features_of(machine),
        .ebx = c_bit_position(machine) |
               (machine->physical_bits - machine->address_bits) << REDUCTION_SHIFT | vmpls,
        .ecx = machine->max_asid,
        .edx = machine->min_sev_asid,
    };
}

bool x86_cpuid(const struct x86_machine *machine, uint32_t leaf, struct x86_cpuid *values)
{
    if (leaf == LARGEST_EXTENDED) {
        values->eax =
            values->eax < X86_CPUID_MEMORY_ENCRYPTION ? X86_CPUID_MEMORY_ENCRYPTION : values->eax;
    } else if (leaf == X86_CPUID_ADDRESS_SIZES) {
        values->eax = (values->eax & ~ADDRESS_SIZE) | machine->physical_bits;
    } else if (leaf == X86_CPUID_MEMORY_ENCRYPTION) {
        *values = memory_encryption(machine);
    } else {
        return false;
    }
    return true;
}

struct x86_cpuid x86_cpuid_for_guest(const struct x86_machine *machine, bool sev, bool es, bool snp)
{
    struct x86_cpuid values = {.eax = 0};
    if (sev) {
        values.eax = X86_CPUID_SEV | (es ? X86_CPUID_SEV_ES : 0) |
                     (snp ? X86_CPUID_SEV_SNP | X86_CPUID_VMPL : 0);
        values.ebx = memory_encryption(machine).ebx;
    }
    return values;
}
