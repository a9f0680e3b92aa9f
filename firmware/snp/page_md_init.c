/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_MD_INIT (SNP 2.17): makes a Firmware page a Metadata page of a guest, none of whose entries
 * is valid.
 *
 *   SUCCESS                 the page is Metadata, and zero
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, PAGE_PADDR or GCTX_PADDR are not in DRAM or not aligned, or
 *                           the page overlaps the parameters
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_PAGE_SIZE       the page is part of one of 2 MiB
 *   INVALID_PAGE_STATE      the page is not Firmware, a core keeps its entry locked, or the parameters
 *                           are not readable
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/metadata.h"

#define PAGE_BUFFER 0u

static enum sev_status handle(struct command *command)
{
    return metadata_init(command->snp_guest, &command->data[PAGE_BUFFER].range);
}

const struct command_row snp_page_md_init_row = {
    ROW_COMMAND(PAGE_MD_INIT, "2.17"),
    ROW_PARAMETERS(snp_page_md_init),
    ROW_GUEST(snp_page_md_init, gctx_paddr, SNP_GUEST_STATES_ANY),
    .buffers = {{
        .name = "PAGE",
        .direction = COMMAND_REGION_WRITE,
        .rule = COMMAND_LENGTH_FIXED,
        .paddr_offset = offsetof(struct snp_page_md_init, page_paddr),
        .length = SNP_PAGE_BYTES,
        .alignment = SNP_PAGE_BYTES,
        .ignores_c_bit = true,
        .page_states = RMP_STATE(FIRMWARE),
    }},
    .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_PAGE_SIZE),
    .handle = handle,
};
