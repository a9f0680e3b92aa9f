/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importing plaintext into a guest that is being launched (sections 4.19, 4.20, 7.4).
 */
#ifndef FIRMWARE_GUEST_LAUNCH_H
#define FIRMWARE_GUEST_LAUNCH_H

#include "firmware/guest/guest.h"
#include "firmware/hostmem.h"

/**
 * Measures a region and encrypts it in place, page by page. Each byte is read once: what is measured
 * is what the guest gets.
 *
 * @param guest  in LUPDATE, active
 * @param range  multiple of 16 bytes at a multiple of 16
 * @return SUCCESS, or as hostmem_copy_in or hostmem_copy_out when hostmem refuses the memory half-way
 */
CRYPTO_CHECKED enum sev_status launch_update(struct guest *guest,
                                             const struct hostmem_range *range);

#endif
