/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PVALIDATE, RMPADJUST and RMPQUERY (SNP 3.5).
 */
#include "host/x86/rmp_instructions.h"
#include "host/x86/rmp_internal.h"

static bool is_aligned(uint64_t rax, uint64_t rcx)
{
    return rax % ((rcx & X86_RMP_RCX_2M) != 0 ? X86_RMP_REGION_BYTES : X86_RMP_PAGE_BYTES) == 0;
}

static uint64_t vmpl_in(uint64_t rdx)
{
    return rdx & X86_RMP_RDX_VMPL;
}

static uint8_t permissions_in(uint64_t rdx)
{
    return (uint8_t)((rdx & X86_RMP_RDX_PERMISSIONS) >> X86_RMP_RDX_PERMISSIONS_SHIFT);
}

struct x86_rmp_outcome x86_pvalidate_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                              uint64_t rcx)
{
    if (guest->cpl != 0 || guest->vmpl != 0) {
        return x86_rmp_raise(X86_RMP_EVENT_GP, 0);
    }
    return x86_rmp_give(is_aligned(rax, rcx) ? RMP_SUCCESS : RMP_FAIL_INPUT);
}

struct x86_rmp_outcome x86_rmpadjust_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                              uint64_t rcx, uint64_t rdx)
{
    const uint64_t known = X86_RMP_RDX_VMPL | X86_RMP_RDX_PERMISSIONS | X86_RMP_RDX_VMSA;
    if (guest->cpl != 0) {
        return x86_rmp_raise(X86_RMP_EVENT_GP, 0);
    }
    if (!is_aligned(rax, rcx) || vmpl_in(rdx) >= X86_RMP_VMPLS || (rcx & ~X86_RMP_RCX_2M) != 0 ||
        (rdx & ~known) != 0 || (permissions_in(rdx) & ~RMP_PERMISSIONS_FULL) != 0) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    if (vmpl_in(rdx) <= guest->vmpl || (guest->vmpl != 0 && (rdx & X86_RMP_RDX_VMSA) != 0)) {
        return x86_rmp_give(RMP_FAIL_PERMISSION);
    }
    return x86_rmp_give(RMP_SUCCESS);
}

struct x86_rmp_outcome x86_rmpquery_operands(const struct x86_rmp_guest *guest, uint64_t rax,
                                             uint64_t rdx)
{
    if (guest->cpl != 0) {
        return x86_rmp_raise(X86_RMP_EVENT_GP, 0);
    }
    if (!is_aligned(rax, 0) || rdx >= X86_RMP_VMPLS) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    return x86_rmp_give(rdx < guest->vmpl ? RMP_FAIL_PERMISSION : RMP_SUCCESS);
}

static bool goes_on(const struct x86_rmp_outcome *outcome)
{
    return outcome->event == X86_RMP_EVENT_NONE && outcome->result == RMP_SUCCESS;
}

/* Whether the guest may change a page of that size: whose it is, then the sizes. */
static struct x86_rmp_outcome check_page(const struct x86_rmp_page *page,
                                         const struct x86_rmp_guest *guest, bool large)
{
    if (!x86_rmp_is_guests(page, guest)) {
        return x86_rmp_npf(guest, 0);
    }
    if (page->large && (!large || !guest->nested_large)) {
        return x86_rmp_npf(guest, X86_RMP_ERROR_SIZEM);
    }
    if (large && (!page->large || guest->gpa % X86_RMP_REGION_BYTES != 0)) {
        return x86_rmp_give(RMP_FAIL_SIZEMISMATCH);
    }
    return !page->large && guest->nested_large ? x86_rmp_npf(guest, 0) : x86_rmp_give(RMP_SUCCESS);
}

/*
 * Locks and checks the page that a guest's instruction is to change.
 *
 * The region's LOCKED says afterwards whether there is something to unlock.
 */
static struct x86_rmp_outcome begin(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                    bool large, struct x86_rmp_region *region,
                                    struct x86_rmp_page *page)
{
    struct x86_rmp_table table;
    *region = (struct x86_rmp_region){.locked = false};
    *page = (struct x86_rmp_page){.covered = false};
    x86_rmp_read_table(rmp, &table);
    const enum rmp_result ready = x86_rmp_ready(&table, guest->spa, 1);
    if (ready != RMP_SUCCESS) {
        return ready == RMP_FAIL_INPUT ? x86_rmp_npf(guest, 0) : x86_rmp_give(ready);
    }
    x86_rmp_lock(rmp, &table, guest->spa, region);
    if (!region->locked) {
        return x86_rmp_give(RMP_FAIL_INUSE);
    }
    x86_rmp_load(region, guest->spa / X86_RMP_PAGE_BYTES, page);
    return check_page(page, guest, large);
}

/* Writes what is changed, if anything is, and ends the lock. A page of 2 MiB is its region's first. */
static void end(struct x86_rmp_region *region, const struct x86_rmp_guest *guest,
                const struct x86_rmp_page *page)
{
    const uint64_t number = guest->spa / X86_RMP_PAGE_BYTES;
    if (number == region->first) {
        x86_rmp_store_first(region, page);
    } else {
        x86_rmp_store(region, number, page);
        x86_rmp_unlock(region, 0);
    }
}

struct x86_rmp_outcome x86_pvalidate(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                     uint64_t rax, uint64_t rcx, uint64_t rdx)
{
    const bool validated = (rdx & X86_RMP_RDX_VALIDATED) != 0;
    struct x86_rmp_region region;
    struct x86_rmp_page page;
    struct x86_rmp_outcome outcome = x86_pvalidate_operands(guest, rax, rcx);
    if (!goes_on(&outcome)) {
        return outcome;
    }
    outcome = begin(rmp, guest, (rcx & X86_RMP_RCX_2M) != 0, &region, &page);
    outcome.carry = goes_on(&outcome) && page.validated == validated;
    if (!goes_on(&outcome) || outcome.carry) {
        x86_rmp_unlock(&region, 0);
        return outcome;
    }
    page.validated = validated;
    for (uint32_t vmpl = 0; validated && vmpl < X86_RMP_VMPLS; vmpl++) {
        page.permissions[vmpl] = vmpl == 0 ? RMP_PERMISSIONS_FULL : 0;
    }
    end(&region, guest, &page);
    return outcome;
}

/* RMPADJUST's own checks of a page that is the guest's. */
static struct x86_rmp_outcome check_adjust(const struct x86_rmp *rmp,
                                           const struct x86_rmp_guest *guest,
                                           const struct x86_rmp_page *page, uint64_t rdx)
{
    if (!page->validated) {
        return x86_rmp_raise(X86_RMP_EVENT_VC, X86_RMP_PAGE_NOT_VALIDATED);
    }
    if ((permissions_in(rdx) & ~page->permissions[guest->vmpl]) != 0) {
        return x86_rmp_give(RMP_FAIL_PERMISSION);
    }
    if ((rdx & X86_RMP_RDX_VMSA) != 0 && page->large) {
        return x86_rmp_give(RMP_FAIL_INPUT);
    }
    return x86_rmp_give(page->vmsa && x86_rmp_is_running(rmp, guest->spa / X86_RMP_PAGE_BYTES)
                            ? RMP_FAIL_INUSE
                            : RMP_SUCCESS);
}

struct x86_rmp_outcome x86_rmpadjust(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                     uint64_t rax, uint64_t rcx, uint64_t rdx)
{
    struct x86_rmp_region region;
    struct x86_rmp_page page;
    struct x86_rmp_outcome outcome = x86_rmpadjust_operands(guest, rax, rcx, rdx);
    if (!goes_on(&outcome)) {
        return outcome;
    }
    outcome = begin(rmp, guest, (rcx & X86_RMP_RCX_2M) != 0, &region, &page);
    if (goes_on(&outcome)) {
        outcome = check_adjust(rmp, guest, &page, rdx);
    }
    if (!goes_on(&outcome)) {
        x86_rmp_unlock(&region, 0);
        return outcome;
    }
    page.permissions[vmpl_in(rdx)] = permissions_in(rdx);
    if (guest->vmpl == 0) {
        page.vmsa = (rdx & X86_RMP_RDX_VMSA) != 0;
    }
    end(&region, guest, &page);
    return outcome;
}

struct x86_rmp_outcome x86_rmpquery(const struct x86_rmp *rmp, const struct x86_rmp_guest *guest,
                                    uint64_t rax, uint64_t rdx, struct x86_rmpquery_answer *answer)
{
    struct x86_rmp_page page;
    const struct x86_rmp_outcome outcome = x86_rmpquery_operands(guest, rax, rdx);
    if (!goes_on(&outcome)) {
        return outcome;
    }
    if (!x86_rmp_look_up(rmp, guest->spa, &page)) {
        return x86_rmp_give(RMP_FAIL_INUSE);
    }
    if (!x86_rmp_is_guests(&page, guest) || page.large != guest->nested_large) {
        return x86_rmp_npf(guest, 0);
    }
    if (!page.validated) {
        return x86_rmp_raise(X86_RMP_EVENT_VC, X86_RMP_PAGE_NOT_VALIDATED);
    }
    answer->rcx = page.large ? X86_RMP_RCX_2M : 0;
    answer->rdx = rdx | (uint64_t)page.permissions[rdx] << X86_RMP_RDX_PERMISSIONS_SHIFT |
                  (page.vmsa ? X86_RMP_RDX_VMSA : 0);
    return outcome;
}
