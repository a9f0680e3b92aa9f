/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSMASH and RMPREAD (SNP 3.5).
 */
#include "host/x86/rmp_instructions.h"
#include "host/x86/rmp_internal.h"

/* The first entry is written last: until then it speaks for all 512, and nobody looks at the others. */
static void smash(struct x86_rmp_region *region, const struct x86_rmp_page *whole)
{
    struct x86_rmp_page page = *whole;
    page.large = false;
    for (uint64_t i = 1; i < RMP_REGION_PAGES; i++) {
        page.gpa = whole->gpa + i * X86_RMP_PAGE_BYTES;
        x86_rmp_store(region, region->first + i, &page);
    }
    page.gpa = whole->gpa;
    page.subpages = RMP_REGION_PAGES - 1;
    x86_rmp_store_first(region, &page);
}

struct x86_rmp_outcome x86_psmash(const struct x86_rmp *rmp, uint32_t core, uint64_t spa)
{
    struct x86_rmp_table table;
    struct x86_rmp_region region;
    struct x86_rmp_page page;
    if (!x86_rmp_enabled(rmp, core)) {
        return x86_rmp_raise(X86_RMP_EVENT_UD, 0);
    }
    if (spa % X86_RMP_REGION_BYTES != 0) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    x86_rmp_read_table(rmp, &table);
    enum rmp_result result = x86_rmp_ready(&table, spa, X86_RMP_REGION_BYTES);
    if (result != RMP_SUCCESS) {
        return x86_rmp_give(result);
    }
    x86_rmp_lock(rmp, &table, spa, &region);
    x86_rmp_load(&region, region.first, &page);
    if (!page.large) {
        result = RMP_FAIL_INPUT;
    } else if (page.immutable) {
        result = RMP_FAIL_PERMISSION;
    } else if (!region.locked) {
        result = RMP_FAIL_INUSE;
    } else {
        smash(&region, &page);
    }
    x86_rmp_unlock(&region, 0);
    return x86_rmp_give(result);
}

/* Whether a page of 4 KiB of the region is assigned. */
static bool is_divided(const struct x86_rmp_table *table, uint64_t spa, bool *divided)
{
    struct x86_rmp_page first;
    const bool found = x86_rmp_find(table, spa - spa % X86_RMP_REGION_BYTES, &first);
    *divided = first.subpages != 0 || (first.assigned && !first.large);
    return found;
}

struct x86_rmp_outcome x86_rmpread(const struct x86_rmp *rmp, uint32_t core, uint64_t spa,
                                   struct rmpread_state *state)
{
    struct x86_rmp_table table;
    struct x86_rmp_page page;
    bool divided;
    if (!x86_rmp_enabled(rmp, core)) {
        return x86_rmp_raise(X86_RMP_EVENT_UD, 0);
    }
    if (spa % X86_RMP_PAGE_BYTES != 0) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    x86_rmp_read_table(rmp, &table);
    const enum rmp_result result = x86_rmp_ready(&table, spa, X86_RMP_PAGE_BYTES);
    if (result != RMP_SUCCESS) {
        return x86_rmp_give(result);
    }
    if (!x86_rmp_find(&table, spa, &page) || !is_divided(&table, spa, &divided)) {
        return x86_rmp_give(RMP_FAIL_INUSE);
    }
    *state = (struct rmpread_state){
        .gpa = page.gpa,
        .assigned = page.assigned ? 1 : 0,
        .page_size = (uint8_t)((page.large ? 1u : 0) | (divided ? 2u : 0)),
        .immutable = page.immutable ? 1 : 0,
        .asid = page.asid,
    };
    return x86_rmp_give(RMP_SUCCESS);
}
