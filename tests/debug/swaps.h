/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SWAP_OUT and SWAP_IN as the tests use them: a page of a guest, its sealed copy, its metadata entry,
 * and where it comes back.
 */
#ifndef TESTS_DEBUG_SWAPS_H
#define TESTS_DEBUG_SWAPS_H

#include "tests/debug/support.h"

#define SWAPS_TYPE(type) ((uint32_t)(type) << 1)
#define SWAPS_SOFTWARE_DATA 0x0123456789ABCDEFull

/* Places of 4 KiB pages. */
#define SWAPS_PAGE suite_slot(0)
#define SWAPS_SEALED suite_slot(1)
#define SWAPS_RETURNED suite_slot(2)
#define SWAPS_METADATA (suite_slot(3) + 0x7FD)

/** @return a RUNNING, active guest; the platform is initialised with SEV-ES */
struct debug_guest swaps_guest(void);

/** @return parameters of SWAP_OUT of SWAPS_PAGE */
struct sev_swap_out swaps_out(uint32_t handle, uint32_t flags);

/** @return parameters of SWAP_IN to SWAPS_RETURNED, or in place if FLAGS say so */
struct sev_swap_in swaps_in(uint32_t handle, uint32_t flags);

/** @return the metadata entry in memory */
struct sev_swap_metadata *swaps_metadata(void);

/** Fills SWAPS_PAGE for the guest and swaps it out. @param[out] page  its plaintext */
void swaps_out_random(struct debug_guest guest, uint8_t page[SEV_PAGE_4K_BYTES]);

/** Fails the test unless the guest sees this page at an address. */
void assert_page(struct debug_guest guest, uint64_t paddr, const uint8_t *page);

#endif
