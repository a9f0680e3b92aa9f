/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's own model-specific registers (cpu_internal.h).
 */
#include "host/emulator/cpu_internal.h"
#include "host/x86/msr.h"

#define MSR_EFER 0xC0000080u
#define MSR_FS_BASE 0xC0000100u
#define MSR_GS_BASE 0xC0000101u

/* SCE, LME, LMA, NXE, FFXSR. SVME would hand a guest the backend's own VMRUN, VMLOAD and VMSAVE, which
 * know of physical addresses, and of neither page tables, keys nor the RMP. */
#define EFER_GUEST 0x4D01ull
#define EFER_LME (1ull << 8)

/* LMA is the processor's alone, LME is fixed while paging is on (APM volume 2, 3.1.7). */
static bool accepts_efer(const struct backend_registers *registers, uint64_t value)
{
    const uint64_t fixed = X86_EFER_LMA | ((registers->cr0 & X86_CR0_PG) != 0 ? EFER_LME : 0);
    return (value & ~EFER_GUEST) == 0 && ((value ^ registers->efer) & fixed) == 0;
}

enum cpu_msr_result cpu_msr(struct cpu *cpu, struct backend_registers *registers, bool write)
{
    const uint32_t msr = (uint32_t)registers->gpr[BACKEND_RCX];
    uint64_t value = (uint32_t)registers->gpr[BACKEND_RAX] | registers->gpr[BACKEND_RDX] << 32;
    uint64_t status;
    uint64_t *place = msr == MSR_EFER                        ? &registers->efer
                      : msr == MSR_FS_BASE                   ? &registers->fs_base
                      : msr == MSR_GS_BASE                   ? &registers->gs_base
                      : msr == CPU_MSR_GHCB && cpu->guest.es ? &cpu->ghcb
                                                             : NULL;
    if (msr == X86_MSR_SEV_STATUS && !write) {
        status = x86_sev_status(&cpu->guest);
        place = &status;
    }
    if (place == NULL) {
        return CPU_MSR_OTHER;
    }
    if (write && msr == MSR_EFER && !accepts_efer(registers, value)) {
        return CPU_MSR_REFUSED;
    }
    if (write) {
        *place = value;
    } else {
        registers->gpr[BACKEND_RAX] = (uint32_t)*place;
        registers->gpr[BACKEND_RDX] = *place >> 32;
    }
    return CPU_MSR_DONE;
}
