/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which x86 memory may be touched (hostmem_range.h).
 */
#include "firmware/hostmem_range.h"

#include "abi/fabric.h"
#include "crypto/fatal.h"
#include "firmware/fabric.h"

/** What the firmware holds, with its holder; length 0 = nothing. */
static struct hostmem_range held[HOSTMEM_HELD_MAX];

/** Whether a page of the range is held by somebody else than the range's own holder. */
static bool is_held(const struct hostmem_range *range)
{
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].holder != range->holder && hostmem_overlap(&held[i], range)) {
            return true;
        }
    }
    return false;
}

enum sev_status hostmem_resolve(uint64_t paddr, uint32_t length,
                                const struct hostmem_access *access, struct hostmem_range *range)
{
    const uint64_t mask = fabric_c_bit_mask();
    const bool tsme = (fabric_config()->flags & FABRIC_FLAG_TSME) != 0;
    const struct hostmem_range found = {
        .paddr = paddr & ~mask,
        .length = length,
        .direction = access->direction,
        .encrypted = tsme || (!access->ignores_c_bit && (paddr & mask) != 0),
        .holder = HOSTMEM_NOBODY,
        .pages = access->pages,
    };

    if (found.paddr % access->alignment != 0 || length == 0 || found.paddr > UINT64_MAX - length ||
        !fabric_has(found.paddr, length) || is_held(&found)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    *range = found;
    return SEV_STATUS_SUCCESS;
}

bool hostmem_overlap(const struct hostmem_range *a, const struct hostmem_range *b)
{
    return a->length != 0 && b->length != 0 && a->paddr < b->paddr + b->length &&
           b->paddr < a->paddr + a->length;
}

/** Pages that instructions can change: while they are written nobody may do that. */
#define MUTABLE_STATES                                                                             \
    (RMP_STATE(HYPERVISOR) | RMP_STATE(RECLAIM) | RMP_STATE(GUEST_INVALID) | RMP_STATE(GUEST_VALID))

/** Whether the table has a say in a range. */
static bool asks_table(const struct hostmem_range *range)
{
    return range->pages.states != 0 && rmp_is_asked();
}

/** Compares the pages of [offset, offset + length) of a range with what they must be. */
static enum sev_status check_table(const struct hostmem_range *range, uint32_t offset,
                                   uint32_t length)
{
    const uint64_t end = range->paddr + offset + length;
    uint64_t paddr = range->paddr + offset;
    enum sev_status status = SEV_STATUS_SUCCESS;

    paddr -= paddr % RMP_PAGE_BYTES;
    for (; status == SEV_STATUS_SUCCESS && asks_table(range) && paddr < end;
         paddr += range->pages.size == RMP_2M_PAGE ? RMP_REGION_BYTES : RMP_PAGE_BYTES) {
        struct rmp_page page;

        rmp_look_up(paddr, &page);
        status = rmp_compare(&page, &range->pages);
    }
    return status;
}

enum sev_status hostmem_check_pages(const struct hostmem_range *range)
{
    return check_table(range, 0, range->length);
}

bool hostmem_is_held(uint64_t paddr, uint64_t length)
{
    bool found = false;

    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        found |= held[i].length != 0 && held[i].paddr < paddr + length &&
                 paddr < held[i].paddr + held[i].length;
    }
    return found;
}

bool hostmem_held_by(enum hostmem_holder holder, struct hostmem_range *range)
{
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].length != 0 && held[i].holder == holder) {
            *range = held[i];
            return true;
        }
    }
    return false;
}

/** What is done with each page that is held: looks whether it can be the firmware's, or makes it so. */
typedef enum sev_status held_function(uint64_t paddr);

static enum sev_status for_each_held_page(held_function *function)
{
    enum sev_status status = SEV_STATUS_SUCCESS;

    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        const uint64_t end = held[i].paddr + held[i].length;
        uint64_t paddr = held[i].paddr - held[i].paddr % RMP_PAGE_BYTES;

        for (; status == SEV_STATUS_SUCCESS && paddr < end; paddr += RMP_PAGE_BYTES) {
            status = function(paddr);
        }
    }
    return status;
}

/** Whether a page is the firmware's, or can become so. */
static enum sev_status check_held(uint64_t paddr)
{
    struct rmp_page page;

    rmp_look_up(paddr, &page);
    return page.state == RMP_FIRMWARE || page.state == RMP_DEFAULT ||
                   (page.state == RMP_HYPERVISOR && page.size == RMP_4K)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PAGE_STATE;
}

static enum sev_status claim_held(uint64_t paddr)
{
    const struct rmp_page wanted = {.state = RMP_FIRMWARE, .size = RMP_4K};
    struct rmp_page page;

    rmp_look_up(paddr, &page);
    if (page.state == RMP_FIRMWARE || page.state == RMP_DEFAULT) {
        return SEV_STATUS_SUCCESS;
    }
    return page.state == RMP_HYPERVISOR && page.size == RMP_4K ? rmp_replace(paddr, &page, &wanted)
                                                               : SEV_STATUS_INVALID_PAGE_STATE;
}

enum sev_status hostmem_check_held(void)
{
    return for_each_held_page(check_held);
}

enum sev_status hostmem_claim_held(void)
{
    return for_each_held_page(claim_held);
}

enum sev_status hostmem_check_part(const struct hostmem_range *range, uint8_t direction,
                                   uint32_t offset, uint32_t length)
{
    if ((range->direction & direction) != direction || offset > range->length ||
        length > range->length - offset || is_held(range) ||
        !fabric_has(range->paddr, range->length)) {
        return SEV_STATUS_HWERROR_UNSAFE;
    }
    return check_table(range, offset, length);
}

bool hostmem_must_hold(const struct hostmem_range *range)
{
    return asks_table(range) && (range->pages.states & MUTABLE_STATES) != 0;
}

void hostmem_hold(enum hostmem_holder holder, const struct hostmem_range *range)
{
    if (range->length == 0) {
        return;
    }
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].length == 0) {
            held[i] = *range;
            held[i].holder = holder;
            return;
        }
    }
    crypto_fatal("too many held ranges");
}

void hostmem_release(enum hostmem_holder holder)
{
    for (uint32_t i = 0; i < HOSTMEM_HELD_MAX; i++) {
        if (held[i].holder == holder) {
            held[i] = (struct hostmem_range){.length = 0};
        }
    }
}
