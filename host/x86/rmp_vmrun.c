/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which core runs which VMSA of an SNP guest (SNP 3.7).
 */
#include "host/x86/rmp_access.h"
#include "host/x86/rmp_internal.h"

#define RUNS 1u /* In a word of RUNNING, beside the page's address. */

bool x86_rmp_is_running(const struct x86_rmp *rmp, uint64_t number)
{
    for (uint32_t core = 0; core < FABRIC_CORES_MAX; core++) {
        if (__atomic_load_n(&rmp->running[core], __ATOMIC_SEQ_CST) ==
            (number * X86_RMP_PAGE_BYTES | RUNS)) {
            return true;
        }
    }
    return false;
}

static bool is_vmsa_of(const struct x86_rmp_page *page, uint32_t asid)
{
    return page->assigned && page->vmsa && page->validated && !page->immutable && !page->large &&
           page->asid != 0 && page->asid == asid;
}

enum x86_rmp_vmrun x86_rmp_vmrun(struct x86_rmp *rmp, uint32_t core, uint32_t asid, uint64_t spa)
{
    enum x86_rmp_vmrun result = X86_RMP_VMRUN_BUSY;
    struct x86_rmp_table table;
    struct x86_rmp_region region;
    struct x86_rmp_page page;
    x86_rmp_read_table(rmp, &table);
    if (core >= FABRIC_CORES_MAX || spa % X86_RMP_PAGE_BYTES != 0 ||
        !x86_rmp_covers(&table, spa, X86_RMP_PAGE_BYTES)) {
        return X86_RMP_VMRUN_INVALID;
    }
    x86_rmp_lock(rmp, &table, spa, &region);
    x86_rmp_load(&region, spa / X86_RMP_PAGE_BYTES, &page);
    if (!is_vmsa_of(&page, asid)) {
        result = X86_RMP_VMRUN_INVALID;
    } else if (region.locked && !x86_rmp_is_running(rmp, spa / X86_RMP_PAGE_BYTES)) {
        __atomic_store_n(&rmp->running[core], spa | RUNS, __ATOMIC_SEQ_CST);
        result = X86_RMP_VMRUN_OK;
    }
    x86_rmp_unlock(&region, 0);
    return result;
}

bool x86_rmp_keeps_vmsa(const struct x86_rmp *rmp, uint32_t asid, uint64_t spa)
{
    struct x86_rmp_table table;
    struct x86_rmp_page page;
    x86_rmp_read_table(rmp, &table);
    return x86_rmp_covers(&table, spa, X86_RMP_PAGE_BYTES) &&
           x86_rmp_find_owner(&table, spa, &page) && is_vmsa_of(&page, asid);
}

void x86_rmp_vmexit(struct x86_rmp *rmp, uint32_t core)
{
    if (core < FABRIC_CORES_MAX) {
        __atomic_store_n(&rmp->running[core], 0, __ATOMIC_SEQ_CST);
    }
}
