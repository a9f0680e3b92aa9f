/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between a guest and the firmware (SNP 6): the host carries them, and can neither read nor
 * change them, nor have one answered twice.
 */
#ifndef FIRMWARE_SNP_GUEST_MESSAGE_H
#define FIRMWARE_SNP_GUEST_MESSAGE_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_data.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/**
 * Opens a request, answers it and seals the response. From the moment that the request has been
 * authenticated its sequence number is used up, and so is the response's.
 *
 * @param guest          RUNNING
 * @param request        a private copy of the page
 * @param[out] response  the page to be written; zeros behind the payload
 * @return SUCCESS when there is a response, whatever its STATUS; INVALID_PARAM for a header that is
 *         wrong, a message that does not exist, or a sequence number that is not the next;
 *         AEAD_OFLOW when there is no number for a response any more; BAD_MEASUREMENT when the tag
 *         does not fit. Unless SUCCESS nothing has changed
 */
CRYPTO_CHECKED enum sev_status message_exchange(struct snp_guest *guest,
                                                const uint8_t request[SNP_PAGE_BYTES],
                                                uint8_t response[SNP_PAGE_BYTES]);

#endif
