/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding pages to a guest that is launched (SNP 2.10, 4.4): they are completed, measured,
 * encrypted, and become the guest's.
 */
#ifndef FIRMWARE_SNP_GUEST_LAUNCH_PAGE_H
#define FIRMWARE_SNP_GUEST_LAUNCH_PAGE_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/hostmem.h"
#include "firmware/snp_guest/digest.h"
#include "firmware/snp_guest/guest.h"

/** Whether there are pages of 2 MiB of a type, 1..6. */
bool launch_page_may_be_large(uint32_t type);

/**
 * Adds a page of 4 KiB or 2 MiB.
 *
 * @param guest       bound to an ASID
 * @param range       the page: Pre-Guest, and the guest's; holds plaintext, or nothing that counts
 * @param page        what is asked for; its GPA is not looked at: the table has it
 * @return SUCCESS; INVALID_PARAM when the type's contents are not accepted: a CPUID page in memory
 *         has been corrected then; HWERROR_PLATFORM when the random generator failed;
 *         INVALID_PAGE_STATE when the page's entry is kept locked; as hostmem_copy_in. Unless
 *         SUCCESS the guest is what it was
 */
CRYPTO_CHECKED enum sev_status launch_page_add(struct snp_guest *guest,
                                               const struct hostmem_range *range,
                                               const struct digest_page *page);

#endif
