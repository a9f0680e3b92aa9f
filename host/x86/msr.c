/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MSRs of memory encryption (msr.h).
 */
#include "host/x86/msr.h"

#include <stddef.h>

#include "host/lib/fabric.h"
#include "host/x86/rmp_access.h"

#define RMP_BASE_ALIGNMENT 0x2000ull
#define RMP_END_ONES 0x1FFFull
#define PAGE_FLUSH_ASID 0xFFFull
#define SYSCFG_SNP (SYSCFG_SNP_EN | SYSCFG_SNP_VMPL_EN)
#define SYSCFG_LOCKED (SYSCFG_SNP | SYSCFG_MFDM | SYSCFG_MEMORY_ENCRYPTION)

static bool is_known(uint32_t msr)
{
    static const uint32_t known[] = {X86_MSR_SYSCFG,        X86_MSR_HWCR,       X86_MSR_VM_HSAVE_PA,
                                     X86_MSR_VM_PAGE_FLUSH, X86_MSR_SEV_STATUS, X86_MSR_RMP_BASE,
                                     X86_MSR_RMP_END,       X86_MSR_RMP_CFG};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i] == msr) {
            return true;
        }
    }
    return false;
}

enum x86_msr_result x86_rdmsr(const struct x86_machine *machine, uint32_t core,
                              const struct x86_guest *guest, uint32_t msr, uint64_t *value)
{
    const struct fabric_core *entry = fabric_core_at(machine->fabric, core);
    if (!is_known(msr)) {
        return X86_MSR_OTHER;
    }
    if (entry == NULL || msr == X86_MSR_VM_PAGE_FLUSH ||
        (guest != NULL && msr != X86_MSR_SEV_STATUS)) {
        return X86_MSR_GP;
    }
    switch (msr) {
    case X86_MSR_SYSCFG:
        *value = entry->syscfg;
        break;
    case X86_MSR_HWCR:
        *value = entry->hwcr;
        break;
    case X86_MSR_VM_HSAVE_PA:
        *value = entry->vm_hsave_pa;
        break;
    case X86_MSR_SEV_STATUS:
        *value = x86_sev_status(guest);
        break;
    case X86_MSR_RMP_BASE:
        *value = entry->rmp_base;
        break;
    case X86_MSR_RMP_END:
        *value = entry->rmp_end | RMP_END_ONES;
        break;
    default:
        *value = entry->rmp_cfg;
        break;
    }
    return X86_MSR_DONE;
}

/* The firmware looks at these words while it serves a command. */
static enum x86_msr_result set(uint8_t *core, size_t offset, uint64_t value)
{
    __atomic_store_n((uint64_t *)(void *)(core + offset), value, __ATOMIC_RELEASE);
    return X86_MSR_DONE;
}

static enum x86_msr_result set_syscfg(const struct x86_machine *machine, struct fabric_core *core,
                                      uint64_t value)
{
    if ((value & SYSCFG_SNP) != 0 && !machine->snp) {
        return X86_MSR_GP;
    }
    if ((core->syscfg & SYSCFG_SNP_EN) != 0) {
        value = (value & ~SYSCFG_LOCKED) | (core->syscfg & SYSCFG_LOCKED);
    }
    return set((uint8_t *)core, offsetof(struct fabric_core, syscfg), value);
}

static enum x86_msr_result set_hsave(const struct x86_machine *machine, uint32_t core,
                                     uint64_t value)
{
    const uint64_t spa = x86_host_address(machine, core, value);
    if (spa % X86_PAGE_BYTES != 0 || spa >> machine->physical_bits != 0 ||
        !x86_rmp_host_may_write(&machine->rmp, spa, false)) {
        return X86_MSR_GP;
    }
    return set((uint8_t *)fabric_core_at(machine->fabric, core),
               offsetof(struct fabric_core, vm_hsave_pa), value);
}

static enum x86_msr_result set_rmp(const struct x86_machine *machine, struct fabric_core *core,
                                   uint32_t msr, uint64_t value)
{
    const bool base = msr == X86_MSR_RMP_BASE;
    if (!machine->snp || (core->syscfg & SYSCFG_SNP_EN) != 0 ||
        value >> machine->physical_bits != 0 || (base && value % RMP_BASE_ALIGNMENT != 0)) {
        return X86_MSR_GP;
    }
    return base ? set((uint8_t *)core, offsetof(struct fabric_core, rmp_base), value)
                : set((uint8_t *)core, offsetof(struct fabric_core, rmp_end), value | RMP_END_ONES);
}

enum x86_msr_result x86_wrmsr(struct x86_machine *machine, uint32_t core,
                              const struct x86_guest *guest, uint32_t msr, uint64_t value)
{
    struct fabric_core *entry = fabric_core_at(machine->fabric, core);
    const uint64_t asid = value & PAGE_FLUSH_ASID;
    if (!is_known(msr)) {
        return X86_MSR_OTHER;
    }
    if (entry == NULL || guest != NULL) {
        return X86_MSR_GP;
    }
    switch (msr) {
    case X86_MSR_SYSCFG:
        return set_syscfg(machine, entry, value);
    case X86_MSR_HWCR:
        return set((uint8_t *)entry, offsetof(struct fabric_core, hwcr), value);
    case X86_MSR_VM_HSAVE_PA:
        return set_hsave(machine, core, value);
    case X86_MSR_VM_PAGE_FLUSH:
        return asid != 0 && asid <= machine->max_asid ? X86_MSR_FLUSH : X86_MSR_GP;
    case X86_MSR_RMP_BASE:
    case X86_MSR_RMP_END:
        return set_rmp(machine, entry, msr, value);
    case X86_MSR_RMP_CFG:
        return value == 0 ? X86_MSR_DONE : X86_MSR_GP;
    default:
        return X86_MSR_GP;
    }
}
