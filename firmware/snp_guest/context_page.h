/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of DRAM that holds a guest's context: its state in the RMP, and what is sealed in it. Of
 * context.c alone.
 */
#ifndef FIRMWARE_SNP_GUEST_CONTEXT_PAGE_H
#define FIRMWARE_SNP_GUEST_CONTEXT_PAGE_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/** Draws the key that seals contexts. @return false without random numbers */
CRYPTO_CHECKED bool context_page_start(void);

/** Wipes the key: no page opens any more. */
void context_page_stop(void);

/** Makes a Firmware page a Context page, then zeroes it. @return as rmp_replace() */
CRYPTO_CHECKED enum sev_status context_page_claim(uint64_t paddr);

/** Zeroes a Context page, then makes it a Firmware page. */
void context_page_free(uint64_t paddr);

/** Whether a page is a Context page of 4 KiB. */
CRYPTO_CHECKED bool context_page_is_one(uint64_t paddr);

/**
 * Seals a context into its page.
 *
 * @param index  of the context
 * @return the version of what the page holds; it never comes twice. 0 = the page could not be written
 */
uint64_t context_page_seal(const struct snp_guest *guest, uint32_t index);

/** Reads which context a page says that it holds. @return false when it cannot be read */
CRYPTO_CHECKED bool context_page_index(uint64_t paddr, uint32_t *index);

/**
 * Opens a page.
 *
 * @param version     that it must hold
 * @param[out] guest  zeroed on failure
 * @return false when it does not hold that
 */
CRYPTO_CHECKED bool context_page_open(uint64_t paddr, uint32_t index, uint64_t version,
                                      struct snp_guest *guest);

#endif
