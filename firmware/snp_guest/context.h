/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest contexts (SNP 2.5, 4.1). A context lives in a page of DRAM that the host gave, sealed with a key
 * that never leaves the firmware and with a version number; secure RAM keeps the number of each, so
 * that neither a changed page nor an older one is taken. The contexts in use are in secure RAM: what
 * DRAM holds of them then is void.
 */
#ifndef FIRMWARE_SNP_GUEST_CONTEXT_H
#define FIRMWARE_SNP_GUEST_CONTEXT_H

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

#define SNP_CONTEXTS_MAX 65536u
#define SNP_CONTEXTS_OPEN 4u /**< In secure RAM at a time; a command needs two at most. */

/** Forgets everything, and draws a new key. @return false without random numbers */
CRYPTO_CHECKED bool snp_context_start(void);

/**
 * Makes a context in a page, which is the firmware's: it becomes a Context page first.
 *
 * @param paddr       of the page, which nobody else can change
 * @param[out] guest  zeroed but for its address and id; valid until two other contexts were opened
 * @return SUCCESS; INVALID_ADDRESS for page 0: the RMP could not say which context a Metadata page is
 *         of; RESOURCE_LIMIT when there are SNP_CONTEXTS_MAX; as rmp_replace()
 */
CRYPTO_CHECKED enum sev_status snp_context_create(uint64_t paddr, struct snp_guest **guest);

/**
 * Finds the guest whose context is in a page.
 *
 * @param[out] guest  as above; NULL on failure
 * @return SUCCESS; INVALID_GUEST when the page is none, or does not hold what the firmware has left
 *         there
 */
CRYPTO_CHECKED enum sev_status snp_context_open(uint64_t paddr, struct snp_guest **guest);

/** Ends a context: page and private copy are wiped, and the page is the firmware's. */
void snp_context_destroy(struct snp_guest *guest);

/** @return how many contexts there are */
uint32_t snp_context_count(void);

/**
 * Notes which ASID a guest has, so that it can be taken back even if its page has been spoilt.
 *
 * @param asid  0 = none
 */
void snp_context_set_asid(struct snp_guest *guest, uint32_t asid);

/**
 * Ends all contexts, whatever the state of their pages.
 *
 * @param unbind  called with each ASID that one has
 */
void snp_context_stop(void (*unbind)(uint32_t asid));

#endif
