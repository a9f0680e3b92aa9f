/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that the host puts away and brings back (SNP 9.4): AES-256-GCM under the guest's OEK, the
 * nonce is a count that never repeats, and the metadata entry is authenticated with the page. An entry is
 * used up when its page is back, so that an older page is never taken.
 */
#ifndef FIRMWARE_SNP_GUEST_SWAP_H
#define FIRMWARE_SNP_GUEST_SWAP_H

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "crypto/secret.h"
#include "firmware/hostmem.h"
#include "firmware/snp_guest/guest.h"

/** One page on its way. The ranges are checked but for the owner of Metadata pages. */
struct snp_swap {
    struct snp_guest *guest;
    enum snp_swap_type type;
    struct hostmem_range source;
    struct hostmem_range destination;
    struct hostmem_range entry; /**< Length 0: the root entry, in the guest's context. */
    uint64_t software_data;     /**< Of the entry, for swap_out(). */
};

/**
 * Puts a page away: it is taken from the guest, and what is sealed goes to the destination.
 *
 * @return SUCCESS; INVALID_PAGE_OWNER when a Metadata page is another guest's; INVALID_PAGE_STATE when
 *         the page is a VMSA and should not be, or the other way round, or its entry stays locked;
 *         INVALID_MDATA_ENTRY when the entry is in use; AEAD_OFLOW when the OEK is used up
 */
CRYPTO_CHECKED enum sev_status swap_out(struct snp_swap *swap);

/**
 * Brings a page back: it is verified in secure RAM before any of it is written.
 *
 * @param swap  SOURCE with length 0: the ciphertext is where the page will be
 * @return SUCCESS; INVALID_PAGE_OWNER as above; INVALID_PAGE_STATE when the page's entry stays locked;
 *         INVALID_MDATA_ENTRY when the entry is not valid or of another kind of page; BAD_MEASUREMENT
 *         when page and entry are not what was put away: the destination is zeroed
 */
CRYPTO_CHECKED enum sev_status swap_in(struct snp_swap *swap);

#endif
