/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DBG_ENCRYPT (SNP 2.13): writes a page of 4 KiB of a guest whose policy allows debugging. The
 * page must be one that the guest cannot touch meanwhile; what the table says of it stays.
 *
 *   SUCCESS                 the destination holds the ciphertext
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR, SRC_PADDR or DST_PADDR are not in DRAM, or
 *                           not 4 KiB aligned, or they overlap
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INACTIVE                the guest has no ASID
 *   POLICY_FAILURE          POLICY.DEBUG is 0
 *   INVALID_PAGE_SIZE       the destination is part of a page of 2 MiB
 *   INVALID_PAGE_STATE      the destination is neither Pre-Guest nor Pre-Swap, the source or the
 *                           parameters are not readable
 *   INVALID_PAGE_OWNER      the destination is another guest's
 */
#include "firmware/memctl.h"
#include "firmware/snp/row.h"
#include "firmware/snp_guest/policy.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    struct crypto_memory_key key;
    enum sev_status status;

    memctl_expand_key(command->snp_guest->vek, &key);
    status = hostmem_copy_out_guest(&command->data[DST_BUFFER].range, &key, 0,
                                    command->data[SRC_BUFFER].bytes, SNP_PAGE_BYTES);
    crypto_wipe(&key, sizeof key);
    return status;
}

const struct command_row snp_dbg_encrypt_row = {
    ROW_COMMAND(DBG_ENCRYPT, "2.13"),
    ROW_PARAMETERS(snp_dbg),
    ROW_GUEST(snp_dbg, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .needs_active = true,
    .buffers = {ROW_BUFFER_FIXED("SRC", snp_dbg, src_paddr, IN, SNP_PAGE_BYTES, SNP_PAGE_BYTES),
                {
                    .name = "DST",
                    .direction = COMMAND_GUEST_WRITE,
                    .rule = COMMAND_LENGTH_FIXED,
                    .paddr_offset = offsetof(struct snp_dbg, dst_paddr),
                    .length = SNP_PAGE_BYTES,
                    .alignment = SNP_PAGE_BYTES,
                    .page_states = RMP_STATE(PRE_GUEST) | RMP_STATE(PRE_SWAP),
                    .owned = true,
                }},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(POLICY_FAILURE) |
                COMMAND_STATUS(INVALID_PAGE_SIZE) | COMMAND_STATUS(INVALID_PAGE_OWNER),
    .policy = snp_policy_check_debug,
    .handle = handle,
};
