/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RMPUPDATE (SNP 3.5).
 */
#include "host/lib/fabric.h"
#include "host/x86/rmp_instructions.h"
#include "host/x86/rmp_internal.h"

#define ASID_MAX (RMP_ASID >> RMP_ASID_SHIFT)

static uint64_t max_asid(const struct x86_rmp *rmp)
{
    static const struct fabric_options defaults = FABRIC_DEFAULT_OPTIONS;
    const struct fabric_config *configuration =
        rmp->fabric != NULL ? fabric_configuration(rmp->fabric) : NULL;
    const uint64_t configured = configuration != NULL ? configuration->max_asid : defaults.max_asid;
    return configured < ASID_MAX ? configured : ASID_MAX;
}

/* Whether an owner may be asked for at all. Unassigned pages are plain ones, HV-fixed pages the
 * firmware's to make; and a page of ASID 0 with a GPA would be Metadata, which only the firmware
 * fills. */
static bool is_owner(const struct x86_rmp *rmp, const struct rmpupdate_state *state)
{
    if (state->assigned == 0) {
        return state->asid == 0 && state->immutable == 0;
    }
    return state->asid == 0 ? state->gpa == 0 : state->asid <= max_asid(rmp);
}

static bool is_well_formed(const struct x86_rmp *rmp, uint64_t spa,
                           const struct rmpupdate_state *state, uint64_t length)
{
    return state->assigned <= 1 && state->page_size <= 1 && state->immutable <= 1 &&
           state->reserved == 0 && spa % length == 0 && state->gpa % length == 0 &&
           (state->gpa & ~RMP_GPA) == 0 && is_owner(rmp, state);
}

/* A new page of 2 MiB must find the rest of its region free, and free to be given away. */
static enum rmp_result check_rest(const struct x86_rmp_region *region)
{
    enum rmp_result result = RMP_SUCCESS;
    for (uint64_t i = 1; i < RMP_REGION_PAGES; i++) {
        struct x86_rmp_page page;
        x86_rmp_load(region, region->first + i, &page);
        if (page.assigned) {
            return RMP_FAIL_OVERLAP;
        }
        if (page.immutable) {
            result = RMP_FAIL_PERMISSION;
        }
    }
    return result;
}

static enum rmp_result check_old(const struct x86_rmp *rmp, const struct x86_rmp_region *region,
                                 uint64_t number, bool large, const struct x86_rmp_page *old)
{
    if (old->immutable) {
        return RMP_FAIL_PERMISSION;
    }
    if (!region->locked) {
        return RMP_FAIL_INUSE;
    }
    if (old->large && !large) {
        return RMP_FAIL_OVERLAP;
    }
    if (large && !old->large) {
        const enum rmp_result result = check_rest(region);
        if (result != RMP_SUCCESS) {
            return result;
        }
    }
    return old->vmsa && x86_rmp_is_running(rmp, number) ? RMP_FAIL_INUSE : RMP_SUCCESS;
}

/* What becomes of a page. What the guest has said of it stays only if nothing else changes. */
static struct x86_rmp_page page_after(const struct x86_rmp_page *old,
                                      const struct rmpupdate_state *state)
{
    struct x86_rmp_page page = {.subpages = old->subpages};
    if (state->assigned == 0) {
        return page;
    }
    page.assigned = true;
    page.large = state->page_size != 0;
    page.immutable = state->immutable != 0;
    page.asid = state->asid;
    page.gpa = state->gpa;
    page.permissions[0] = RMP_PERMISSIONS_FULL;
    if (old->assigned && old->asid != 0 && old->asid == page.asid && old->gpa == page.gpa &&
        old->large == page.large) {
        page.validated = old->validated;
        page.vmsa = old->vmsa;
        for (uint32_t vmpl = 0; vmpl < X86_RMP_VMPLS; vmpl++) {
            page.permissions[vmpl] = old->permissions[vmpl];
        }
    }
    return page;
}

static int64_t pages_in(const struct x86_rmp_page *page)
{
    return !page->assigned ? 0 : page->large ? (int64_t)RMP_REGION_PAGES : 1;
}

/* An ASID's count is never below the pages that it has, nor are SUBPAGES below those that there are. */
static void replace(struct x86_rmp_region *region, uint64_t number, const struct x86_rmp_page *old,
                    const struct x86_rmp_page *page)
{
    const int64_t before = pages_in(old);
    const int64_t after = pages_in(page);
    const bool moves = old->asid != page->asid || before != after;
    if (moves && after != 0) {
        x86_rmp_count(&region->table, page->asid, after);
    }
    if (number == region->first) {
        x86_rmp_store_first(region, page);
    } else {
        if (after > before) {
            x86_rmp_add_subpage(region);
        }
        x86_rmp_store(region, number, page);
        x86_rmp_unlock(region, after < before ? -1 : 0);
    }
    if (moves && before != 0) {
        x86_rmp_count(&region->table, old->asid, -before);
    }
}

struct x86_rmp_outcome x86_rmpupdate(const struct x86_rmp *rmp, uint32_t core, uint64_t spa,
                                     const struct rmpupdate_state *state)
{
    const uint64_t number = spa / X86_RMP_PAGE_BYTES;
    const bool large = state->page_size != 0;
    const uint64_t length = large ? X86_RMP_REGION_BYTES : X86_RMP_PAGE_BYTES;
    struct x86_rmp_table table;
    struct x86_rmp_region region;
    struct x86_rmp_page old;
    if (!x86_rmp_enabled(rmp, core)) {
        return x86_rmp_raise(X86_RMP_EVENT_UD, 0);
    }
    if (!is_well_formed(rmp, spa, state, length)) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    x86_rmp_read_table(rmp, &table);
    enum rmp_result result = x86_rmp_ready(&table, spa, length);
    if (result != RMP_SUCCESS) {
        return x86_rmp_give(result);
    }
    x86_rmp_lock(rmp, &table, spa, &region);
    x86_rmp_load(&region, number, &old);
    result = check_old(rmp, &region, number, large, &old);
    if (result != RMP_SUCCESS) {
        x86_rmp_unlock(&region, 0);
        return x86_rmp_give(result);
    }
    const struct x86_rmp_page page = page_after(&old, state);
    replace(&region, number, &old, &page);
    return x86_rmp_give(RMP_SUCCESS);
}
