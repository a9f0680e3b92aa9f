/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMGEXIT with a request in the GHCB's MSR itself (GHCB specification, AMD publication 56421, section 2.3).
 */
#include "host/emulator/hypervisor.h"

#define INFO_MASK 0xFFFull
#define INFO_SEV_ANSWER 0x001u
#define INFO_SEV 0x002u
#define INFO_CPUID 0x004u
#define INFO_CPUID_ANSWER 0x005u
#define INFO_REGISTER 0x012u
#define INFO_REGISTER_ANSWER 0x013u
#define REGISTER_REFUSED (~INFO_MASK)
#define INFO_TERMINATE 0x100u
#define PROTOCOL_MIN 1ull
#define PROTOCOL_MAX 2ull

/* From now on the virtual CPU's GHCB is there, and nowhere else. */
static void register_ghcb(struct vm *vm, struct cpu *cpu)
{
    const uint64_t gpa = cpu->ghcb & ~INFO_MASK;
    const bool there = nested_find(&vm->nested, gpa) != 0;
    if (there) {
        vm->ghcbs[cpu - vm->cpus] = cpu->ghcb;
    }
    cpu->ghcb = (there ? gpa : REGISTER_REFUSED) | INFO_REGISTER_ANSWER;
}

bool hypervisor_ghcb_is_allowed(const struct vm *vm, const struct cpu *cpu)
{
    return (vm->machine.flags & GUEST_SNP) == 0 ||
           vm->ghcbs[cpu - vm->cpus] == (cpu->ghcb | INFO_REGISTER);
}

enum hypervisor_next hypervisor_ghcb_msr(struct vm *vm, struct cpu *cpu)
{
    const uint64_t value = cpu->ghcb;
    switch (value & INFO_MASK) {
    case INFO_SEV:
        cpu->ghcb = PROTOCOL_MAX << 48 | PROTOCOL_MIN << 32 | (uint64_t)vm->machine.c_bit << 24 |
                    INFO_SEV_ANSWER;
        return HYPERVISOR_GO_ON;
    case INFO_CPUID: {
        struct hypervisor_registers registers = {.rax = value >> 32};
        hypervisor_cpuid(vm, &registers);
        const uint64_t values[] = {registers.rax, registers.rbx, registers.rcx, registers.rdx};
        const uint64_t which = value >> 30 & 3;
        cpu->ghcb = values[which] << 32 | which << 30 | INFO_CPUID_ANSWER;
        return HYPERVISOR_GO_ON;
    }
    case INFO_REGISTER:
        register_ghcb(vm, cpu);
        return HYPERVISOR_GO_ON;
    case INFO_TERMINATE:
        return hypervisor_broken(vm, "the guest ends itself, reason %llx",
                                 (unsigned long long)(value >> 12));
    default:
        return hypervisor_broken(vm, "GHCB MSR request %llx", (unsigned long long)value);
    }
}
