/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What CPUID says of memory encryption.
 */
#ifndef HOST_X86_CPUID_H
#define HOST_X86_CPUID_H

#include <stdbool.h>
#include <stdint.h>

#include "host/x86/machine.h"

#define X86_CPUID_ADDRESS_SIZES 0x80000008u
#define X86_CPUID_MEMORY_ENCRYPTION 0x8000001Fu

/* Fn8000_001F EAX. */
#define X86_CPUID_SME (1u << 0)
#define X86_CPUID_SEV (1u << 1)
#define X86_CPUID_VM_PAGE_FLUSH (1u << 2)
#define X86_CPUID_SEV_ES (1u << 3)
#define X86_CPUID_SEV_SNP (1u << 4)
#define X86_CPUID_VMPL (1u << 5)
#define X86_CPUID_RMPQUERY (1u << 6)
#define X86_CPUID_SME_COHERENT (1u << 10) /**< Never set. */
#define X86_CPUID_RMPREAD (1u << 21)
/* Others say which SEV_FEATURES the cores have. */

struct x86_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/**
 * Completes what the emulator's model of a processor says: the address sizes get physical_bits
 * (EAX 7:0), the largest extended function (8000_0000 EAX) is 8000_001F or more, and 8000_001F is
 * as the machine is. Others stay as they are.
 *
 * @param leaf            EAX of the instruction
 * @param[in,out] values  what the model says
 * @return whether the leaf is one of these
 */
bool x86_cpuid(const struct x86_machine *machine, uint32_t leaf, struct x86_cpuid *values);

/**
 * Fn8000_001F as a hypervisor shows it to a guest: what the guest has, and where its C-bit is; all 0
 * for one without SEV.
 */
struct x86_cpuid x86_cpuid_for_guest(const struct x86_machine *machine, bool sev, bool es,
                                     bool snp);

#endif
