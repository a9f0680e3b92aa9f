/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SET_STATE (SNP 2.17): makes Firmware pages of 4 KiB the hypervisor's for as long as the RMP
 * is in force. Pages of the list that are HV-fixed already, or not in the RMP, stay what they are.
 *
 *   SUCCESS                 all pages of the list that have an entry are HV-fixed
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_LENGTH          LENGTH is below 10h
 *   INVALID_ADDRESS         the parameters or LIST_PADDR are not in DRAM, or not aligned; or a base
 *                           in the list is not 4 KiB aligned, or a range leaves the address space
 *   INVALID_PARAM           a reserved field is not 0, in the parameters or in the list; the list does
 *                           not fit in its page, or has more pages than the RMP
 *   INVALID_PAGE_SIZE       a page of the list is part of one of 2 MiB
 *   INVALID_PAGE_STATE      a page of the list is neither Firmware nor HV-fixed, or the firmware
 *                           needs it: the RMP, the TMR; the parameters or the list are not readable;
 *                           or a core kept an entry locked: the pages before it are HV-fixed
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/hv_fixed.h"

#define LIST_BUFFER 0u

static enum sev_status check(struct command *command)
{
    const struct snp_page_set_state *parameters =
        (const struct snp_page_set_state *)command->parameters;

    return parameters->reserved_04 == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    struct snp_ranges ranges;
    enum sev_status status = hv_fixed_parse(command->data[LIST_BUFFER].bytes, &ranges);

    if (status == SEV_STATUS_SUCCESS) {
        status = hv_fixed_check_now(&ranges);
    }
    return status == SEV_STATUS_SUCCESS ? hv_fixed_set(&ranges, false) : status;
}

const struct command_row snp_page_set_state_row = {
    ROW_COMMAND(PAGE_SET_STATE, "2.17"),
    ROW_PARAMETERS(snp_page_set_state),
    ROW_SNP_INIT,
    .has_length = true,
    .buffers = {ROW_BUFFER_FIXED("LIST", snp_page_set_state, list_paddr, IN, SNP_PAGE_BYTES,
                                 SNP_PAGE_BYTES)},
    .statuses = INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(INVALID_PAGE_SIZE),
    .check = check,
    .handle = handle,
};
