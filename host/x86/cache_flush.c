/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes lines out of a cache, or cleans them.
 */
#include "host/x86/cache_internal.h"

void x86_cache_flush_line(struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    const uint64_t line = 1ull << spa % X86_PAGE_BYTES / X86_LINE_BYTES;
    struct x86_cache_entry *entry = x86_cache_find(cache, spa, x86_cache_key(cache, key));
    if (entry == NULL || (entry->valid & line) == 0) {
        return;
    }
    x86_cache_settle(cache, entry, X86_CACHE_GONE);
    x86_cache_store(cache, entry, line);
    entry->valid &= ~line;
    if (entry->valid == 0) {
        x86_cache_release(cache, entry);
    }
}

void x86_cache_flush_page(struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    struct x86_cache_entry *entry = x86_cache_find(cache, spa, x86_cache_key(cache, key));
    if (entry != NULL) {
        x86_cache_drop(cache, entry);
    }
}

void x86_cache_flush_key(struct x86_cache *cache, uint32_t key)
{
    for (uint32_t i = 0; i < cache->options.pages; i++) {
        if (cache->entries[i].used && cache->entries[i].key == x86_cache_key(cache, key)) {
            x86_cache_drop(cache, &cache->entries[i]);
        }
    }
}

void x86_cache_snoop(struct x86_cache *cache)
{
    x86_cache_flush_key(cache, X86_KEY_NONE);
    x86_cache_flush_key(cache, X86_KEY_HOST);
}

void x86_cache_flush(struct x86_cache *cache)
{
    for (uint32_t i = 0; i < cache->options.pages; i++) {
        if (cache->entries[i].used) {
            x86_cache_drop(cache, &cache->entries[i]);
        }
    }
}

void x86_cache_write_back(struct x86_cache *cache)
{
    for (uint32_t i = 0; i < cache->options.pages; i++) {
        if (cache->entries[i].used) {
            x86_cache_settle(cache, &cache->entries[i], X86_CACHE_CLEAN);
            x86_cache_store(cache, &cache->entries[i], X86_CACHE_ALL_LINES);
        }
    }
}

void x86_cache_discard(struct x86_cache *cache)
{
    for (uint32_t i = 0; i < cache->options.pages; i++) {
        if (cache->entries[i].used) {
            x86_cache_settle(cache, &cache->entries[i], X86_CACHE_GONE);
            x86_cache_release(cache, &cache->entries[i]);
        }
    }
}
