/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_PAGE_MOVE (SNP 2.17): moves a guest's page, or a Metadata page, to another place in memory. DST
 * becomes what SRC was; SRC becomes Firmware.
 *
 *   SUCCESS                 the page is at DST
 *   INVALID_PLATFORM_STATE  not INIT
 *   INVALID_ADDRESS         the parameters, GCTX_PADDR, SRC or DST are not in DRAM or not aligned, or
 *                           two of them overlap
 *   INVALID_PARAM           a reserved field or bit is not 0
 *   INVALID_GUEST           GCTX_PADDR is no guest's context
 *   INVALID_GUEST_STATE     neither LAUNCH nor RUNNING
 *   INACTIVE                the guest has no ASID
 *   POLICY_FAILURE          the guest's policy forbids it
 *   INVALID_PAGE_SIZE       one of the pages is not of the size in FLAGS
 *   INVALID_PAGE_STATE      SRC is neither Pre-Guest, Pre-Swap nor Metadata; DST is not Pre-Guest with
 *                           SRC's GPA, or for Metadata not Firmware; the parameters are not readable;
 *                           or a core keeps an entry locked
 *   INVALID_PAGE_OWNER      one of the pages is not the guest's
 */
#include "firmware/snp/row.h"
#include "firmware/snp_guest/metadata.h"
#include "firmware/snp_guest/page.h"

#define SRC_BUFFER 0u
#define DST_BUFFER 1u
#define SIZE_BIT 1u

static enum sev_status check(struct command *command)
{
    const struct snp_page_move *parameters = (const struct snp_page_move *)command->parameters;

    return (parameters->flags & ~SIZE_BIT) == 0 && parameters->reserved_0c == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status check_policy(struct command *command)
{
    return page_check_policy(command->snp_guest);
}

/** Compares what is moved with where it goes. */
static enum sev_status check_pages(const struct snp_guest *guest, const struct rmp_page *from,
                                   const struct rmp_page *to)
{
    const bool is_metadata = from->state == RMP_METADATA;

    if (to->state != (is_metadata ? RMP_FIRMWARE : RMP_PRE_GUEST)) {
        return SEV_STATUS_INVALID_PAGE_STATE;
    }
    if (is_metadata ? !metadata_is_of(guest, from)
                    : from->asid != guest->asid || to->asid != guest->asid) {
        return SEV_STATUS_INVALID_PAGE_OWNER;
    }
    return is_metadata || from->gpa == to->gpa ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_PAGE_STATE;
}

/** Copies the contents, and gives the guest what it had. */
static enum sev_status move(const struct snp_guest *guest, const struct hostmem_range *source,
                            struct hostmem_range *destination, const struct rmp_page *from,
                            const struct rmp_page *to)
{
    const bool is_guests = from->state != RMP_METADATA;
    enum sev_status status = page_read(guest, source, is_guests);

    if (status == SEV_STATUS_SUCCESS) {
        status = page_write(guest, destination, is_guests);
    }
    page_wipe(source);
    return status == SEV_STATUS_SUCCESS ? page_become(destination, to, from) : status;
}

static enum sev_status handle(struct command *command)
{
    struct hostmem_range *source = &command->data[SRC_BUFFER].range;
    struct hostmem_range *destination = &command->data[DST_BUFFER].range;
    struct rmp_page from;
    struct rmp_page to;
    struct rmp_page left = {.state = RMP_FIRMWARE};
    enum sev_status status = page_see(source, &from);

    if (status == SEV_STATUS_SUCCESS) {
        status = page_see(destination, &to);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_pages(command->snp_guest, &from, &to);
    }
    left.size = from.size;
    if (status == SEV_STATUS_SUCCESS) {
        status = page_become(source, &from, &left);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = move(command->snp_guest, source, destination, &from, &to);
    /* If it is not there, it is where it was. */
    return status != SEV_STATUS_SUCCESS && page_become(source, &left, &from) != SEV_STATUS_SUCCESS
               ? SEV_STATUS_INVALID_PAGE_STATE
               : status;
}

#define MOVE_PAGE(label, field, use, states)                                                       \
    {                                                                                              \
        .name = (label), .direction = COMMAND_##use, .rule = COMMAND_LENGTH_PAGE,                  \
        .paddr_offset = offsetof(struct snp_page_move, field),                                     \
        .length_offset = offsetof(struct snp_page_move, flags),                                    \
        .alignment = COMMAND_ALIGNED_TO_LENGTH, .ignores_c_bit = true, .page_states = (states),    \
    }

const struct command_row snp_page_move_row = {
    ROW_COMMAND(PAGE_MOVE, "2.17"),
    ROW_PARAMETERS(snp_page_move),
    ROW_GUEST(snp_page_move, gctx_paddr, SNP_GUEST_STATES_LAUNCHED),
    .needs_active = true,
    .buffers = {[SRC_BUFFER] =
                    MOVE_PAGE("SRC", src_paddr, GUEST_READ,
                              RMP_STATE(PRE_GUEST) | RMP_STATE(PRE_SWAP) | RMP_STATE(METADATA)),
                [DST_BUFFER] = MOVE_PAGE("DST", dst_paddr, GUEST_WRITE,
                                         RMP_STATE(PRE_GUEST) | RMP_STATE(FIRMWARE))},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(INACTIVE) |
                COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_PAGE_SIZE) |
                COMMAND_STATUS(INVALID_PAGE_OWNER),
    .check = check,
    .policy = check_policy,
    .handle = handle,
};
