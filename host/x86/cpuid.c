/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPUID (cpuid.h).
 */
#include "host/x86/cpuid.h"

#define LARGEST_EXTENDED 0x80000000u
#define ADDRESS_SIZE 0xFFu /* EAX of 8000_0008 */
#define REDUCTION_SHIFT 6u /* EBX of 8000_001F */
#define VMPLS_SHIFT 12u

static uint32_t c_bit_position(const struct x86_machine *machine)
{
    return (uint32_t)__builtin_ctzll(machine->c_bit);
}

static struct x86_cpuid memory_encryption(const struct x86_machine *machine)
{
    const uint32_t snp =
        X86_CPUID_SEV_SNP | X86_CPUID_VMPL | X86_CPUID_RMPQUERY | X86_CPUID_RMPREAD;
    const uint32_t vmpls = machine->snp ? X86_RMP_VMPLS << VMPLS_SHIFT : 0;
    return (struct x86_cpuid){
        .eax = X86_CPUID_SME | X86_CPUID_SEV | X86_CPUID_VM_PAGE_FLUSH | X86_CPUID_SEV_ES |
               (machine->snp ? snp : 0),
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
