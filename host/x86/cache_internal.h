/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a cache (cache.h): which page is where, what goes to and from DRAM.
 */
#ifndef HOST_X86_CACHE_INTERNAL_H
#define HOST_X86_CACHE_INTERNAL_H

#include "host/x86/cache.h"

#define X86_CACHE_LINES (X86_PAGE_BYTES / X86_LINE_BYTES) /**< Of a page: the bits of a word. */
#define X86_CACHE_ALL_LINES UINT64_MAX
#define X86_CACHE_NOTHING UINT32_MAX

/** A page of the arena. */
struct x86_cache_entry {
    uint64_t spa; /**< Of the page. */
    uint32_t key;
    uint32_t next;   /**< Of the same bucket, or of the free ones. */
    bool used;       /**< Else it is free, and the rest is 0. */
    bool referenced; /**< Since the clock's hand came by. */
    bool handed_out; /**< The emulator may have it mapped. */
    bool writable;   /**< For writing, too: what it was then is in the shadow. */
    uint64_t valid;  /**< A bit for each line. */
    uint64_t dirty;  /**< Changed, as far as that is known; a part of VALID. */
};

struct x86_cache {
    struct x86_cache_options options;
    uint8_t *allocated; /**< The arena, if it is ours. */
    uint8_t *shadow;    /**< As large as the arena. */
    struct x86_cache_entry *entries;
    uint32_t *buckets;
    uint32_t bucket_mask;
    uint32_t free;
    uint32_t hand;
    bool knows_tmr;      /**< TMR is of that generation. */
    uint64_t generation; /**< Of the memory controller's state. */
    struct fabric_tmr tmr[FABRIC_TMR_MAX];
    struct x86_cache_counts counts;
};

/* cache_table.c */

/** Makes all entries free. */
void x86_cache_clear(struct x86_cache *cache);

/** @return the key that lines are found by: with TSME the host's stands in for none */
uint32_t x86_cache_key(const struct x86_cache *cache, uint32_t key);

/** @return a page's entry, or NULL */
struct x86_cache_entry *x86_cache_find(const struct x86_cache *cache, uint64_t spa, uint32_t key);

/** @return an entry for a page that has none; another page may leave for it */
struct x86_cache_entry *x86_cache_take(struct x86_cache *cache, uint64_t spa, uint32_t key);

/** Frees an entry; nothing is written back. */
void x86_cache_release(struct x86_cache *cache, struct x86_cache_entry *entry);

/* cache_lines.c */

/** @return where the plaintext is */
uint8_t *x86_cache_bytes(const struct x86_cache *cache, const struct x86_cache_entry *entry);

/**
 * Fills those of the lines that are not valid.
 *
 * @param lines  a bit for each
 */
enum memory_controller_result x86_cache_load(struct x86_cache *cache, struct x86_cache_entry *entry,
                                             uint64_t lines);

/**
 * Tells the emulator, if it has to know, and looks what it has written: DIRTY is the whole truth
 * then, and the page not writable.
 */
void x86_cache_settle(struct x86_cache *cache, struct x86_cache_entry *entry,
                      enum x86_cache_change change);

/** Writes lines back that are dirty; they stay valid. @param lines  of a settled page */
void x86_cache_store(struct x86_cache *cache, struct x86_cache_entry *entry, uint64_t lines);

/** Writes a page back and frees it. */
void x86_cache_drop(struct x86_cache *cache, struct x86_cache_entry *entry);

#endif
