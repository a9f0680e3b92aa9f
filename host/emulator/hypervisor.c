/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hypervisor does when a guest was left (hypervisor.h).
 */
#include "host/emulator/hypervisor.h"

#include <stdarg.h>
#include <stdio.h>

#include "host/lib/deadline.h"
#include "host/x86/cpuid.h"

#define LEAF_VENDOR 0u
#define LEAF_FAMILY 1u
#define LEAF_EXTENDED 0x80000000u
#define IOIO_IN 1u

enum hypervisor_next hypervisor_broken(struct vm *vm, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(vm->problem_text, sizeof vm->problem_text, format, arguments);
    va_end(arguments);
    vm->problem = vm->problem_text;
    return HYPERVISOR_BROKEN;
}

void hypervisor_cpuid(const struct vm *vm, struct hypervisor_registers *registers)
{
    const uint32_t leaf = (uint32_t)registers->rax;
    struct x86_cpuid values = {0};
    if (leaf == LEAF_VENDOR || leaf == LEAF_EXTENDED) { /* "AuthenticAMD" */
        values = (struct x86_cpuid){.eax = leaf == LEAF_VENDOR ? 0x10 : 0x80000021,
                                    .ebx = 0x68747541,
                                    .ecx = 0x444D4163,
                                    .edx = 0x69746E65};
    } else if (leaf == LEAF_FAMILY) {
        values.eax =
            vm->tenant.host != NULL ? snp_host_product(vm->emulator->directory)->cpuid : 0x00830F10;
    } else if (leaf == X86_CPUID_MEMORY_ENCRYPTION) {
        values = x86_cpuid_for_guest(&vm->emulator->x86, (vm->machine.flags & GUEST_SEV) != 0,
                                     (vm->machine.flags & GUEST_ES) != 0,
                                     (vm->machine.flags & GUEST_SNP) != 0);
    } else {
        (void)x86_cpuid(&vm->emulator->x86, leaf, &values);
    }
    *registers = (struct hypervisor_registers){
        .rax = values.eax, .rbx = values.ebx, .rcx = values.ecx, .rdx = values.edx};
}

bool hypervisor_msr(struct vm *vm, struct hypervisor_registers *registers, bool write)
{
    if ((uint32_t)registers->rcx != GUEST_MSR_SCRATCH) {
        return false;
    }
    if (write) {
        vm->devices.msr = (uint32_t)registers->rax | registers->rdx << 32;
    } else {
        registers->rax = (uint32_t)vm->devices.msr;
        registers->rdx = vm->devices.msr >> 32;
    }
    return true;
}

void hypervisor_port(struct vm *vm, uint64_t info, uint64_t *rax)
{
    const uint16_t port = (uint16_t)(info >> 16);
    const uint32_t bytes = (uint32_t)(info >> 4 & 7);
    const uint64_t mask = bytes == 4 ? UINT32_MAX : (1ull << 8 * bytes) - 1;
    if ((info & IOIO_IN) != 0) {
        *rax = (bytes == 4 ? 0 : *rax & ~mask) | (devices_in(&vm->devices, port) & mask);
    } else {
        devices_out(&vm->devices, port, (uint32_t)(*rax & mask));
    }
}

enum hypervisor_next hypervisor_call(struct vm *vm, struct hypervisor_registers *registers)
{
    switch (registers->rax) {
    case GUEST_CALL_NOTHING:
        registers->rax = 0;
        return HYPERVISOR_GO_ON;
    case GUEST_CALL_PAUSE:
        registers->rax = 0;
        return HYPERVISOR_PAUSE;
    case GUEST_CALL_ATTACK:
        registers->rax = hypervisor_attack(vm, registers->rbx, registers->rcx, registers->rdx);
        return HYPERVISOR_GO_ON;
    case GUEST_CALL_REPORT:
        registers->rax = hypervisor_report(vm, registers->rcx);
        return HYPERVISOR_GO_ON;
    case GUEST_CALL_WALL:
        registers->rax = (uint64_t)deadline_now_us();
        return HYPERVISOR_GO_ON;
    default:
        registers->rax = UINT64_MAX;
        return HYPERVISOR_GO_ON;
    }
}

/* Guests without SEV-ES: their registers are in the VMCB's save area. */
static enum hypervisor_next serve(struct vm *vm, struct cpu *cpu, const struct cpu_exit *exit)
{
    uint64_t *gpr = cpu->registers.gpr;
    struct hypervisor_registers registers = {.rax = gpr[BACKEND_RAX],
                                             .rbx = gpr[BACKEND_RBX],
                                             .rcx = gpr[BACKEND_RCX],
                                             .rdx = gpr[BACKEND_RDX]};
    enum hypervisor_next next = HYPERVISOR_GO_ON;
    switch (exit->code) {
    case CPU_EXIT_CPUID:
        hypervisor_cpuid(vm, &registers);
        break;
    case CPU_EXIT_MSR:
        if (!hypervisor_msr(vm, &registers, exit->info1 != 0)) {
            cpu->inject = CPU_VECTOR_GP; /* The instruction is not done. */
            return HYPERVISOR_GO_ON;
        }
        break;
    case CPU_EXIT_IOIO:
        hypervisor_port(vm, exit->info1, &registers.rax);
        break;
    case CPU_EXIT_WBINVD:
        x86_wbinvd(&vm->emulator->x86, cpu->core, false);
        trace_flush(vm->emulator->trace, "WBINVD", UINT64_MAX);
        break;
    default:
        next = hypervisor_call(vm, &registers);
        break;
    }
    gpr[BACKEND_RAX] = registers.rax;
    gpr[BACKEND_RBX] = registers.rbx;
    gpr[BACKEND_RCX] = registers.rcx;
    gpr[BACKEND_RDX] = registers.rdx;
    cpu->registers.rip += exit->instruction.length;
    return next;
}

/* The emulator knows what a hypervisor does not, of guests whose registers are encrypted. */
static enum hypervisor_next shut_down(struct vm *vm, const struct cpu *cpu)
{
    const struct cpu_unhandled *lost = &cpu->unhandled;
    const char *name = cpu_exception_name(lost->vector);
    if (lost->vector == CPU_VECTOR_VC) {
        return hypervisor_broken(vm,
                                 "exit 0x7f, SHUTDOWN: the guest has no handler for the #VC of %s "
                                 "(%#llx) at RIP %#llx; with SEV-ES it needs one",
                                 cpu_exit_name(lost->error), (unsigned long long)lost->error,
                                 (unsigned long long)lost->rip);
    }
    return hypervisor_broken(vm,
                             "exit 0x7f, SHUTDOWN: the guest has no handler for %s, vector %u, "
                             "error %#llx, at RIP %#llx",
                             name != NULL ? name : "an exception", lost->vector,
                             (unsigned long long)lost->error, (unsigned long long)lost->rip);
}

enum hypervisor_next hypervisor_exit(struct vm *vm, struct cpu *cpu, const struct cpu_exit *exit)
{
    uint64_t asked = 0;
    enum hypervisor_next next;
    vm->exits++;
    switch (exit->code) {
    case CPU_EXIT_INTR:
    case CPU_EXIT_PAUSE:
        next = HYPERVISOR_YIELD;
        break;
    case CPU_EXIT_HLT:
        next = HYPERVISOR_HALT;
        break;
    case CPU_EXIT_CPUID:
    case CPU_EXIT_MSR:
    case CPU_EXIT_IOIO:
    case CPU_EXIT_WBINVD:
    case CPU_EXIT_VMMCALL:
        next = serve(vm, cpu, exit);
        break;
    case X86_VMEXIT_VMGEXIT:
        next = hypervisor_vmgexit(vm, cpu, &asked);
        break;
    case X86_VMEXIT_NPF:
        next = hypervisor_mends(vm, exit)
                   ? HYPERVISOR_GO_ON
                   : hypervisor_broken(vm, "#NPF at guest physical %#llx, error %#llx",
                                       (unsigned long long)exit->info2,
                                       (unsigned long long)exit->info1);
        break;
    case CPU_EXIT_SHUTDOWN:
        next = shut_down(vm, cpu);
        break;
    case X86_VMEXIT_INVALID:
    case X86_VMEXIT_BUSY:
        next = hypervisor_broken(vm, "VMRUN fails: %s", x86_vmrun_result_text(exit->refused));
        break;
    default:
        next = hypervisor_broken(vm, "exit %#llx %s", (unsigned long long)exit->code,
                                 exit->text != NULL ? exit->text : "");
        break;
    }
    trace_exit(vm->emulator->trace, cpu->core, exit, asked);
    return next;
}
