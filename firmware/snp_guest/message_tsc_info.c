/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_TSC_INFO_REQ (SNP 6.9): the guest's time stamp counter. TSC_FACTOR is 0: the frequency is exact.
 *
 * STATUS: INVALID_PARAM for reserved bytes.
 */
#include "firmware/snp_guest/message_kind.h"

enum sev_status message_tsc_info(struct message *message)
{
    struct snp_tsc_info_response *response = (struct snp_tsc_info_response *)message->response;

    if (!message_is_zero(message->request, sizeof *response)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    response->tsc_scale = message->guest->tsc_scale;
    response->tsc_offset = message->guest->tsc_offset;
    return SEV_STATUS_SUCCESS;
}
