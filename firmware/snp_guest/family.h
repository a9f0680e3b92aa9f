/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SEV-SNP commands have in common: the order of their checks, and how they name a guest.
 */
#ifndef FIRMWARE_SNP_GUEST_FAMILY_H
#define FIRMWARE_SNP_GUEST_FAMILY_H

#include "firmware/command.h"

/** Checks in the order of SNP 2; guests are named by the address of their context page. */
extern const struct command_family snp_family;

/**
 * Checks the address of a guest's context.
 *
 * @param paddr  as given, C-bit included
 * @return SUCCESS; INVALID_ADDRESS when it is not that of a page of DRAM that commands may name
 */
CRYPTO_CHECKED enum sev_status snp_check_context_address(uint64_t paddr);

#endif
