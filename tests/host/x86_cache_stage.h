/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One page in the caches of the machine on the stage (x86_stage.h): what goes through them, and what is
 * in DRAM meanwhile. What cannot be done fails the test.
 */
#ifndef TESTS_HOST_X86_CACHE_STAGE_H
#define TESTS_HOST_X86_CACHE_STAGE_H

#include "tests/host/x86_stage.h"

#define CACHE_SPA 0x100000ull /**< Of the page. */

/** What cache_stage_put_page() has put there. */
extern uint8_t cache_stage_plain[X86_PAGE_BYTES];

/** Puts a page of a guest into DRAM, different everywhere. */
void cache_stage_put_page(uint64_t spa, uint32_t key);

/** Maps a page. @param write  for writing */
struct x86_cache_page cache_stage_fill(uint64_t spa, uint32_t key, bool write);

/** Reads and writes a byte through the caches. */
uint8_t cache_stage_get(uint64_t spa, uint32_t key);
void cache_stage_set(uint64_t spa, uint32_t key, uint8_t byte);

/** @return a byte in DRAM, in the eyes of a key */
uint8_t cache_stage_memory(uint64_t spa, uint32_t key);

#endif
