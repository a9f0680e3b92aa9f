/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_REPORT_REQ (SNP 6.5): an attestation report.
 *
 * STATUS: INVALID_PARAM for a VMPL below the key's or above 3, an unknown KEY_SEL, or reserved bits;
 * INVALID_KEY when the selected key is not available; HWERROR_PLATFORM without random numbers.
 */
#include "firmware/snp_guest/message_kind.h"
#include "firmware/snp_guest/report.h"

enum sev_status message_report(struct message *message)
{
    const struct snp_report_request *request = (const struct snp_report_request *)message->request;
    const struct report_request asked = {
        .vmpl = request->vmpl,
        .key_select = request->key_sel,
        .data = request->report_data,
    };

    if (request->vmpl < message->vmpl || request->vmpl >= SNP_VMPCKS ||
        !message_is_zero(request->reserved_48, sizeof request->reserved_48)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    return report_make(message->guest, &asked, (struct snp_report_response *)message->response);
}
