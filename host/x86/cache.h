/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caches of an x86 machine with memory encryption: the only place where plaintext of encrypted
 * memory is. DRAM holds ciphertext; a line is decrypted when it is filled and encrypted when it is
 * written back.
 *
 * A line is found by its system physical address and the key it was filled through. Nothing keeps
 * lines of one address and different keys together (there is no SME_COHERENT): who touches memory
 * through another key sees DRAM, or what it has cached before, until the line is flushed; and the
 * line that is written back last is what memory is.
 *
 * Storage is in pages, for emulators that map them to guests; what is valid and what is changed is
 * kept for each line of 64 bytes, and only changed lines are written back. A line is changed if it
 * was written with x86_cache_write(), or differs from what it was when its page was filled for
 * writing. The machine has one cache for all cores, which loses nothing: cores' caches are coherent
 * for one key, and a line may leave a cache at any time.
 *
 * One thread at a time uses a cache.
 */
#ifndef HOST_X86_CACHE_H
#define HOST_X86_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/lib/memory_controller.h"

#define X86_PAGE_BYTES 0x1000u
#define X86_LINE_BYTES 64u

/*
 * Through which key memory is accessed: an ASID, 0 the host's; or none. With TSME the host's key
 * stands in for none: the two are one then.
 */
#define X86_KEY_HOST 0u
#define X86_KEY_NONE 0xFFFFFFFFu

#define X86_CACHE_PAGES_MIN 64u        /**< No instruction touches as many pages. */
#define X86_CACHE_PAGES_DEFAULT 4096u  /**< 16 MiB */
#define X86_CACHE_PAGES_MAX 0x1000000u /**< 64 GiB */

/** What happens to a page of the cache, for an emulator that has it mapped. */
enum x86_cache_change {
    X86_CACHE_GONE,  /**< No access any more: the page is, or lines of it are, about to leave. */
    X86_CACHE_CLEAN, /**< Reads go on; the next write must call x86_cache_fill() first. */
};

/**
 * Tells the emulator to drop (or write-protect) its mappings of a page. They are gone when it
 * returns: what was written until then is written back. It calls no function of this library.
 *
 * @param context  the options'
 * @param page     number of the page in the arena
 */
typedef void x86_cache_notify(void *context, uint32_t page, enum x86_cache_change change);

/** How a cache is made. */
struct x86_cache_options {
    /** What lies between cores and DRAM; stays the caller's. TMRs are refused, garbage is not. */
    const struct memory_controller *memory;
    bool tsme;
    /**
     * Whether accesses without a key are cached, too. If not, they go to DRAM at once, as if their
     * lines were always evicted at once: so do emulators that map DRAM itself.
     */
    bool cache_raw;
    /** PAGES * X86_PAGE_BYTES for plaintext, page-aligned; stays the caller's. NULL: allocated. */
    uint8_t *arena;
    uint32_t pages;           /**< X86_CACHE_PAGES_MIN to _MAX; 0: X86_CACHE_PAGES_DEFAULT. */
    x86_cache_notify *notify; /**< May be NULL. */
    void *context;
};

/** What a cache has done since it was made. */
struct x86_cache_counts {
    uint64_t fills;         /**< Pages filled for an emulator. */
    uint64_t evictions;     /**< Pages that had to leave for another. */
    uint64_t lines_read;    /**< From DRAM. */
    uint64_t lines_written; /**< To DRAM. */
    uint64_t lines_lost;    /**< Changed, and refused by the memory controller (a TMR, no keys). */
};

struct x86_cache;

/** @return an empty cache, or NULL without memory, or when there are too few pages or too many */
struct x86_cache *x86_cache_new(const struct x86_cache_options *options);

/** Frees a cache, which may be NULL, without writing anything back, and wipes what was in it. */
void x86_cache_free(struct x86_cache *cache);

/** A page as a core may use it. */
struct x86_cache_page {
    uint8_t *bytes;  /**< X86_PAGE_BYTES, in the arena, or in DRAM itself. */
    bool cached;     /**< In the arena: BYTES is ARENA + NUMBER * X86_PAGE_BYTES. */
    uint32_t number; /**< Of the page in the arena, if CACHED. */
};

/**
 * Fills a whole page, as far as it is not there yet, and hands it out until x86_cache_notify says
 * that it is gone. May evict another page.
 *
 * @param spa        system physical address in the page, without the C-bit
 * @param key        X86_KEY_NONE, X86_KEY_HOST or an ASID; one whose slot has no key gives garbage
 * @param write      the page is about to be written through the pointer. Without it the page must
 *                   not be written
 * @param[out] page  set with MEMORY_CONTROLLER_OK
 * @return MEMORY_CONTROLLER_OK; _UNMAPPED: there is no DRAM; _PROTECTED: a TMR; _NO_KEYS: the
 *         firmware has made no keys yet; _FAILED: the cryptographic library
 */
enum memory_controller_result x86_cache_fill(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                             bool write, struct x86_cache_page *page)
    __attribute__((warn_unused_result));

/**
 * Reads bytes of one page, and fills the lines they lie in.
 *
 * @param spa          of the first byte, without the C-bit, of any alignment
 * @param[out] buffer  @p length bytes
 * @param length       no byte lies on the next page
 * @return as x86_cache_fill()
 */
enum memory_controller_result x86_cache_read(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                             void *buffer, size_t length)
    __attribute__((warn_unused_result));

/** Writes bytes of one page, whose lines are changed then; parameters as for x86_cache_read(). */
enum memory_controller_result x86_cache_write(struct x86_cache *cache, uint64_t spa, uint32_t key,
                                              const void *buffer, size_t length)
    __attribute__((warn_unused_result));

/** Whether a line is cached. @param spa  of any byte in it */
bool x86_cache_has(const struct x86_cache *cache, uint64_t spa, uint32_t key);

/*
 * Flushes. "Writes back" is: encrypts changed lines with the key that is in the slot at that
 * moment, another one than before perhaps, and writes them to DRAM. What the memory controller
 * refuses is lost, as on the bus. None of these fails.
 */

/** CLFLUSH: writes a line back and invalidates it. Lines of other keys stay. @param spa  in it */
void x86_cache_flush_line(struct x86_cache *cache, uint64_t spa, uint32_t key);

/** Writes a page's lines back and invalidates them, as VM_PAGE_FLUSH does for an ASID. */
void x86_cache_flush_page(struct x86_cache *cache, uint64_t spa, uint32_t key);

/** Writes all lines of one key back and invalidates them. */
void x86_cache_flush_key(struct x86_cache *cache, uint32_t key);

/**
 * Writes all lines back that are not a guest's, and invalidates them. The security processor and
 * devices are coherent with those; an emulator calls this before it rings the mailbox's doorbell,
 * and again when the command has ended if a core has run meanwhile.
 */
void x86_cache_snoop(struct x86_cache *cache);

/** Writes everything back and invalidates it. x86_wbinvd() does so and counts. */
void x86_cache_flush(struct x86_cache *cache);

/** WBNOINVD, and before a machine pauses: writes everything back; it stays valid. */
void x86_cache_write_back(struct x86_cache *cache);

/** INVD and reset: invalidates everything and writes nothing back. */
void x86_cache_discard(struct x86_cache *cache);

/** @return what the cache has done */
struct x86_cache_counts x86_cache_counts(const struct x86_cache *cache);

#endif
