/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table as the processor reads it (rmp.h).
 */
#include "host/x86/rmp.h"

#include <sched.h>
#include <stddef.h>

#include "host/x86/rmp_internal.h"
#include "host/x86/rmp_words.h"

void x86_rmp_attach(struct x86_rmp *rmp, const uint8_t *fabric, const struct dram *dram)
{
    *rmp = (struct x86_rmp){.fabric = fabric, .dram = dram, .tries = X86_RMP_TRIES};
}

bool x86_rmp_enabled(const struct x86_rmp *rmp, uint32_t core)
{
    if (rmp->fabric == NULL || core >= FABRIC_CORES_MAX) {
        return false;
    }
    const uint8_t *syscfg = rmp->fabric + FABRIC_CORES_OFFSET + core * sizeof(struct fabric_core) +
                            offsetof(struct fabric_core, syscfg);
    return (__atomic_load_n((const uint64_t *)(const void *)syscfg, __ATOMIC_ACQUIRE) &
            SYSCFG_SNP_EN) != 0;
}

/* The words of the fabric, which another process writes. */
static uint64_t word64(const uint8_t *memctl, size_t offset)
{
    return __atomic_load_n((const uint64_t *)(const void *)(memctl + offset), __ATOMIC_ACQUIRE);
}

static uint32_t word32(const uint8_t *memctl, size_t offset)
{
    return __atomic_load_n((const uint32_t *)(const void *)(memctl + offset), __ATOMIC_ACQUIRE);
}

/* Copies the place between two equal, even generations. @return false when there was no such copy */
static bool read_place(const uint8_t *memctl, uint32_t tries, struct fabric_rmp *place)
{
    for (uint32_t i = 0; i < tries; i++) {
        const uint64_t before = word64(memctl, offsetof(struct fabric_memctl, generation));
        if (before % 2 == 0) {
            const uint64_t magic = word64(memctl, offsetof(struct fabric_memctl, magic));
            *place = (struct fabric_rmp){
                .base = word64(memctl, offsetof(struct fabric_memctl, rmp.base)),
                .end = word64(memctl, offsetof(struct fabric_memctl, rmp.end)),
                .flags = word32(memctl, offsetof(struct fabric_memctl, rmp.flags)),
            };
            __atomic_thread_fence(__ATOMIC_SEQ_CST);
            if (word64(memctl, offsetof(struct fabric_memctl, generation)) == before) {
                place->flags = magic == FABRIC_MEMCTL_MAGIC ? place->flags : 0;
                return true;
            }
        }
        (void)sched_yield();
    }
    return false;
}

void x86_rmp_read_table(const struct x86_rmp *rmp, struct x86_rmp_table *table)
{
    *table = (struct x86_rmp_table){.readable = true, .tries = rmp->tries};
    if (rmp->fabric == NULL) {
        return;
    }
    table->readable = read_place(rmp->fabric + FABRIC_MEMCTL_OFFSET, rmp->tries, &table->place);
    if (!table->readable || (table->place.flags & FABRIC_RMP_ENFORCED) == 0) {
        return;
    }
    const uint64_t bytes = table->place.end + 1 - table->place.base;
    table->words = dram_pointer(rmp->dram, table->place.base, bytes);
    table->readable = table->place.base % RMP_ALIGNMENT == 0 && bytes >= RMP_BOOKKEEPING_BYTES &&
                      table->words != NULL;
    table->pages = table->readable ? (bytes - RMP_BOOKKEEPING_BYTES) / sizeof(struct rmp_entry) : 0;
}

bool x86_rmp_is_being_made(const struct x86_rmp_table *table)
{
    return table->place.flags != 0 && (table->place.flags & FABRIC_RMP_ENFORCED) == 0;
}

bool x86_rmp_covers(const struct x86_rmp_table *table, uint64_t spa, uint64_t length)
{
    return (spa + (length - 1)) / X86_RMP_PAGE_BYTES < table->pages;
}

uint64_t *x86_rmp_words(const struct x86_rmp_table *table, uint64_t number)
{
    return table->words + RMP_BOOKKEEPING_BYTES / sizeof(uint64_t) +
           number * (sizeof(struct rmp_entry) / sizeof(uint64_t));
}

bool x86_rmp_is_whole(uint64_t first)
{
    return (first & RMP_ASSIGNED) != 0 && (first & RMP_2M) != 0;
}

void x86_rmp_decode(uint64_t first, const uint64_t words[2], uint64_t number,
                    struct x86_rmp_page *page)
{
    const bool large = x86_rmp_is_whole(first);
    const uint64_t offset = large ? number % RMP_REGION_PAGES * X86_RMP_PAGE_BYTES : 0;
    *page = (struct x86_rmp_page){
        .covered = true,
        .assigned = (words[0] & RMP_ASSIGNED) != 0,
        .large = large,
        .immutable = (words[0] & RMP_IMMUTABLE) != 0,
        .validated = (words[0] & RMP_VALIDATED) != 0,
        .vmsa = (words[0] & RMP_VMSA) != 0,
        .asid = (uint32_t)((words[0] & RMP_ASID) >> RMP_ASID_SHIFT),
        .gpa = (words[0] & RMP_GPA) + offset,
        .subpages = (uint32_t)((first & RMP_SUBPAGES) >> RMP_SUBPAGES_SHIFT),
    };
    for (uint32_t vmpl = 0; vmpl < X86_RMP_VMPLS; vmpl++) {
        page->permissions[vmpl] = (uint8_t)(words[1] >> (8 * vmpl));
    }
}

/*
 * Reads the words that speak for a page, without its lock. Who changes an entry has the lock from
 * before its first word until after its last, so two words that are the same on both sides of an
 * unlocked moment are not half of a change, nor parts of two.
 */
static bool read_unlocked(const uint64_t *first, const uint64_t *own, uint64_t *first_low,
                          uint64_t words[2])
{
    *first_low = x86_rmp_word_load(first);
    const uint64_t *speaker = x86_rmp_is_whole(*first_low) ? first : own;
    words[0] = x86_rmp_word_load(&speaker[0]);
    words[1] = x86_rmp_word_load(&speaker[1]);
    return (*first_low & RMP_LOCK) == 0 && x86_rmp_word_load(first) == *first_low &&
           x86_rmp_word_load(&speaker[0]) == words[0] && x86_rmp_word_load(&speaker[1]) == words[1];
}

bool x86_rmp_find(const struct x86_rmp_table *table, uint64_t spa, struct x86_rmp_page *page)
{
    const uint64_t number = spa / X86_RMP_PAGE_BYTES;
    *page = (struct x86_rmp_page){.covered = false};
    if (!x86_rmp_covers(table, spa, 1)) {
        return table->readable && !x86_rmp_is_being_made(table);
    }
    const uint64_t *first = x86_rmp_words(table, number - number % RMP_REGION_PAGES);
    const uint64_t *own = x86_rmp_words(table, number);
    for (uint32_t i = 0; i < table->tries; i++) {
        uint64_t first_low;
        uint64_t words[2];
        if (read_unlocked(first, own, &first_low, words)) {
            x86_rmp_decode(first_low, words, number, page);
            return true;
        }
        (void)sched_yield();
    }
    return false;
}

bool x86_rmp_find_owner(const struct x86_rmp_table *table, uint64_t spa, struct x86_rmp_page *page)
{
    const uint64_t number = spa / X86_RMP_PAGE_BYTES;
    const uint64_t *first = x86_rmp_words(table, number - number % RMP_REGION_PAGES);
    const uint64_t *own = x86_rmp_words(table, number);
    for (uint32_t i = 0; i < table->tries; i++) {
        const uint64_t first_low = x86_rmp_word_load(first) & ~RMP_LOCK;
        const uint64_t *speaker = x86_rmp_is_whole(first_low) ? first : own;
        const uint64_t words[2] = {x86_rmp_word_load(speaker) & ~RMP_LOCK, 0};
        if ((x86_rmp_word_load(first) & ~RMP_LOCK) == first_low &&
            (x86_rmp_word_load(speaker) & ~RMP_LOCK) == words[0]) {
            x86_rmp_decode(first_low, words, number, page);
            return true;
        }
    }
    return false;
}

bool x86_rmp_look_up(const struct x86_rmp *rmp, uint64_t spa, struct x86_rmp_page *page)
{
    struct x86_rmp_table table;
    x86_rmp_read_table(rmp, &table);
    return x86_rmp_find(&table, spa, page);
}

bool x86_rmp_pages_of(const struct x86_rmp *rmp, uint32_t asid, uint64_t *pages)
{
    struct x86_rmp_table table;
    x86_rmp_read_table(rmp, &table);
    if (table.words == NULL || !table.readable || asid >= RMP_COUNTERS) {
        return false;
    }
    *pages = x86_rmp_word_load(&table.words[asid]);
    return true;
}
