/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing the table under the lock of a region, which the firmware takes too (docs/rmp.md).
 */
#include <sched.h>

#include "host/x86/rmp_internal.h"
#include "host/x86/rmp_words.h"

static uint64_t *first_word(const struct x86_rmp_region *region)
{
    return x86_rmp_words(&region->table, region->first);
}

static bool take_lock(uint64_t *first, uint32_t tries)
{
    for (uint32_t i = 0; i < tries; i++) {
        const uint64_t low = x86_rmp_word_load(first);
        if ((low & RMP_LOCK) == 0 && x86_rmp_word_replace(first, low, low | RMP_LOCK)) {
            return true;
        }
        (void)sched_yield();
    }
    return false;
}

/* The table may have gone while the lock was awaited; while it is held, it does not. */
static bool is_still_in_force(const struct x86_rmp *rmp, const struct x86_rmp_table *table)
{
    struct x86_rmp_table now;
    x86_rmp_read_table(rmp, &now);
    return now.words == table->words && now.pages == table->pages;
}

void x86_rmp_lock(const struct x86_rmp *rmp, const struct x86_rmp_table *table, uint64_t spa,
                  struct x86_rmp_region *region)
{
    const uint64_t number = spa / X86_RMP_PAGE_BYTES;
    *region = (struct x86_rmp_region){.table = *table, .first = number - number % RMP_REGION_PAGES};
    region->locked = take_lock(first_word(region), rmp->tries);
    if (region->locked && !is_still_in_force(rmp, table)) {
        x86_rmp_unlock(region, 0);
    }
}

void x86_rmp_load(const struct x86_rmp_region *region, uint64_t number, struct x86_rmp_page *page)
{
    const uint64_t *first = first_word(region);
    const uint64_t first_low = x86_rmp_word_load(first);
    const uint64_t *speaker =
        x86_rmp_is_whole(first_low) ? first : x86_rmp_words(&region->table, number);
    const uint64_t words[2] = {
        x86_rmp_word_load(&speaker[0]),
        x86_rmp_word_load(&speaker[1]),
    };
    x86_rmp_decode(first_low, words, number, page);
}

static uint64_t low_of(const struct x86_rmp_page *page)
{
    return (page->assigned ? RMP_ASSIGNED : 0) | (page->large ? RMP_2M : 0) |
           (page->immutable ? RMP_IMMUTABLE : 0) | (page->validated ? RMP_VALIDATED : 0) |
           (page->vmsa ? RMP_VMSA : 0) | (page->gpa & RMP_GPA) |
           (uint64_t)page->asid << RMP_ASID_SHIFT;
}

static void store(uint64_t *words, const struct x86_rmp_page *page, uint64_t low)
{
    uint64_t high = 0;
    for (uint32_t vmpl = 0; vmpl < X86_RMP_VMPLS; vmpl++) {
        high |= (uint64_t)page->permissions[vmpl] << (8 * vmpl);
    }
    x86_rmp_word_store(&words[1], high);
    x86_rmp_word_store(&words[0], low);
}

void x86_rmp_store(const struct x86_rmp_region *region, uint64_t number,
                   const struct x86_rmp_page *page)
{
    store(x86_rmp_words(&region->table, number), page, low_of(page));
}

void x86_rmp_store_first(struct x86_rmp_region *region, const struct x86_rmp_page *page)
{
    const uint64_t subpages = (uint64_t)page->subpages << RMP_SUBPAGES_SHIFT;
    store(first_word(region), page, low_of(page) | (subpages & RMP_SUBPAGES));
    region->locked = false;
}

void x86_rmp_add_subpage(const struct x86_rmp_region *region)
{
    uint64_t *first = first_word(region);
    x86_rmp_word_store(first, x86_rmp_word_load(first) + (1ull << RMP_SUBPAGES_SHIFT));
}

/* A word that has lost the lock was made anew by the firmware: it is left alone. */
void x86_rmp_unlock(struct x86_rmp_region *region, int delta)
{
    if (!region->locked) {
        return;
    }
    uint64_t *first = first_word(region);
    const uint64_t low = x86_rmp_word_load(first);
    const uint64_t change = (uint64_t)(int64_t)delta << RMP_SUBPAGES_SHIFT;
    const uint64_t unlocked = (low & ~(RMP_LOCK | RMP_SUBPAGES)) | ((low + change) & RMP_SUBPAGES);
    if ((low & RMP_LOCK) != 0) {
        (void)x86_rmp_word_replace(first, low, unlocked);
    }
    region->locked = false;
}

void x86_rmp_count(const struct x86_rmp_table *table, uint32_t asid, int64_t pages)
{
    x86_rmp_word_add(&table->words[asid], (uint64_t)pages);
}
