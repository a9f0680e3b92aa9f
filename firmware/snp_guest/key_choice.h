/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the chip's keys a request means by KEY_SEL (SNP 6.4, 6.5): to sign a report, or to derive a
 * guest's key from.
 */
#ifndef FIRMWARE_SNP_GUEST_KEY_CHOICE_H
#define FIRMWARE_SNP_GUEST_KEY_CHOICE_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/platform/chip_key.h"
#include "firmware/snp_guest/guest.h"

/**
 * Chooses. A VLEK that is loaded but cannot be used is not replaced by the VCEK.
 *
 * @param select     SNP_KEY_SELECT_*
 * @param tcb        that the key must be of
 * @param[out] kind  set when the result is SUCCESS
 * @return SUCCESS; INVALID_PARAM when SELECT is none of these; INVALID_KEY when the guest was launched
 *         with VCEK_DIS and the VCEK is meant, no VLEK is loaded, or TCB is above the chosen key's
 */
CRYPTO_CHECKED enum sev_status key_choice(const struct snp_guest *guest, uint32_t select,
                                          uint64_t tcb, enum chip_key_kind *kind);

#endif
