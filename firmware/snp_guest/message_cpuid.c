/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_CPUID_REQ (SNP 6.4): which CPUID values the firmware accepts, as on a CPUID page of the launch.
 *
 * STATUS: INVALID_PARAM for a COUNT above 64, or reserved bytes.
 */
#include "firmware/snp_guest/cpuid_page.h"
#include "firmware/snp_guest/message_kind.h"

enum sev_status message_cpuid(struct message *message)
{
    const struct snp_cpuid_table *request = (const struct snp_cpuid_table *)message->request;
    struct snp_cpuid_response *response = (struct snp_cpuid_response *)message->response;
    bool is_sound =
        request->count <= SNP_CPUID_MAX && request->reserved_04 == 0 && request->reserved_08 == 0;

    for (uint32_t i = 0; is_sound && i < request->count; i++) {
        response->functions[i] = request->functions[i];
        (void)cpuid_page_correct(&response->functions[i]);
        is_sound = request->functions[i].reserved == 0;
    }
    response->count = request->count;
    return is_sound ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}
