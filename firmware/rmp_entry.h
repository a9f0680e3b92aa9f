/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of the reverse map table as they stand in DRAM: of firmware/rmp*.c alone.
 */
#ifndef FIRMWARE_RMP_ENTRY_H
#define FIRMWARE_RMP_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/rmp_page.h"

/** Where the table in force begins, as an offset in DRAM. */
void rmp_entry_set_table(uint64_t dram_offset);

/**
 * Reads the two words of the entry that speaks for a page while nobody changes them.
 *
 * @return false when it stays locked
 */
bool rmp_entry_read(uint64_t page, struct rmp_entry *entry);

/** Reads an entry's two words; the caller holds the lock of its region, or needs none. */
void rmp_entry_load(uint64_t page, struct rmp_entry *entry);

/** Writes the low word alone, in one step. */
void rmp_entry_store_low(uint64_t page, uint64_t low);

/** Writes high, then low: the words of a page that is not the first of a region, or of one whose lock ends with it. */
void rmp_entry_store(uint64_t page, const struct rmp_entry *entry);

/**
 * Locks the region of a page.
 *
 * @param[out] first  low word of the region's first entry, without the lock
 * @return false when somebody else keeps it
 */
bool rmp_entry_lock(uint64_t page, uint64_t *first);

/** Unlocks the region of a page; its first entry's low word becomes FIRST. */
void rmp_entry_unlock(uint64_t page, uint64_t first);

/** Adds pages to an ASID's counter, or takes some away. */
void rmp_entry_count(uint32_t asid, int64_t pages);

/** @return an ASID's counter */
uint64_t rmp_entry_counter(uint32_t asid);

/** What an entry says; LOCK and SUBPAGES say nothing of the page. */
void rmp_entry_decode(const struct rmp_entry *entry, struct rmp_page *page);

/** The entry that says so. */
void rmp_entry_encode(const struct rmp_page *page, struct rmp_entry *entry);

/** @return the first page of the region that a page lies in */
uint64_t rmp_entry_first(uint64_t page);

/**
 * @param first_low  low word of the region's first entry
 * @return the page whose entry speaks for a page: itself, or its region's first
 */
uint64_t rmp_entry_speaker(uint64_t page, uint64_t first_low);

/** Whether two pages have the same entry. */
bool rmp_entry_same(const struct rmp_page *a, const struct rmp_page *b);

#endif
