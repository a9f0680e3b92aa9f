/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of messages (message_kind.h).
 */
#include "firmware/snp_guest/message_kind.h"

/** A kind; REQUEST and RESPONSE are bytes. */
#define KIND(name, version, request, response, answer)                                             \
    {                                                                                              \
        SNP_MESSAGE_##name, (version), (request), (response), (answer)                             \
    }

static const struct message_kind kinds[] = {
    KIND(CPUID, 1, sizeof(struct snp_cpuid_table), sizeof(struct snp_cpuid_response),
         message_cpuid),
    KIND(KEY, 1, SNP_KEY_REQUEST_V1_BYTES, sizeof(struct snp_key_response), message_key),
    KIND(KEY, 2, sizeof(struct snp_key_request), sizeof(struct snp_key_response), message_key),
    KIND(REPORT, 1, sizeof(struct snp_report_request), sizeof(struct snp_report_response),
         message_report),
    KIND(EXPORT, 1, sizeof(struct snp_export_request), sizeof(struct snp_export_response),
         message_export),
    KIND(IMPORT, 1, sizeof(struct snp_import_request), sizeof(struct snp_status_response),
         message_import),
    KIND(ABSORB, 1, sizeof(struct snp_import_request), sizeof(struct snp_status_response),
         message_absorb),
    KIND(VMRK, 1, sizeof(struct snp_vmrk_request), sizeof(struct snp_status_response),
         message_vmrk),
    KIND(ABSORB_NOMA, 1, sizeof(struct snp_import_request), sizeof(struct snp_status_response),
         message_absorb_noma),
    KIND(TSC_INFO, 1, sizeof(struct snp_tsc_info_response), sizeof(struct snp_tsc_info_response),
         message_tsc_info),
};

const struct message_kind *message_find(uint32_t type, uint32_t version)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].type == type && kinds[i].version == version) {
            return &kinds[i];
        }
    }
    return NULL;
}

bool message_is_zero(const void *field, size_t length)
{
    const uint8_t *bytes = field;
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}
