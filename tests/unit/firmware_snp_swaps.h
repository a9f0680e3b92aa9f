/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest whose pages are swapped, on the Linux board, for unit tests.
 */
#ifndef TESTS_UNIT_FIRMWARE_SNP_SWAPS_H
#define TESTS_UNIT_FIRMWARE_SNP_SWAPS_H

#include "tests/unit/firmware_snp_pages.h"

#define GCTX SNP_PAGE(0)
#define MDATA SNP_PAGE(1) /**< The guest's Metadata page. */
#define SRC SNP_PAGE(2)   /**< What is put away. */
#define AWAY SNP_PAGE(3)  /**< Where its ciphertext goes: a Firmware page. */
#define BACK SNP_PAGE(4)  /**< Where it comes back. */
#define GPA 0x40000000ull
#define ENTRY (MDATA + 0x40u)
#define SOFTWARE_DATA 0x1122334455667788ull

extern uint8_t swaps_plain[SNP_PAGE_2M_BYTES]; /**< What the guest has in SRC, and room for more. */
extern uint8_t swaps_opened[SNP_PAGE_2M_BYTES]; /**< Room for what tests read. */

extern const struct pages_place swaps_source;
extern const struct pages_place swaps_back;

/** Setup: a guest with a Metadata page and a Pre-Swap page in SRC, whose VMPL 1 may read and write. */
int swaps_boot(void **state);

/** Setup: swaps_boot(), and the page is in AWAY, by ENTRY; BACK is Pre-Guest. */
int swaps_boot_away(void **state);

/** SNP_PAGE_MD_INIT. */
enum sev_status swaps_md_init(uint64_t gctx, uint64_t page);

/** @return parameters for the guest at GCTX, with ENTRY */
struct snp_page_swap swaps_of(uint64_t from, uint64_t to, uint64_t flags);

/** SNP_PAGE_SWAP_OUT with SOFTWARE_DATA, and SNP_PAGE_SWAP_IN. */
enum sev_status swaps_out(uint64_t from, uint64_t to, uint64_t flags);
enum sev_status swaps_in(uint64_t from, uint64_t to, uint64_t flags);

/** @return the entry at an address */
struct snp_mdata_entry *swaps_entry(uint64_t paddr);

/** The buffer where plaintext was is zero. */
void swaps_nothing_is_left(void);

#endif
