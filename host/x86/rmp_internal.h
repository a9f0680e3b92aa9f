/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access to the table's words for the instructions and checks (docs/rmp.md has the protocol).
 */
#ifndef HOST_X86_RMP_INTERNAL_H
#define HOST_X86_RMP_INTERNAL_H

#include "host/x86/rmp.h"

#define X86_RMP_PAGE_BYTES 0x1000ull

/** The table in force, as the fabric tells it at one moment. */
struct x86_rmp_table {
    struct fabric_rmp place; /**< FLAGS 0: there is none. */
    bool readable;           /**< False: the firmware is changing it, or it is no table. */
    uint64_t *words;         /**< Where it is mapped; NULL unless it is enforced. */
    uint64_t pages;          /**< Covered; 0 unless it is enforced. */
    uint32_t tries;          /**< As the machine's. */
};

/** A region whose lock was asked for. */
struct x86_rmp_region {
    struct x86_rmp_table table;
    uint64_t first; /**< Number of the region's first page. */
    bool locked;    /**< The caller has the lock. */
};

/** Reads where the table is, and whether it is in force. */
void x86_rmp_read_table(const struct x86_rmp *rmp, struct x86_rmp_table *table);

/** Whether the firmware has taken the table's memory, but not put it in force yet. */
bool x86_rmp_is_being_made(const struct x86_rmp_table *table);

/**
 * Whether the table is enforced and has an entry for each page of LENGTH bytes from SPA, which is a
 * multiple of LENGTH.
 */
bool x86_rmp_covers(const struct x86_rmp_table *table, uint64_t spa, uint64_t length);

/** @return the two words of the entry of a covered page */
uint64_t *x86_rmp_words(const struct x86_rmp_table *table, uint64_t number);

/**
 * Makes a page of the words that speak for it.
 *
 * @param first     low word of its region's first entry
 * @param words     of its own entry; of the first, if that is one page of 2 MiB
 * @param number    of the page
 */
void x86_rmp_decode(uint64_t first, const uint64_t words[2], uint64_t number,
                    struct x86_rmp_page *page);

/** Whether the low word of a region's first entry is of one page of 2 MiB. */
bool x86_rmp_is_whole(uint64_t first);

/**
 * Asks for the lock of a covered page's region, for a bounded time.
 *
 * @param[out] region  LOCKED unless another kept the lock, or the table has ceased to be in force
 */
void x86_rmp_lock(const struct x86_rmp *rmp, const struct x86_rmp_table *table, uint64_t spa,
                  struct x86_rmp_region *region);

/** Reads a page as it stands, whoever has the lock: the caller's own keeps it so. */
void x86_rmp_load(const struct x86_rmp_region *region, uint64_t number, struct x86_rmp_page *page);

/**
 * Writes the entry of a page that is not the region's first: high word, then low word. SUBPAGES is
 * the caller's to change, up before and down afterwards.
 */
void x86_rmp_store(const struct x86_rmp_region *region, uint64_t number,
                   const struct x86_rmp_page *page);

/** Writes the region's first entry, with SUBPAGES of the page, and by the same store ends the lock. */
void x86_rmp_store_first(struct x86_rmp_region *region, const struct x86_rmp_page *page);

/** Adds 1 to SUBPAGES of a region that the caller has locked. */
void x86_rmp_add_subpage(const struct x86_rmp_region *region);

/** Ends the lock, if the caller has it. @param delta  is added to SUBPAGES */
void x86_rmp_unlock(struct x86_rmp_region *region, int delta);

/** Adds to an ASID's count of pages. */
void x86_rmp_count(const struct x86_rmp_table *table, uint32_t asid, int64_t pages);

/** Whether some core runs the VMSA in a page; its region is locked. */
bool x86_rmp_is_running(const struct x86_rmp *rmp, uint64_t number);

/** Looks a page up in a table; as x86_rmp_look_up(). */
bool x86_rmp_find(const struct x86_rmp_table *table, uint64_t spa, struct x86_rmp_page *page);

/**
 * Looks a covered page up as far as its low word goes: PERMISSIONS are 0. This does not wait for the
 * lock, which others may keep for long without changing the page: each low word is true by itself.
 *
 * @return false when the words do not come to rest
 */
bool x86_rmp_find_owner(const struct x86_rmp_table *table, uint64_t spa, struct x86_rmp_page *page);

/** Whether a page is the guest's, at this GPA, and not kept from it. */
bool x86_rmp_is_guests(const struct x86_rmp_page *page, const struct x86_rmp_guest *guest);

/** @return the outcome of an instruction that goes on with a code in EAX */
struct x86_rmp_outcome x86_rmp_give(enum rmp_result result);

/** @return the outcome of an instruction or access that raises something */
struct x86_rmp_outcome x86_rmp_raise(enum x86_rmp_event event, uint64_t error);

/** @return #NPF of a guest's own access, with more bits than those that it always has */
struct x86_rmp_outcome x86_rmp_npf(const struct x86_rmp_guest *guest, uint64_t more);

/** Whether instructions may use the table for a page. @return RMP_SUCCESS, _INPUT or _INUSE */
enum rmp_result x86_rmp_ready(const struct x86_rmp_table *table, uint64_t spa, uint64_t length);

#endif
