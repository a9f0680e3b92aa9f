/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_GUEST_REQUEST (SNP 2.14, 6): a message of a guest, and the firmware's response.
 *
 *   SUCCESS                 the response is there; what became of the request, it says itself
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, a page or GCTX_PADDR are not in DRAM, not aligned, or
 *                           RESPONSE overlaps another of them
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     not RUNNING
 *   INVALID_PAGE_SIZE       RESPONSE is part of a page of 2 MiB
 *   INVALID_PAGE_STATE      RESPONSE is neither Firmware nor Default, or the parameters or REQUEST are
 *                           not readable
 *   INVALID_PARAM           a field of the header is wrong, the message does not exist in that type,
 *                           version and size, or MSG_SEQNO is not the next
 *   AEAD_OFLOW              the VMPCK has no sequence numbers left
 *   BAD_MEASUREMENT         the tag does not fit
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/message.h"

#define REQUEST_BUFFER 0u
#define RESPONSE_BUFFER 1u

static enum sev_status handle(struct command *command)
{
    return message_exchange(command->snp_guest, command->data[REQUEST_BUFFER].bytes,
                            command->data[RESPONSE_BUFFER].bytes);
}

const struct command_row snp_guest_request_row = {
    ROW_COMMAND(GUEST_REQUEST, "2.14"),
    ROW_PARAMETERS(snp_guest_request),
    ROW_GUEST(snp_guest_request, gctx_paddr, SNP_GUEST_STATES_RUNNING),
    .buffers = {ROW_BUFFER_FIXED("REQUEST", snp_guest_request, request_paddr, IN, SNP_PAGE_BYTES,
                                 SNP_PAGE_BYTES),
                ROW_PAGE("RESPONSE", snp_guest_request, response_paddr, OUT,
                         RMP_STATE(FIRMWARE) | RMP_STATE(DEFAULT))},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PAGE_SIZE) | COMMAND_STATUS(INVALID_PARAM) |
                COMMAND_STATUS(AEAD_OFLOW) | COMMAND_STATUS(BAD_MEASUREMENT),
    .handle = handle,
};
