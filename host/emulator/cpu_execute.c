/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions that the backend stops before, and accesses that it was refused: executed, raised as
 * exceptions, or reasons to leave the guest. In a guest with SEV-ES the hypervisor would have to see
 * registers to serve the latter: #VC lets the guest ask (APM volume 2, 15.35.4).
 */
#include "host/emulator/cpu_internal.h"
#include "host/emulator/operand.h"
#include "host/x86/access.h"
#include "host/x86/rmp_instructions.h"

#define RFLAGS_CF (1ull << 0)
#define RFLAGS_STATUS 0x8D5ull /* CF, PF, AF, ZF, SF, OF */

#define IOIO_IN 1u
#define IOIO_A64 (1u << 9)

static void advance(struct cpu *cpu, struct backend_registers *registers)
{
    registers->rip += cpu->instruction.length;
    backend_set(cpu->backend, registers);
}

static enum cpu_next raise(struct cpu *cpu, uint8_t vector, uint64_t error)
{
    return cpu_raise(cpu, vector, error) ? CPU_GO_ON : CPU_SHUTDOWN;
}

static enum cpu_next leave(struct cpu *cpu, uint64_t code, uint64_t info1, struct cpu_exit *exit)
{
    if (cpu->inside && cpu->guest.es) {
        return raise(cpu, CPU_VECTOR_VC, code);
    }
    *exit = (struct cpu_exit){.code = code, .info1 = info1, .instruction = cpu->instruction};
    return CPU_LEAVE;
}

/* The backend tells of a page only. What the access was, the instruction says. */
static uint64_t offset_of(struct cpu *cpu)
{
    struct backend_registers registers;
    const uint64_t page = cpu->refused - cpu->refused % X86_PAGE_BYTES;
    backend_get(cpu->backend, &registers);
    if (cpu->refused_access == X86_RMP_FETCH) {
        return registers.rip - registers.rip % X86_PAGE_BYTES == page ? registers.rip - page : 0;
    }
    const struct backend_paging paging = cpu_paging_of(&registers);
    const size_t length = cpu_instruction(cpu, &paging, registers.rip);
    return operand_in_page(cpu->bytes, length, &registers, page) - page;
}

enum cpu_next cpu_refused(struct cpu *cpu, struct cpu_exit *exit)
{
    struct x86_fault fault = cpu->fault;
    const bool table = fault.kind == X86_FAULT_NPF && (fault.error & X86_RMP_ERROR_TABLE) != 0;
    if (fault.kind != X86_FAULT_NONE && !table && cpu->refused % X86_PAGE_BYTES == 0) {
        fault.address += offset_of(cpu);
    }
    return cpu_fault(cpu, &fault, exit);
}

enum cpu_next cpu_fault(struct cpu *cpu, const struct x86_fault *fault, struct cpu_exit *exit)
{
    struct backend_registers registers;
    switch (fault->kind) {
    case X86_FAULT_NONE:
        return CPU_GO_ON;
    case X86_FAULT_GP:
        return raise(cpu, CPU_VECTOR_GP, 0);
    case X86_FAULT_PF:
        backend_get(cpu->backend, &registers);
        registers.cr2 = fault->address;
        backend_set(cpu->backend, &registers);
        return raise(cpu, CPU_VECTOR_PF, fault->error);
    case X86_FAULT_VC:
        backend_get(cpu->backend, &registers);
        registers.cr2 = fault->address;
        backend_set(cpu->backend, &registers);
        return raise(cpu, CPU_VECTOR_VC, fault->error);
    case X86_FAULT_NPF:
        break;
    }
    /* Reserved bits in the nested table say that this is a device: the guest is told, with SEV-ES. */
    if (cpu->inside && cpu->guest.es && (fault->error & X86_PF_RESERVED) != 0) {
        backend_get(cpu->backend, &registers);
        registers.cr2 = fault->address;
        backend_set(cpu->backend, &registers);
        return raise(cpu, CPU_VECTOR_VC, X86_VMEXIT_NPF);
    }
    *exit =
        (struct cpu_exit){.code = X86_VMEXIT_NPF, .info1 = fault->error, .info2 = fault->address};
    return CPU_LEAVE;
}

static enum cpu_next clflush(struct cpu *cpu, struct backend_registers *registers,
                             struct cpu_exit *exit)
{
    const struct backend_paging paging = cpu_paging_of(registers);
    const struct x86_view view = cpu_view(cpu, &paging);
    struct x86_translation translation;
    const struct x86_fault fault = x86_walk(
        cpu->machine->x86, &view, operand_address(cpu->bytes, sizeof cpu->bytes, registers),
        X86_RMP_READ, &translation);
    if (fault.kind != X86_FAULT_NONE) {
        return cpu_fault(cpu, &fault, exit);
    }
    x86_cache_flush_line(cpu->machine->x86->cache, translation.spa, translation.key);
    if (cpu->machine->observer.flush != NULL) {
        cpu->machine->observer.flush(cpu->machine->observer.context, cpu->core, translation.spa);
    }
    advance(cpu, registers);
    return CPU_GO_ON;
}

static struct x86_rmp_outcome rmp_operands(const struct cpu *cpu, const struct x86_rmp_guest *guest,
                                           const struct backend_registers *registers)
{
    const uint64_t rax = registers->gpr[BACKEND_RAX];
    const uint64_t rcx = registers->gpr[BACKEND_RCX];
    const uint64_t rdx = registers->gpr[BACKEND_RDX];
    return cpu->instruction.kind == DECODE_PVALIDATE ? x86_pvalidate_operands(guest, rax, rcx)
           : cpu->instruction.kind == DECODE_RMPADJUST
               ? x86_rmpadjust_operands(guest, rax, rcx, rdx)
               : x86_rmpquery_operands(guest, rax, rdx);
}

static struct x86_rmp_outcome rmp_change(struct cpu *cpu, const struct x86_rmp_guest *guest,
                                         struct backend_registers *registers)
{
    const struct x86_rmp *rmp = &cpu->machine->x86->rmp;
    const uint64_t rax = registers->gpr[BACKEND_RAX];
    const uint64_t rcx = registers->gpr[BACKEND_RCX];
    const uint64_t rdx = registers->gpr[BACKEND_RDX];
    if (cpu->instruction.kind == DECODE_PVALIDATE) {
        return x86_pvalidate(rmp, guest, rax, rcx, rdx);
    }
    if (cpu->instruction.kind == DECODE_RMPADJUST) {
        return x86_rmpadjust(rmp, guest, rax, rcx, rdx);
    }
    struct x86_rmpquery_answer answer = {0};
    const struct x86_rmp_outcome outcome = x86_rmpquery(rmp, guest, rax, rdx, &answer);
    if (outcome.event == X86_RMP_EVENT_NONE && outcome.result == RMP_SUCCESS) {
        registers->gpr[BACKEND_RCX] = answer.rcx;
        registers->gpr[BACKEND_RDX] = answer.rdx;
    }
    return outcome;
}

static enum cpu_next rmp_end(struct cpu *cpu, const struct x86_rmp_outcome *outcome,
                             const struct x86_rmp_guest *guest, struct backend_registers *registers,
                             struct cpu_exit *exit)
{
    cpu_forget(cpu->machine);
    switch (outcome->event) {
    case X86_RMP_EVENT_NONE:
        registers->gpr[BACKEND_RAX] = outcome->result;
        registers->rflags = (registers->rflags & ~RFLAGS_STATUS) |
                            (outcome->carry && outcome->result == RMP_SUCCESS ? RFLAGS_CF : 0);
        advance(cpu, registers);
        return CPU_GO_ON;
    case X86_RMP_EVENT_UD:
        return raise(cpu, CPU_VECTOR_UD, 0);
    case X86_RMP_EVENT_NPF:
        *exit =
            (struct cpu_exit){.code = X86_VMEXIT_NPF, .info1 = outcome->error, .info2 = guest->gpa};
        return CPU_LEAVE;
    case X86_RMP_EVENT_VC:
        registers->cr2 = registers->gpr[BACKEND_RAX];
        backend_set(cpu->backend, registers);
        return raise(cpu, CPU_VECTOR_VC, outcome->error);
    case X86_RMP_EVENT_GP:
    case X86_RMP_EVENT_PF:
        break;
    }
    return raise(cpu, CPU_VECTOR_GP, 0);
}

/* PVALIDATE, RMPADJUST, RMPQUERY: translate first, without the right to access what is not valid yet. */
static enum cpu_next rmp_instruction(struct cpu *cpu, struct backend_registers *registers,
                                     struct cpu_exit *exit)
{
    if (!cpu->inside || !cpu->guest.snp) {
        return raise(cpu, CPU_VECTOR_UD, 0);
    }
    struct x86_rmp_guest guest = {.asid = cpu->guest.asid,
                                  .vmpl = cpu->guest.vmpl,
                                  .cpl = registers->selectors[BACKEND_CS] & 3};
    const struct x86_rmp_outcome operands = rmp_operands(cpu, &guest, registers);
    if (operands.event != X86_RMP_EVENT_NONE || operands.result != RMP_SUCCESS) {
        return rmp_end(cpu, &operands, &guest, registers, exit);
    }
    const struct backend_paging paging = cpu_paging_of(registers);
    const struct x86_view view = cpu_view(cpu, &paging);
    struct x86_translation translation;
    const struct x86_fault fault =
        x86_walk_operand(cpu->machine->x86, &view, registers->gpr[BACKEND_RAX], &translation);
    if (fault.kind != X86_FAULT_NONE) {
        return cpu_fault(cpu, &fault, exit);
    }
    guest.c_bit = translation.c_bit;
    guest.nested_large = translation.nested_large;
    guest.gpa = translation.gpa;
    guest.spa = translation.spa;
    const struct x86_rmp_outcome outcome = rmp_change(cpu, &guest, registers);
    return rmp_end(cpu, &outcome, &guest, registers, exit);
}

static enum cpu_next msr(struct cpu *cpu, struct backend_registers *registers,
                         struct cpu_exit *exit)
{
    const bool write = cpu->instruction.kind == DECODE_WRMSR;
    switch (cpu->inside ? cpu_msr(cpu, registers, write) : CPU_MSR_OTHER) {
    case CPU_MSR_DONE:
        advance(cpu, registers);
        return CPU_GO_ON;
    case CPU_MSR_REFUSED:
        return raise(cpu, CPU_VECTOR_GP, 0);
    case CPU_MSR_OTHER:
        break;
    }
    return leave(cpu, CPU_EXIT_MSR, write ? 1 : 0, exit);
}

static uint64_t port_info(const struct decode_instruction *instruction,
                          const struct backend_registers *registers)
{
    const uint64_t port =
        instruction->immediate ? instruction->port : registers->gpr[BACKEND_RDX] & 0xFFFF;
    return port << 16 | (uint64_t)instruction->size << 4 | IOIO_A64 |
           (instruction->kind == DECODE_IN ? IOIO_IN : 0);
}

enum cpu_next cpu_execute(struct cpu *cpu, struct cpu_exit *exit)
{
    struct backend_registers registers;
    backend_get(cpu->backend, &registers);
    switch (cpu->instruction.kind) {
    case DECODE_CPUID:
        return leave(cpu, CPU_EXIT_CPUID, 0, exit);
    case DECODE_RDMSR:
    case DECODE_WRMSR:
        return msr(cpu, &registers, exit);
    case DECODE_IN:
    case DECODE_OUT:
        return leave(cpu, CPU_EXIT_IOIO, port_info(&cpu->instruction, &registers), exit);
    case DECODE_WBINVD:
        return leave(cpu, CPU_EXIT_WBINVD, 0, exit);
    case DECODE_VMMCALL:
        return leave(cpu, CPU_EXIT_VMMCALL, 0, exit);
    case DECODE_CLFLUSH:
        return clflush(cpu, &registers, exit);
    case DECODE_PVALIDATE:
    case DECODE_RMPADJUST:
    case DECODE_RMPQUERY:
        return rmp_instruction(cpu, &registers, exit);
    case DECODE_PAUSE:
    case DECODE_VMGEXIT:
    case DECODE_NONE:
        break;
    }
    if (cpu->instruction.kind == DECODE_VMGEXIT && (!cpu->inside || !cpu->guest.es)) {
        return leave(cpu, CPU_EXIT_VMMCALL, 0, exit); /* Its prefix means nothing there. */
    }
    /* Exits that are no secret: the guest goes on behind them. */
    advance(cpu, &registers);
    *exit = (struct cpu_exit){.code = cpu->instruction.kind == DECODE_PAUSE ? CPU_EXIT_PAUSE
                                                                            : X86_VMEXIT_VMGEXIT};
    return CPU_LEAVE;
}
