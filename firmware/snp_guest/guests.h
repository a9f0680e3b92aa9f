/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP guests: their ASIDs, and their beginning and end with the platform's.
 */
#ifndef FIRMWARE_SNP_GUEST_GUESTS_H
#define FIRMWARE_SNP_GUEST_GUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/fabric.h"
#include "firmware/snp_guest/guest.h"

/**
 * Binds a guest to an ASID, and loads its key (SNP 2.7); if it has this ASID already, more cores may
 * run it.
 *
 * @param cores  that may run it
 * @return SUCCESS; ACTIVE when it has another ASID; INVALID_ASID, ASID_OWNED, WBINVD_REQUIRED or
 *         DFFLUSH_REQUIRED; INVALID_CONFIG when pages are still assigned to the ASID
 */
CRYPTO_CHECKED enum sev_status snp_guest_activate(struct snp_guest *guest, uint32_t asid,
                                                  const struct fabric_core_set *cores);

/** Ends a guest: its ASID, keys and context are gone; its page is the firmware's. */
void snp_guest_destroy(struct snp_guest *guest);

/** SNP_INIT: no guests, and every ASID waits for a flush. @return false without random numbers */
CRYPTO_CHECKED bool snp_guests_start(void);

/** SNP_SHUTDOWN: ends every guest. */
void snp_guests_stop(void);

/** @return how many contexts there are */
uint32_t snp_guest_count(void);

#endif
