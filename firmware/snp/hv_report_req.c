/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_HV_REPORT_REQ (SNP 2.15): an attestation report of a guest for the hypervisor: VMPL FFFFFFFFh,
 * REPORT_DATA 0.
 *
 *   SUCCESS                 the page holds struct snp_report_response
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          LENGTH is below 18h
 *   INVALID_ADDRESS         the parameters, REPORT_PADDR or GCTX_PADDR are not in DRAM or not
 *                           aligned, or they overlap
 *   INVALID_PARAM           KEY_SEL is 3, or a reserved bit is set
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PAGE_STATE      the report's page is neither Firmware nor Default, or the parameters are
 *                           not readable
 *   INVALID_KEY             the selected key is not available
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "abi/snp_message.h"
#include "firmware/snp/row.h"
#include "firmware/snp_guest/report.h"

#define REPORT_BUFFER 0u

static enum sev_status check(struct command *command)
{
    const struct snp_hv_report_req *parameters =
        (const struct snp_hv_report_req *)command->parameters;

    return parameters->key_sel <= SNP_KEY_SELECT_VLEK ? SEV_STATUS_SUCCESS
                                                      : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_hv_report_req *parameters =
        (const struct snp_hv_report_req *)command->parameters;
    const struct report_request request = {
        .vmpl = SNP_REPORT_VMPL_HOST,
        .key_select = parameters->key_sel,
    };

    return report_make(command->snp_guest, &request,
                       (struct snp_report_response *)command->data[REPORT_BUFFER].bytes);
}

const struct command_row snp_hv_report_req_row = {
    ROW_COMMAND(HV_REPORT_REQ, "2.15"),
    ROW_PARAMETERS(snp_hv_report_req),
    ROW_GUEST(snp_hv_report_req, gctx_paddr, SNP_GUEST_STATES_RUNNING),
    .has_length = true,
    .buffers = {ROW_BUFFER_FIXED("REPORT", snp_hv_report_req, report_paddr, OUT,
                                 sizeof(struct snp_report_response), 8)},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM) |
                COMMAND_STATUS(INVALID_KEY) | COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
