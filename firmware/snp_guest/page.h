/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of SEV-SNP guests that the firmware takes out of their place: contents in secure RAM, entries
 * in the RMP (SNP 2.17, 9.4). A page is taken away before its contents are read, so that there is never
 * a second one which a guest could go on with.
 */
#ifndef FIRMWARE_SNP_GUEST_PAGE_H
#define FIRMWARE_SNP_GUEST_PAGE_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/hostmem.h"
#include "firmware/snp_guest/guest.h"

/** @return SUCCESS or POLICY_FAILURE: whether the guest's policy lets its pages be moved and swapped */
CRYPTO_CHECKED enum sev_status page_check_policy(const struct snp_guest *guest);

/**
 * Looks a range's page up once more, for what it says besides its state.
 *
 * @param[out] page  what the table says, if it still is what the range allows
 * @return as rmp_compare()
 */
CRYPTO_CHECKED enum sev_status page_see(const struct hostmem_range *range, struct rmp_page *page);

/**
 * Changes a page's entry, and lets the range go on being used.
 *
 * @param range   of the whole page
 * @param before  what it was seen as
 * @param after   what it becomes
 * @return as rmp_replace()
 */
CRYPTO_CHECKED enum sev_status page_become(struct hostmem_range *range,
                                           const struct rmp_page *before,
                                           const struct rmp_page *after);

/**
 * Reads a page into the bulk buffer.
 *
 * @param key  GUEST's key applies, else the page is Metadata
 * @return as hostmem_copy_in(): the buffer is zeroed on failure
 */
CRYPTO_CHECKED enum sev_status page_read(const struct snp_guest *guest,
                                         const struct hostmem_range *range, bool key);

/**
 * Writes a page from the bulk buffer, which holds ciphertext then.
 *
 * @param key  as above
 * @return as hostmem_copy_out()
 */
CRYPTO_CHECKED enum sev_status page_write(const struct snp_guest *guest,
                                          const struct hostmem_range *range, bool key);

/** Wipes the bulk buffer after a page of a range's length. */
void page_wipe(const struct hostmem_range *range);

#endif
