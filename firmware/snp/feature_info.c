/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_FEATURE_INFO (SNP 10.2): what this firmware can do, as CPUID tells it of a processor. There is one
 * leaf, 0.
 *
 *   SUCCESS             the page holds struct snp_feature_info_page
 *   INVALID_LENGTH      LENGTH is below 10h
 *   INVALID_ADDRESS     the parameters or the page are not in DRAM, or the page is not aligned to 8
 *   INVALID_PARAM       ECX_IN is not 0
 *   INVALID_PAGE_STATE  the page is neither Firmware nor Default, or the parameters are not readable
 */
#include "firmware/snp/row.h"

#define INFO_BUFFER 0u

/** SEV-TIO (EBX) and AES-256-XTS are not there; policies that name CXL are understood. */
#define FEATURES                                                                                   \
    (SNP_FEATURE_VLEK | SNP_FEATURE_X86_SHUTDOWN | SNP_FEATURE_RAPL_DIS |                          \
     SNP_FEATURE_CIPHERTEXT_HIDING | SNP_FEATURE_AES_256_XTS_POLICY |                              \
     SNP_FEATURE_CXL_ALLOW_POLICY | SNP_FEATURE_VERIFY_MITIGATION)

static enum sev_status check(struct command *command)
{
    const struct snp_feature_info *parameters =
        (const struct snp_feature_info *)command->parameters;

    return parameters->ecx_in == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    struct snp_feature_info_page *page =
        (struct snp_feature_info_page *)command->data[INFO_BUFFER].bytes;

    *page = (struct snp_feature_info_page){.ecx = FEATURES};
    return SEV_STATUS_SUCCESS;
}

const struct command_row snp_feature_info_row = {
    ROW_COMMAND(FEATURE_INFO, "10.2"),
    ROW_PARAMETERS(snp_feature_info),
    ROW_SNP_ANY,
    .has_length = true,
    .buffers = {ROW_BUFFER_FIXED("FEATURE_INFO", snp_feature_info, feature_info_paddr, OUT,
                                 sizeof(struct snp_feature_info_page), 8)},
    .statuses = PARAMETER_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
