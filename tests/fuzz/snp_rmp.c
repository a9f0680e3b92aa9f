/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table of the SEV-SNP fuzzers' machine (snp_machine.h), as instructions change it.
 */
#include <stdlib.h>
#include <string.h>

#include "firmware/rmp_entry.h"

#include "tests/fuzz/snp_machine.h"

#define COUNTERS 16u
#define PAGES (SNP_MACHINE_BYTES / RMP_PAGE_BYTES)
#define GPA_SHARED 0x4000u /* Pages that can take each other's place in a guest lie side by side. */
#define WHOLE (RMP_ASSIGNED | RMP_2M)

static struct rmp_entry *entry_of(uint64_t page)
{
    uint8_t *table = snp_machine_memory(SNP_MACHINE_TABLE + RMP_BOOKKEEPING_BYTES);

    return (struct rmp_entry *)(void *)table + page;
}

static uint64_t *counter_of(uint32_t asid)
{
    return (uint64_t *)(void *)snp_machine_memory(SNP_MACHINE_TABLE) + asid;
}

static uint32_t asid_of(uint64_t low)
{
    return (uint32_t)((low & RMP_ASID) >> RMP_ASID_SHIFT);
}

struct rmp_page snp_machine_page(uint64_t paddr)
{
    const uint64_t page = paddr / RMP_PAGE_BYTES;
    struct rmp_page found;

    rmp_entry_decode(entry_of(rmp_entry_speaker(page, entry_of(rmp_entry_first(page))->low)),
                     &found);
    return found;
}

/** Whether the region can become one page: it is the host's. */
static bool is_free(uint64_t first)
{
    for (uint32_t i = 0; i < RMP_REGION_PAGES; i++) {
        if ((entry_of(first + i)->low & (RMP_ASSIGNED | RMP_IMMUTABLE)) != 0) {
            return false;
        }
    }
    return true;
}

/** Writes an entry, with counter and SUBPAGES. */
static void write_entry(uint64_t page, const struct rmp_page *wanted, uint64_t pages)
{
    struct rmp_entry *entry = entry_of(page);
    struct rmp_entry *first = entry_of(rmp_entry_first(page));
    const uint64_t before = entry->low;
    struct rmp_entry after;

    rmp_entry_encode(wanted, &after);
    if ((before & RMP_ASSIGNED) != 0) {
        *counter_of(asid_of(before)) -= (before & RMP_2M) != 0 ? RMP_REGION_PAGES : 1u;
    }
    if ((after.low & RMP_ASSIGNED) != 0) {
        *counter_of(asid_of(after.low)) += pages;
    }
    if (entry == first) {
        after.low |= before & RMP_SUBPAGES;
    } else {
        first->low += ((after.low & RMP_ASSIGNED) - (before & RMP_ASSIGNED)) << RMP_SUBPAGES_SHIFT;
    }
    *entry = after;
}

void snp_machine_force(uint64_t paddr, enum rmp_state state, enum rmp_size size, uint32_t asid)
{
    const bool is_guests = state >= RMP_PRE_GUEST;
    const uint64_t page = paddr / RMP_PAGE_BYTES;
    const struct rmp_page wanted = {
        .state = state,
        .size = size,
        .asid = is_guests ? asid : 0,
        .gpa = is_guests ? SNP_MACHINE_GPA + paddr / GPA_SHARED * GPA_SHARED : 0,
        .permissions = {RMP_PERMISSIONS_FULL},
    };
    const bool is_whole = (entry_of(rmp_entry_first(page))->low & WHOLE) == WHOLE;

    if (size == RMP_2M_PAGE) {
        if (paddr % RMP_REGION_BYTES == 0 && (is_whole || is_free(page))) {
            write_entry(page, &wanted, RMP_REGION_PAGES);
        }
    } else if (!is_whole) {
        write_entry(page, &wanted, 1);
    }
}

void snp_machine_become(uint64_t paddr, enum rmp_state state, enum rmp_size size, uint32_t asid)
{
    const struct rmp_page page = snp_machine_page(paddr);

    if (page.state == RMP_HYPERVISOR || page.state == RMP_RECLAIM ||
        page.state == RMP_GUEST_INVALID || page.state == RMP_GUEST_VALID) {
        snp_machine_force(paddr, state, size, asid);
    }
}

void snp_machine_smash(void)
{
    const uint64_t first = SNP_MACHINE_REGION / RMP_PAGE_BYTES;
    struct rmp_entry *entry = entry_of(first);

    if ((entry->low & (WHOLE | RMP_IMMUTABLE)) == WHOLE) {
        const uint64_t low = entry->low & ~(RMP_2M | RMP_SUBPAGES);

        for (uint32_t i = 1; i < RMP_REGION_PAGES; i++) {
            const uint64_t gpa = asid_of(low) == 0 ? 0 : (uint64_t)i * RMP_PAGE_BYTES;

            *entry_of(first + i) = (struct rmp_entry){.low = low + gpa, .high = entry->high};
        }
        entry->low = low | (RMP_REGION_PAGES - 1ull) << RMP_SUBPAGES_SHIFT;
    }
}

void snp_machine_check_counts(void)
{
    uint64_t expected[COUNTERS] = {0};

    for (uint64_t first = 0; first < PAGES; first += RMP_REGION_PAGES) {
        const uint64_t low = entry_of(first)->low;
        const bool is_whole = (low & WHOLE) == WHOLE;
        uint64_t subpages = 0;

        snp_machine_require((low & RMP_LOCK) == 0);
        expected[asid_of(low)] += (low & RMP_ASSIGNED) == 0 ? 0 : is_whole ? RMP_REGION_PAGES : 1u;
        for (uint32_t i = 1; i < RMP_REGION_PAGES; i++) {
            const uint64_t other = entry_of(first + i)->low;

            snp_machine_require(!is_whole || (other & RMP_ASSIGNED) == 0);
            subpages += other & RMP_ASSIGNED;
            expected[asid_of(other)] += other & RMP_ASSIGNED;
        }
        snp_machine_require((low & RMP_SUBPAGES) >> RMP_SUBPAGES_SHIFT == subpages);
    }
    snp_machine_require(memcmp(expected, counter_of(0), sizeof expected) == 0);
}
