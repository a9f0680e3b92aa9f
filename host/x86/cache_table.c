/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which page is where in a cache, and which leaves for another: the first one that the clock's hand
 * finds that nobody has asked for since it came by last.
 */
#include "host/x86/cache_internal.h"

#include <string.h>

#define MULTIPLIER 0x9E3779B97F4A7C15ull /* 2^64 / golden ratio */

static uint32_t *bucket_of(const struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    const uint64_t hash = (spa / X86_PAGE_BYTES + ((uint64_t)key << 40)) * MULTIPLIER;
    return &cache->buckets[(uint32_t)(hash >> 32) & cache->bucket_mask];
}

uint32_t x86_cache_key(const struct x86_cache *cache, uint32_t key)
{
    return key == X86_KEY_NONE && cache->options.tsme ? X86_KEY_HOST : key;
}

void x86_cache_clear(struct x86_cache *cache)
{
    memset(cache->entries, 0, cache->options.pages * sizeof *cache->entries);
    for (uint32_t i = 0; i <= cache->bucket_mask; i++) {
        cache->buckets[i] = X86_CACHE_NOTHING;
    }
    for (uint32_t i = 0; i < cache->options.pages; i++) {
        cache->entries[i].next = i + 1 < cache->options.pages ? i + 1 : X86_CACHE_NOTHING;
    }
    cache->free = 0;
}

struct x86_cache_entry *x86_cache_find(const struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    const uint64_t page = spa - spa % X86_PAGE_BYTES;
    uint32_t index = *bucket_of(cache, page, key);
    while (index != X86_CACHE_NOTHING) {
        struct x86_cache_entry *entry = &cache->entries[index];
        if (entry->spa == page && entry->key == key) {
            return entry;
        }
        index = entry->next;
    }
    return NULL;
}

/* Makes one entry free. */
static void evict(struct x86_cache *cache)
{
    struct x86_cache_entry *entry = &cache->entries[cache->hand];
    while (entry->referenced) {
        entry->referenced = false;
        cache->hand = (cache->hand + 1) % cache->options.pages;
        entry = &cache->entries[cache->hand];
    }
    cache->hand = (cache->hand + 1) % cache->options.pages;
    cache->counts.evictions++;
    x86_cache_drop(cache, entry);
}

struct x86_cache_entry *x86_cache_take(struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    if (cache->free == X86_CACHE_NOTHING) {
        evict(cache);
    }
    const uint32_t index = cache->free;
    const uint64_t page = spa - spa % X86_PAGE_BYTES;
    uint32_t *bucket = bucket_of(cache, page, key);
    struct x86_cache_entry *entry = &cache->entries[index];
    cache->free = entry->next;
    *entry = (struct x86_cache_entry){.spa = page, .key = key, .next = *bucket, .used = true};
    *bucket = index;
    return entry;
}

void x86_cache_release(struct x86_cache *cache, struct x86_cache_entry *entry)
{
    const uint32_t index = (uint32_t)(entry - cache->entries);
    uint32_t *link = bucket_of(cache, entry->spa, entry->key);
    while (*link != index) {
        link = &cache->entries[*link].next;
    }
    *link = entry->next;
    *entry = (struct x86_cache_entry){.next = cache->free};
    cache->free = index;
}
