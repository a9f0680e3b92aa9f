/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hypervisor does when a guest was left.
 */
#ifndef HOST_EMULATOR_HYPERVISOR_H
#define HOST_EMULATOR_HYPERVISOR_H

#include "host/emulator/vm.h"

enum hypervisor_next {
    HYPERVISOR_GO_ON,  /**< The same virtual CPU. */
    HYPERVISOR_YIELD,  /**< Another's turn. */
    HYPERVISOR_HALT,   /**< This one has nothing to do any more. */
    HYPERVISOR_PAUSE,  /**< VM_PAUSED */
    HYPERVISOR_BROKEN, /**< VM_BROKEN: vm->problem is set. */
};

/** Serves an exit. */
enum hypervisor_next hypervisor_exit(struct vm *vm, struct cpu *cpu, const struct cpu_exit *exit);

/** VMGEXIT: what the guest asks for by its GHCB, or by the MSR. */
enum hypervisor_next hypervisor_vmgexit(struct vm *vm, struct cpu *cpu, uint64_t *asked);

/** VMGEXIT with a request in the MSR. */
enum hypervisor_next hypervisor_ghcb_msr(struct vm *vm, struct cpu *cpu);

/** @return false: with SEV-SNP, and this virtual CPU has not registered the GHCB that its MSR names */
bool hypervisor_ghcb_is_allowed(const struct vm *vm, const struct cpu *cpu);

/** Registers that a request uses. */
struct hypervisor_registers {
    uint64_t rax, rbx, rcx, rdx;
};

/** CPUID, as the hypervisor shows it. */
void hypervisor_cpuid(const struct vm *vm, struct hypervisor_registers *registers);

/** RDMSR, or WRMSR. @return false: #GP */
bool hypervisor_msr(struct vm *vm, struct hypervisor_registers *registers, bool write);

/** IN or OUT. @param info  EXITINFO1 */
void hypervisor_port(struct vm *vm, uint64_t info, uint64_t *rax);

/** VMMCALL. */
enum hypervisor_next hypervisor_call(struct vm *vm, struct hypervisor_registers *registers);

/** What a hostile host tries. @return what the hypercall answers */
uint64_t hypervisor_attack(struct vm *vm, uint64_t attack, uint64_t gpa, uint64_t other);

/**
 * #NPF that the attacker's own remapping has caused: undoes it.
 *
 * @return false: it has another cause
 */
bool hypervisor_mends(struct vm *vm, const struct cpu_exit *exit);

/** The owner, whom the host hands a report to. @return what the hypercall answers */
uint64_t hypervisor_report(struct vm *vm, uint64_t gpa);

/** Notes why a guest cannot go on. @return HYPERVISOR_BROKEN */
enum hypervisor_next hypervisor_broken(struct vm *vm, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
