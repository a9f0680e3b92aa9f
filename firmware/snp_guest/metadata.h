/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata pages of an SEV-SNP guest (SNP 9.4): 64 entries, which say what becomes of pages that are
 * swapped out. x86 software reads them, and cannot write them.
 */
#ifndef FIRMWARE_SNP_GUEST_METADATA_H
#define FIRMWARE_SNP_GUEST_METADATA_H

#include <stdbool.h>

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "crypto/secret.h"
#include "firmware/hostmem.h"
#include "firmware/snp_guest/guest.h"

/**
 * Whether a Metadata page is the guest's, and not one that is left of a guest whose context was in the
 * same page before: with keys that were imported its entries would count once more.
 */
CRYPTO_CHECKED bool metadata_is_of(const struct snp_guest *guest, const struct rmp_page *page);

/**
 * @param range  in a Metadata page
 * @return SUCCESS; INVALID_PAGE_OWNER when the page is another guest's; as rmp_compare()
 */
CRYPTO_CHECKED enum sev_status metadata_check_owner(const struct snp_guest *guest,
                                                    const struct hostmem_range *range);

/** @return what a Metadata page of the guest is */
struct rmp_page metadata_page_of(const struct snp_guest *guest);

/**
 * Makes a Metadata page, with 64 entries that are not valid.
 *
 * @param page  a Firmware page of 4 KiB, for writing
 * @return SUCCESS; as rmp_replace() and hostmem_copy_out(): the page is Firmware
 */
CRYPTO_CHECKED enum sev_status metadata_init(const struct snp_guest *guest,
                                             const struct hostmem_range *page);

/**
 * Reads an entry, once.
 *
 * @param range       of the entry, in a Metadata page; length 0: the entry in the guest's context
 * @param[out] entry  a private copy
 * @return SUCCESS; as hostmem_copy_in()
 */
CRYPTO_CHECKED enum sev_status metadata_read(const struct snp_guest *guest,
                                             const struct hostmem_range *range,
                                             struct snp_mdata_entry *entry);

/** Writes an entry. @return SUCCESS; as hostmem_copy_out() */
CRYPTO_CHECKED enum sev_status metadata_write(struct snp_guest *guest,
                                              const struct hostmem_range *range,
                                              const struct snp_mdata_entry *entry);

#endif
