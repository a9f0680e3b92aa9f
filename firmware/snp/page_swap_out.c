/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_SWAP_OUT (SNP 9.4): puts a guest's page or Metadata page away, encrypted with the guest's
 * OEK, and describes it in an entry of a Metadata page, or in the root entry of the guest's context.
 * The page is Pre-Guest then, with what RMPUPDATE would give it; a Metadata page is Firmware.
 *
 *   SUCCESS                 DST holds ciphertext, the entry is valid
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR, SRC, DST or MDATA are not in DRAM or not
 *                           aligned, or two of them overlap
 *   INVALID_PARAM           reserved bits of FLAGS are set, or there is no such type of page
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INACTIVE                the guest has no ASID
 *   POLICY_FAILURE          the guest's policy forbids it
 *   INVALID_PAGE_SIZE       the page or DST is not of the size in FLAGS; or it is 2 MiB and the page is no
 *                           data page
 *   INVALID_PAGE_STATE      SRC is neither Pre-Guest nor Pre-Swap (Metadata for that type), or is a VMSA
 *                           and should not be, or the other way round; DST is neither Firmware nor
 *                           Default; MDATA is not Metadata; the parameters are not readable; or a core
 *                           keeps SRC's entry locked
 *   INVALID_PAGE_OWNER      SRC or MDATA is another guest's
 *   INVALID_MDATA_ENTRY     the entry is valid already
 *   AEAD_OFLOW              the OEK has been used 2^64 - 1 times
 */
#include "firmware/snp/swap_row.h"
#include "firmware/snp_guest/swap.h"

enum { SRC_GUESTS, SRC_METADATA, DST, MDATA };

static enum sev_status check(struct command *command)
{
    return swap_check_flags(command_get_u64(command, offsetof(struct snp_page_swap, flags)), 0);
}

static enum sev_status handle(struct command *command)
{
    const struct snp_page_swap *parameters = (const struct snp_page_swap *)command->parameters;
    struct snp_swap swap = {
        .guest = command->snp_guest,
        .type = (enum snp_swap_type)SNP_SWAP_PAGE_TYPE(parameters->flags),
        .source = swap_either(command, SRC_GUESTS, SRC_METADATA),
        .destination = command->data[DST].range,
        .entry = command->data[MDATA].range,
        .software_data = parameters->software_data,
    };

    return swap_out(&swap);
}

const struct command_row snp_page_swap_out_row = {
    ROW_COMMAND(PAGE_SWAP_OUT, "9.4"),
    ROW_PARAMETERS(snp_page_swap),
    ROW_GUEST(snp_page_swap, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .needs_active = true,
    .buffers = {[SRC_GUESTS] = SWAP_PAGE("SRC", src_paddr, GUEST_READ,
                                         RMP_STATE(PRE_GUEST) | RMP_STATE(PRE_SWAP), true,
                                         SWAP_METADATA_BIT, 0),
                [SRC_METADATA] = SWAP_PAGE("SRC", src_paddr, REGION_READ, RMP_STATE(METADATA),
                                           false, SWAP_METADATA_BIT, SWAP_METADATA_BIT),
                [DST] = SWAP_PAGE("DST", dst_paddr, REGION_WRITE,
                                  RMP_STATE(FIRMWARE) | RMP_STATE(DEFAULT), false, 0, 0),
                [MDATA] = SWAP_ENTRY},
    .statuses = SWAP_STATUSES | COMMAND_STATUS(AEAD_OFLOW),
    .check = check,
    .policy = swap_check_policy,
    .handle = handle,
};
