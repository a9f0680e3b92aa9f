/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SWAP_IN (SNP 9.4): brings a page back that SNP_PAGE_SWAP_OUT has put away. It is verified
 * before any of it is written. DST becomes Guest-Valid or Guest-Invalid, as the page was, or Metadata;
 * the entry is not valid then. With SWAP_IN_PLACE the ciphertext is in DST, and SRC has no meaning.
 *
 *   SUCCESS                 the guest has its page
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR, SRC, DST or MDATA are not in DRAM or not
 *                           aligned, or two of them overlap
 *   INVALID_PARAM           reserved bits of FLAGS or bytes 20h to 27h are not 0, or there is no such type
 *                           of page
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INACTIVE                the guest has no ASID
 *   POLICY_FAILURE          the guest's policy forbids it
 *   INVALID_PAGE_SIZE       DST is not of the size in FLAGS; or it is 2 MiB and the page is no data page
 *   INVALID_PAGE_STATE      DST is not Pre-Guest (Firmware for Metadata); SRC or the parameters are not
 *                           readable; MDATA is not Metadata; or a core keeps DST's entry locked: nothing
 *                           but its contents has changed
 *   INVALID_PAGE_OWNER      DST or MDATA is another guest's
 *   INVALID_MDATA_ENTRY     the entry is not valid, or is for a page of another type, size or GPA
 *   BAD_MEASUREMENT         the ciphertext is not the entry's: DST is zero
 */
#include "firmware/snp/swap_row.h"
#include "firmware/snp_guest/swap.h"

enum { SRC, DST_GUESTS, DST_METADATA, MDATA };

static enum sev_status check(struct command *command)
{
    const struct snp_page_swap *parameters = (const struct snp_page_swap *)command->parameters;

    return parameters->software_data == 0 ? swap_check_flags(parameters->flags, SNP_SWAP_IN_PLACE)
                                          : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_page_swap *parameters = (const struct snp_page_swap *)command->parameters;
    struct snp_swap swap = {
        .guest = command->snp_guest,
        .type = (enum snp_swap_type)SNP_SWAP_PAGE_TYPE(parameters->flags),
        .source = command->data[SRC].range,
        .destination = swap_either(command, DST_GUESTS, DST_METADATA),
        .entry = command->data[MDATA].range,
    };

    return swap_in(&swap);
}

const struct command_row snp_page_swap_in_row = {
    ROW_COMMAND(PAGE_SWAP_IN, "9.4"),
    ROW_PARAMETERS(snp_page_swap),
    ROW_GUEST(snp_page_swap, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .needs_active = true,
    .buffers = {[SRC] = SWAP_PAGE("SRC", src_paddr, REGION_READ, 0, false, SNP_SWAP_IN_PLACE, 0),
                [DST_GUESTS] = SWAP_PAGE("DST", dst_paddr, GUEST_READ_WRITE, RMP_STATE(PRE_GUEST),
                                         true, SWAP_METADATA_BIT, 0),
                [DST_METADATA] = SWAP_PAGE("DST", dst_paddr, REGION_READ_WRITE, RMP_STATE(FIRMWARE),
                                           false, SWAP_METADATA_BIT, SWAP_METADATA_BIT),
                [MDATA] = SWAP_ENTRY},
    .statuses = SWAP_STATUSES | COMMAND_STATUS(BAD_MEASUREMENT),
    .check = check,
    .policy = swap_check_policy,
    .handle = handle,
};
