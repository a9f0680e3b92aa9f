/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation reports (SNP 7): what a guest is and where it runs, signed by the chip.
 */
#ifndef FIRMWARE_SNP_GUEST_REPORT_H
#define FIRMWARE_SNP_GUEST_REPORT_H

#include <stdint.h>

#include "abi/sev_status.h"
#include "abi/snp_message.h"
#include "crypto/secret.h"
#include "firmware/snp_guest/guest.h"

/** What a report is asked for with. */
struct report_request {
    uint32_t vmpl;       /**< As the report says it; SNP_REPORT_VMPL_HOST for the hypervisor's. */
    uint32_t key_select; /**< SNP_KEY_SELECT_* */
    const uint8_t *data; /**< REPORT_DATA, 64 bytes; NULL = zeros. */
};

/**
 * Makes and signs a report, and the frame around it.
 *
 * @param[out] response  with STATUS 0; undefined unless the result is SUCCESS
 * @return SUCCESS; INVALID_PARAM or INVALID_KEY as key_choice(); HWERROR_PLATFORM when the random
 *         generator fails
 */
CRYPTO_CHECKED enum sev_status report_make(const struct snp_guest *guest,
                                           const struct report_request *request,
                                           struct snp_report_response *response);

#endif
