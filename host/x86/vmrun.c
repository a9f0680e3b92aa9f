/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMRUN and #VMEXIT (vmrun.h).
 */
#include "host/x86/vmrun.h"

#include <string.h>

#include "abi/snp_launch.h"
#include "host/lib/fabric.h"
#include "host/x86/rmp_access.h"
#include "host/x86/vmrun_slot_internal.h"

static uint64_t features_of(const uint8_t *vmsa)
{
    uint64_t features;
    memcpy(&features, vmsa + SNP_VMSA_SEV_FEATURES, sizeof features);
    return features;
}

/* What a VMCB must say for a guest with encrypted memory. */
static enum x86_vmrun_result check_sev(const struct x86_machine *machine,
                                       const struct fabric_core *core, uint32_t index,
                                       const struct x86_vmcb *vmcb)
{
    const uint32_t first = vmcb->sev_es ? 1 : machine->min_sev_asid;
    const uint32_t last = vmcb->sev_es ? machine->min_sev_asid - 1 : machine->max_asid;
    if ((core->syscfg & SYSCFG_MEMORY_ENCRYPTION) == 0) {
        return X86_VMRUN_NO_ENCRYPTION;
    }
    if (!vmcb->nested_paging) {
        return X86_VMRUN_NESTED_PAGING;
    }
    if (vmcb->asid < first || vmcb->asid > last) {
        return X86_VMRUN_ASID;
    }
    const struct x86_slot slot = x86_slot_of(machine, vmcb->asid, index);
    if (!slot.has_key) {
        return X86_VMRUN_NO_KEY;
    }
    return slot.allows_core ? X86_VMRUN_OK : X86_VMRUN_CORE;
}

/* What a VMSA must say. */
static enum x86_vmrun_result check_vmsa(const struct x86_machine *machine,
                                        const struct fabric_core *core,
                                        const struct x86_guest *guest)
{
    const bool active = (guest->features & SNP_VMSA_FEATURE_ACTIVE) != 0;
    if (active != guest->snp || (guest->features & ~machine->sev_features) != 0) {
        return X86_VMRUN_FEATURES;
    }
    if (guest->vmpl >= X86_RMP_VMPLS ||
        (guest->vmpl != 0 && (!guest->snp || (core->syscfg & SYSCFG_SNP_VMPL_EN) == 0))) {
        return X86_VMRUN_VMPL;
    }
    return X86_VMRUN_OK;
}

/* SEV-ES: the table in the TMR says what the page must be. */
static enum x86_vmrun_result take_es(struct x86_machine *machine, struct x86_guest *guest,
                                     uint8_t *vmsa)
{
    switch (vmsa_load(&machine->hardware, guest->asid, guest->vmsa, vmsa, &guest->run)) {
    case VMSA_OK:
        return X86_VMRUN_OK;
    case VMSA_BUSY:
        return X86_VMRUN_VMSA_BUSY;
    case VMSA_CHANGED:
        return X86_VMRUN_VMSA_CHANGED;
    default:
        return X86_VMRUN_VMSA;
    }
}

/* SEV-SNP: the reverse map table says whose the page is, and nobody else can have written it. */
static enum x86_vmrun_result take_snp(struct x86_machine *machine, struct x86_guest *guest,
                                      uint8_t *vmsa)
{
    switch (x86_rmp_vmrun(&machine->rmp, guest->core, guest->asid, guest->vmsa)) {
    case X86_RMP_VMRUN_OK:
        break;
    case X86_RMP_VMRUN_BUSY:
        return X86_VMRUN_VMSA_BUSY;
    default:
        return X86_VMRUN_VMSA;
    }
    if (memory_controller_read(&machine->memory, guest->asid, guest->vmsa, vmsa, SEV_VMSA_BYTES) ==
        MEMORY_CONTROLLER_OK) {
        return X86_VMRUN_OK;
    }
    x86_rmp_vmexit(&machine->rmp, guest->core);
    return X86_VMRUN_VMSA;
}

/* Whether the table in force says that the page is a guest's: that makes one with ES one with SNP. */
static bool is_snp(const struct x86_machine *machine, uint64_t spa, bool *unclear)
{
    struct x86_rmp_page page;
    *unclear = !x86_rmp_look_up(&machine->rmp, spa, &page);
    return page.assigned;
}

static enum x86_vmrun_result take_vmsa(struct x86_machine *machine, struct x86_guest *guest,
                                       uint8_t *vmsa)
{
    bool unclear;
    guest->snp = is_snp(machine, guest->vmsa, &unclear);
    if (unclear) {
        return X86_VMRUN_VMSA_BUSY;
    }
    if (guest->vmsa % SEV_VMSA_BYTES != 0) {
        return X86_VMRUN_VMSA;
    }
    /* The core reads the page through its caches: a guest has made it there, perhaps. */
    x86_cache_flush_page(machine->cache, guest->vmsa, guest->asid);
    return guest->snp ? take_snp(machine, guest, vmsa) : take_es(machine, guest, vmsa);
}

/* The VMSA is not the core's after all. */
static void give_up(struct x86_machine *machine, const struct x86_guest *guest)
{
    if (guest->snp) {
        x86_rmp_vmexit(&machine->rmp, guest->core);
    } else {
        vmsa_give_up(&machine->hardware, &guest->run);
    }
}

static enum x86_vmrun_result enter_es(struct x86_machine *machine, const struct fabric_core *core,
                                      struct x86_guest *guest, uint8_t *vmsa)
{
    enum x86_vmrun_result result = take_vmsa(machine, guest, vmsa);
    if (result != X86_VMRUN_OK) {
        return result;
    }
    guest->features = features_of(vmsa);
    guest->vmpl = vmsa[SNP_VMSA_VMPL];
    result = check_vmsa(machine, core, guest);
    if (result != X86_VMRUN_OK) {
        give_up(machine, guest);
        memset(vmsa, 0, SEV_VMSA_BYTES);
    }
    return result;
}

enum x86_vmrun_result x86_vmrun(struct x86_machine *machine, uint32_t core,
                                const struct x86_vmcb *vmcb, struct x86_guest *guest, uint8_t *vmsa)
{
    const struct fabric_core *entry = fabric_core_at(machine->fabric, core);
    struct x86_guest entered = {
        .core = core,
        .asid = vmcb->asid,
        .sev = vmcb->sev,
        .es = vmcb->sev_es,
        .ncr3 = vmcb->ncr3,
        .vmsa = vmcb->vmsa,
    };
    if (vmsa != NULL) {
        memset(vmsa, 0, SEV_VMSA_BYTES);
    }
    if (entry == NULL) {
        return X86_VMRUN_NO_CORE;
    }
    if (!x86_rmp_host_may_write(&machine->rmp, vmcb->paddr, false)) {
        return X86_VMRUN_VMCB;
    }
    if (vmcb->asid == 0) {
        return X86_VMRUN_ASID;
    }
    enum x86_vmrun_result result = X86_VMRUN_OK;
    if (vmcb->sev) {
        result = check_sev(machine, entry, core, vmcb);
    } else if (vmcb->sev_es) {
        result = X86_VMRUN_NESTED_PAGING;
    }
    if (result == X86_VMRUN_OK && vmcb->sev_es) {
        result = vmsa != NULL ? enter_es(machine, entry, &entered, vmsa) : X86_VMRUN_VMSA;
    }
    if (result == X86_VMRUN_OK) {
        *guest = entered;
    }
    return result;
}

bool x86_vmexit(struct x86_machine *machine, const struct x86_guest *guest, const uint8_t *vmsa)
{
    if (!guest->es) {
        return true;
    }
    /* What the guest has cached of the page is older than its registers. */
    x86_cache_flush_page(machine->cache, guest->vmsa, guest->asid);
    if (!guest->snp) {
        return vmsa_store(&machine->hardware, guest->asid, &guest->run, vmsa) == VMSA_OK;
    }
    const bool saved = x86_slot_of(machine, guest->asid, guest->core).has_key &&
                       x86_rmp_keeps_vmsa(&machine->rmp, guest->asid, guest->vmsa) &&
                       memory_controller_write(&machine->memory, guest->asid, guest->vmsa, vmsa,
                                               SEV_VMSA_BYTES) == MEMORY_CONTROLLER_OK;
    x86_rmp_vmexit(&machine->rmp, guest->core);
    return saved;
}

uint64_t x86_vmrun_exit_code(enum x86_vmrun_result result)
{
    return result == X86_VMRUN_VMSA_BUSY ? X86_VMEXIT_BUSY : X86_VMEXIT_INVALID;
}

const char *x86_vmrun_result_text(enum x86_vmrun_result result)
{
    static const char *const texts[] = {
        [X86_VMRUN_OK] = "done",
        [X86_VMRUN_NO_CORE] = "the fabric has no such core",
        [X86_VMRUN_VMCB] = "the VMCB's page is not the host's",
        [X86_VMRUN_ASID] = "the ASID is none of that kind of guest's",
        [X86_VMRUN_NO_ENCRYPTION] = "the core's SYSCFG has memory encryption off",
        [X86_VMRUN_NESTED_PAGING] = "the VMCB lacks what encryption needs",
        [X86_VMRUN_NO_KEY] = "no guest is active with that ASID",
        [X86_VMRUN_CORE] = "the core may not run that ASID",
        [X86_VMRUN_VMSA] = "no VMSA of the guest is there",
        [X86_VMRUN_VMSA_CHANGED] = "the VMSA was changed",
        [X86_VMRUN_VMSA_BUSY] = "a core runs the VMSA, or a command works on it",
        [X86_VMRUN_FEATURES] = "the VMSA asks for what the cores have not",
        [X86_VMRUN_VMPL] = "the VMSA is of a VMPL that there is not",
    };
    return (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "unknown result";
}
