/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caches of an x86 machine (cache.h).
 */
#include "host/x86/cache.h"

#include <openssl/crypto.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "abi/fabric.h"
#include "host/x86/cache_internal.h"

static bool allocate(struct x86_cache *cache)
{
    const size_t bytes = cache->options.pages * (size_t)X86_PAGE_BYTES;
    uint32_t buckets = 1;
    while (buckets < cache->options.pages) {
        buckets *= 2;
    }
    cache->bucket_mask = buckets - 1;
    if (cache->options.arena == NULL) {
        cache->allocated = aligned_alloc(X86_PAGE_BYTES, bytes);
        cache->options.arena = cache->allocated;
    }
    cache->shadow = aligned_alloc(X86_PAGE_BYTES, bytes);
    cache->entries = calloc(cache->options.pages, sizeof *cache->entries);
    cache->buckets = calloc(buckets, sizeof *cache->buckets);
    return cache->options.arena != NULL && cache->shadow != NULL && cache->entries != NULL &&
           cache->buckets != NULL;
}

struct x86_cache *x86_cache_new(const struct x86_cache_options *options)
{
    struct x86_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) {
        return NULL;
    }
    cache->options = *options;
    if (options->pages == 0) {
        cache->options.pages = X86_CACHE_PAGES_DEFAULT;
    }
    if (cache->options.pages < X86_CACHE_PAGES_MIN || cache->options.pages > X86_CACHE_PAGES_MAX ||
        !allocate(cache)) {
        cache->options.arena = NULL;
        x86_cache_free(cache);
        return NULL;
    }
    x86_cache_clear(cache);
    return cache;
}

void x86_cache_free(struct x86_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    const size_t bytes = cache->options.pages * (size_t)X86_PAGE_BYTES;
    if (cache->options.arena != NULL) {
        OPENSSL_cleanse(cache->options.arena, bytes);
        OPENSSL_cleanse(cache->shadow, bytes);
    }
    free(cache->allocated);
    free(cache->shadow);
    free(cache->entries);
    free(cache->buckets);
    free(cache);
}

/* Whether a page lies in a TMR that the cache knows. */
static bool is_protected(const struct x86_cache *cache, uint64_t spa)
{
    for (size_t i = 0; i < FABRIC_TMR_MAX; i++) {
        const struct fabric_tmr *tmr = &cache->tmr[i];
        if (tmr->length != 0 && spa < tmr->base + tmr->length && tmr->base < spa + X86_PAGE_BYTES) {
            return true;
        }
    }
    return false;
}

static uint64_t generation_of(const struct x86_cache *cache)
{
    const uint8_t *word = cache->options.memory->fabric + FABRIC_MEMCTL_OFFSET +
                          offsetof(struct fabric_memctl, generation);
    return __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_ACQUIRE);
}

/* A TMR that was announced after its lines were cached is no less closed: they are lost. */
static void obey_tmr(struct x86_cache *cache)
{
    if (cache->options.memory->fabric == NULL ||
        (cache->knows_tmr && generation_of(cache) == cache->generation)) {
        return;
    }
    cache->knows_tmr =
        memory_controller_tmrs(cache->options.memory, cache->tmr, &cache->generation);
    for (uint32_t i = 0; cache->knows_tmr && i < cache->options.pages; i++) {
        struct x86_cache_entry *entry = &cache->entries[i];
        if (entry->used && is_protected(cache, entry->spa)) {
            x86_cache_drop(cache, entry);
        }
    }
}

/* Whether a page may be accessed in DRAM itself. */
static enum memory_controller_result check_raw(const struct x86_cache *cache, uint64_t page)
{
    if (dram_pointer(cache->options.memory->dram, page, X86_PAGE_BYTES) == NULL) {
        return MEMORY_CONTROLLER_UNMAPPED;
    }
    return is_protected(cache, page) ? MEMORY_CONTROLLER_PROTECTED : MEMORY_CONTROLLER_OK;
}

/* Finds or fills lines of a page. *FOUND is NULL where accesses go to DRAM itself. */
static enum memory_controller_result find_lines(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                                uint64_t lines, struct x86_cache_entry **found)
{
    obey_tmr(cache);
    key = x86_cache_key(cache, key);
    *found = NULL;
    if (key == X86_KEY_NONE && !cache->options.cache_raw) {
        return check_raw(cache, spa - spa % X86_PAGE_BYTES);
    }
    struct x86_cache_entry *entry = x86_cache_find(cache, spa, key);
    if (entry == NULL) {
        entry = x86_cache_take(cache, spa, key);
    }
    entry->referenced = true;
    const enum memory_controller_result result = x86_cache_load(cache, entry, lines);
    if (entry->valid == 0) {
        x86_cache_release(cache, entry);
    }
    *found = entry;
    return result;
}

enum memory_controller_result x86_cache_fill(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                             bool write, struct x86_cache_page *page)
{
    struct x86_cache_entry *entry;
    const enum memory_controller_result result =
        find_lines(cache, spa, key, X86_CACHE_ALL_LINES, &entry);
    if (result != MEMORY_CONTROLLER_OK) {
        return result;
    }
    if (entry == NULL) {
        *page = (struct x86_cache_page){
            .bytes = dram_pointer(cache->options.memory->dram, spa - spa % X86_PAGE_BYTES,
                                  X86_PAGE_BYTES),
        };
        return MEMORY_CONTROLLER_OK;
    }
    const size_t index = (size_t)(entry - cache->entries);
    *page = (struct x86_cache_page){
        .bytes = x86_cache_bytes(cache, entry), .cached = true, .number = (uint32_t)index};
    entry->handed_out = true;
    if (write && !entry->writable) {
        memcpy(cache->shadow + index * X86_PAGE_BYTES, page->bytes, X86_PAGE_BYTES);
        entry->writable = true;
    }
    cache->counts.fills++;
    return MEMORY_CONTROLLER_OK;
}

/* The lines that bytes of a page lie in. */
static uint64_t lines_of(uint64_t spa, size_t length)
{
    const uint64_t first = spa % X86_PAGE_BYTES / X86_LINE_BYTES;
    const uint64_t last = (spa % X86_PAGE_BYTES + length - 1) / X86_LINE_BYTES;
    return X86_CACHE_ALL_LINES >> (X86_CACHE_LINES - 1 - (last - first)) << first;
}

/* Finds the bytes, filled. *ENTRY is NULL where they are in DRAM itself. */
static enum memory_controller_result find_bytes(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                                size_t length, struct x86_cache_entry **entry,
                                                uint8_t **bytes)
{
    const enum memory_controller_result result =
        find_lines(cache, spa, key, lines_of(spa, length), entry);
    if (result == MEMORY_CONTROLLER_OK) {
        *bytes = *entry != NULL ? x86_cache_bytes(cache, *entry) + spa % X86_PAGE_BYTES
                                : dram_pointer(cache->options.memory->dram, spa, length);
    }
    return result;
}

enum memory_controller_result x86_cache_read(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                             void *buffer, size_t length)
{
    struct x86_cache_entry *entry;
    uint8_t *bytes;
    const enum memory_controller_result result =
        length == 0 ? MEMORY_CONTROLLER_OK : find_bytes(cache, spa, key, length, &entry, &bytes);
    if (result == MEMORY_CONTROLLER_OK && length != 0) {
        memcpy(buffer, bytes, length);
    }
    return result;
}

enum memory_controller_result x86_cache_write(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                              const void *buffer, size_t length)
{
    struct x86_cache_entry *entry;
    uint8_t *bytes;
    const enum memory_controller_result result =
        length == 0 ? MEMORY_CONTROLLER_OK : find_bytes(cache, spa, key, length, &entry, &bytes);
    if (result == MEMORY_CONTROLLER_OK && length != 0) {
        memcpy(bytes, buffer, length);
        if (entry != NULL) {
            entry->dirty |= lines_of(spa, length);
        }
    }
    return result;
}

bool x86_cache_has(const struct x86_cache *cache, uint64_t spa, uint32_t key)
{
    const uint64_t line = 1ull << spa % X86_PAGE_BYTES / X86_LINE_BYTES;
    const struct x86_cache_entry *entry = x86_cache_find(cache, spa, x86_cache_key(cache, key));
    return entry != NULL && (entry->valid & line) != 0;
}

struct x86_cache_counts x86_cache_counts(const struct x86_cache *cache)
{
    return cache->counts;
}
