/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_GCTX_CREATE (SNP 2.5): makes a guest context in a page that the host has given to the firmware.
 *
 *   SUCCESS                 the page is the context of a guest in INIT
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters are not in DRAM, or the page is not, or not 4 KiB aligned, or
 *                           it is page 0
 *   INVALID_PAGE_SIZE       the page is part of one of 2 MiB
 *   INVALID_PAGE_STATE      the page is not Firmware, or the parameters are not readable
 *   RESOURCE_LIMIT          there are 65536 contexts
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/context.h"

#define PAGE_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    struct snp_guest *guest;

    return snp_context_create(command->data[PAGE_BUFFER].range.paddr, &guest);
}

const struct command_row snp_gctx_create_row = {
    ROW_COMMAND(GCTX_CREATE, "2.5"),
    ROW_PARAMETERS(snp_address),
    ROW_SNP_INIT,
    .buffers = {ROW_PAGE("GCTX", snp_address, paddr, REGION_READ_WRITE, RMP_STATE(FIRMWARE))},
    .statuses =
        INIT_STATE_STATUSES | COMMAND_STATUS(INVALID_PAGE_SIZE) | COMMAND_STATUS(RESOURCE_LIMIT),
    .handle = handle,
};
