/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines between a cache and DRAM: through the memory controller, or as they are without a key.
 */
#include "host/x86/cache_internal.h"

#include <string.h>

uint8_t *x86_cache_bytes(const struct x86_cache *cache, const struct x86_cache_entry *entry)
{
    return cache->options.arena + (size_t)(entry - cache->entries) * X86_PAGE_BYTES;
}

/* Transfers whole lines; exactly one of SOURCE and DESTINATION is not NULL. */
static enum memory_controller_result transfer(const struct x86_cache *cache, uint32_t key,
                                              uint64_t spa, const uint8_t *source,
                                              uint8_t *destination, size_t length)
{
    const struct memory_controller *memory = cache->options.memory;
    if (key != X86_KEY_NONE) {
        return source != NULL ? memory_controller_write(memory, key, spa, source, length)
                              : memory_controller_read(memory, key, spa, destination, length);
    }
    const enum memory_controller_result result = memory_controller_check(memory, spa, length);
    if (result == MEMORY_CONTROLLER_OK) {
        uint8_t *bytes = dram_pointer(memory->dram, spa, length);
        if (source != NULL) {
            memcpy(bytes, source, length);
        } else if (destination != NULL) {
            memcpy(destination, bytes, length);
        }
    }
    return result;
}

/* Takes the lowest run of ones off a mask. @return how many; *FIRST is where it begins */
static uint32_t take_run(uint64_t *lines, uint32_t *first)
{
    *first = (uint32_t)__builtin_ctzll(*lines);
    const uint64_t rest = ~(*lines >> *first);
    const uint32_t count = rest != 0 ? (uint32_t)__builtin_ctzll(rest) : X86_CACHE_LINES;
    *lines &= count == X86_CACHE_LINES ? 0 : ~(((1ull << count) - 1) << *first);
    return count;
}

/* As many ones, from a line on. */
static uint64_t run_mask(uint32_t first, uint32_t count)
{
    return count == X86_CACHE_LINES ? X86_CACHE_ALL_LINES : ((1ull << count) - 1) << first;
}

enum memory_controller_result x86_cache_load(struct x86_cache *cache, struct x86_cache_entry *entry,
                                             uint64_t lines)
{
    uint64_t missing = lines & ~entry->valid;
    while (missing != 0) {
        uint32_t first;
        const uint32_t count = take_run(&missing, &first);
        const size_t offset = first * (size_t)X86_LINE_BYTES;
        const enum memory_controller_result result =
            transfer(cache, entry->key, entry->spa + offset, NULL,
                     x86_cache_bytes(cache, entry) + offset, count * (size_t)X86_LINE_BYTES);
        if (result != MEMORY_CONTROLLER_OK) {
            return result;
        }
        entry->valid |= run_mask(first, count);
        cache->counts.lines_read += count;
    }
    return MEMORY_CONTROLLER_OK;
}

void x86_cache_settle(struct x86_cache *cache, struct x86_cache_entry *entry,
                      enum x86_cache_change change)
{
    const size_t index = (size_t)(entry - cache->entries);
    const bool gone = change == X86_CACHE_GONE;
    if (cache->options.notify != NULL && (entry->writable || (entry->handed_out && gone))) {
        cache->options.notify(cache->options.context, (uint32_t)index, change);
    }
    if (entry->writable) {
        const uint8_t *now = x86_cache_bytes(cache, entry);
        const uint8_t *before = cache->shadow + index * X86_PAGE_BYTES;
        for (uint32_t line = 0; line < X86_CACHE_LINES; line++) {
            const size_t offset = line * (size_t)X86_LINE_BYTES;
            if (memcmp(now + offset, before + offset, X86_LINE_BYTES) != 0) {
                entry->dirty |= 1ull << line;
            }
        }
    }
    entry->writable = false;
    entry->handed_out = entry->handed_out && !gone;
}

void x86_cache_store(struct x86_cache *cache, struct x86_cache_entry *entry, uint64_t lines)
{
    uint64_t changed = lines & entry->dirty;
    entry->dirty &= ~lines;
    while (changed != 0) {
        uint32_t first;
        const uint32_t count = take_run(&changed, &first);
        const size_t offset = first * (size_t)X86_LINE_BYTES;
        const enum memory_controller_result result =
            transfer(cache, entry->key, entry->spa + offset, x86_cache_bytes(cache, entry) + offset,
                     NULL, count * (size_t)X86_LINE_BYTES);
        *(result == MEMORY_CONTROLLER_OK ? &cache->counts.lines_written
                                         : &cache->counts.lines_lost) += count;
    }
}

void x86_cache_drop(struct x86_cache *cache, struct x86_cache_entry *entry)
{
    x86_cache_settle(cache, entry, X86_CACHE_GONE);
    x86_cache_store(cache, entry, X86_CACHE_ALL_LINES);
    x86_cache_release(cache, entry);
}
