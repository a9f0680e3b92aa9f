/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions of the 64-bit mode: the backend does not enter handlers by itself. Without interrupt
 * stack table and change of the privilege level: guests stay at level 0.
 */
#include "host/emulator/cpu_internal.h"
#include "host/x86/access.h"

#define GATE_BYTES 16u
#define GATE_PRESENT 0x80u
#define GATE_TYPE 0x1Fu
#define GATE_INTERRUPT 0x0Eu
#define GATE_TRAP 0x0Fu

#define RFLAGS_TF (1ull << 8)
#define RFLAGS_IF (1ull << 9)
#define RFLAGS_NT (1ull << 14)
#define RFLAGS_RF (1ull << 16)

#define STACK_ALIGNMENT 16u

static bool has_error(uint8_t vector)
{
    /* #DF, #TS, #NP, #SS, #GP, #PF; #AC, #CP, #VC, #SX */
    return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 ||
           vector == 29 || vector == 30;
}

static bool enter(struct cpu *cpu, uint8_t vector, uint64_t error)
{
    struct x86_machine *machine = cpu->machine->x86;
    struct backend_registers registers;
    uint64_t gate[2];
    backend_get(cpu->backend, &registers);
    const struct backend_paging paging = cpu_paging_of(&registers);
    struct x86_view view = cpu_view(cpu, &paging);
    view.user = false;
    if ((vector + 1u) * GATE_BYTES - 1 > registers.idtr.limit ||
        x86_read(machine, &view, registers.idtr.base + (uint64_t)vector * GATE_BYTES, X86_RMP_READ,
                 gate, sizeof gate)
                .kind != X86_FAULT_NONE) {
        return false;
    }
    const uint8_t type = (uint8_t)(gate[0] >> 40);
    if ((type & GATE_PRESENT) == 0 ||
        ((type & GATE_TYPE) != GATE_INTERRUPT && (type & GATE_TYPE) != GATE_TRAP)) {
        return false;
    }
    const uint64_t frame[6] = {error,
                               registers.rip,
                               registers.selectors[BACKEND_CS],
                               registers.rflags,
                               registers.gpr[BACKEND_RSP],
                               registers.selectors[BACKEND_SS]};
    const size_t skipped = has_error(vector) ? 0 : 1;
    const size_t bytes = sizeof frame - skipped * sizeof frame[0];
    registers.gpr[BACKEND_RSP] &= ~(uint64_t)(STACK_ALIGNMENT - 1);
    registers.gpr[BACKEND_RSP] -= bytes;
    if (cpu_store(cpu, &view, registers.gpr[BACKEND_RSP], frame + skipped, bytes).kind !=
        X86_FAULT_NONE) {
        return false;
    }
    registers.rip = (gate[0] & 0xFFFF) | (gate[0] >> 48) << 16 | gate[1] << 32;
    registers.rflags &= ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF);
    if ((type & GATE_TYPE) == GATE_INTERRUPT) {
        registers.rflags &= ~RFLAGS_IF;
    }
    backend_set(cpu->backend, &registers);
    return true;
}

bool cpu_raise(struct cpu *cpu, uint8_t vector, uint64_t error)
{
    cpu->counts.exceptions++;
    if (cpu->machine->observer.exception != NULL) {
        cpu->machine->observer.exception(cpu->machine->observer.context, cpu->core, vector, error);
    }
    if (enter(cpu, vector, error) || (vector != CPU_VECTOR_DF && enter(cpu, CPU_VECTOR_DF, 0))) {
        return true;
    }
    struct backend_registers registers;
    backend_get(cpu->backend, &registers);
    cpu->unhandled = (struct cpu_unhandled){.vector = vector, .error = error, .rip = registers.rip};
    return false;
}

const char *cpu_exception_name(uint8_t vector)
{
    static const char *const names[] = {
        [0] = "#DE",  [1] = "#DB",  [3] = "#BP",  [4] = "#OF",  [6] = "#UD",  [7] = "#NM",
        [8] = "#DF",  [10] = "#TS", [11] = "#NP", [12] = "#SS", [13] = "#GP", [14] = "#PF",
        [16] = "#MF", [17] = "#AC", [19] = "#XF", [29] = "#VC"};
    return vector < sizeof names / sizeof names[0] ? names[vector] : NULL;
}
