/*
 * Rows of the commands that copy guest memory: COPY, debugging, swapping (sections 4.17, 4.31, 4.32).
 */
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/command_table.h"
#include "firmware/sev/commands.h"
#include "firmware/sev/row_parts.h"

static const struct command_row rows[] = {
    {
        .id = SEV_COMMAND_COPY,
        .name = "COPY",
        .section = "4.17",
        .structure = "sev_copy",
        .size = sizeof(struct sev_copy),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT),
        .handle_offset = offsetof(struct sev_copy, handle),
        .needs_active = true,
        .buffers = {COPY_BUFFER("SRC", sev_copy, src_paddr, GUEST),
                    COPY_BUFFER("DST", sev_copy, dst_paddr, GUEST)},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(HWERROR_UNSAFE),
        .handle = sev_copy,
    },
    {
        .id = SEV_COMMAND_DBG_DECRYPT,
        .name = "DBG_DECRYPT",
        .section = "4.31",
        .structure = "sev_dbg",
        .size = sizeof(struct sev_dbg),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT),
        .handle_offset = offsetof(struct sev_dbg, handle),
        .needs_active = true,
        .buffers = {COPY_BUFFER("SRC", sev_dbg, src_paddr, GUEST),
                    COPY_BUFFER("DST", sev_dbg, dst_paddr, REGION)},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_dbg_check,
        .handle = sev_dbg_decrypt,
    },
    {
        .id = SEV_COMMAND_DBG_ENCRYPT,
        .name = "DBG_ENCRYPT",
        .section = "4.31",
        .structure = "sev_dbg",
        .size = sizeof(struct sev_dbg),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT),
        .handle_offset = offsetof(struct sev_dbg, handle),
        .needs_active = true,
        .buffers = {COPY_BUFFER("SRC", sev_dbg, src_paddr, REGION),
                    COPY_BUFFER("DST", sev_dbg, dst_paddr, GUEST)},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_dbg_check,
        .handle = sev_dbg_encrypt,
    },
    {
        .id = SEV_COMMAND_SWAP_OUT,
        .name = "SWAP_OUT",
        .section = "4.32",
        .structure = "sev_swap_out",
        .size = sizeof(struct sev_swap_out),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUNNING),
        .handle_offset = offsetof(struct sev_swap_out, handle),
        .needs_active = true,
        .buffers = {{
                        .name = "SRC",
                        .direction = COMMAND_GUEST,
                        .rule = COMMAND_LENGTH_PAGE,
                        .paddr_offset = offsetof(struct sev_swap_out, src_paddr),
                        .length_offset = offsetof(struct sev_swap_out, flags),
                        .alignment = COMMAND_ALIGNED_TO_LENGTH,
                    },
                    {
                        .name = "DST",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_PAGE,
                        .paddr_offset = offsetof(struct sev_swap_out, dst_paddr),
                        .length_offset = offsetof(struct sev_swap_out, flags),
                        .alignment = COMMAND_ALIGNED_TO_LENGTH,
                    },
                    {
                        .name = "MDATA",
                        .direction = COMMAND_OUT,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_swap_out, mdata_paddr),
                        .length = sizeof(struct sev_swap_metadata),
                        .alignment = 1,
                    }},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(BAD_MEASUREMENT) | COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_swap_out_check,
        .handle = sev_swap_out,
    },
    {
        .id = SEV_COMMAND_SWAP_IN,
        .name = "SWAP_IN",
        .section = "4.32",
        .structure = "sev_swap_in",
        .size = sizeof(struct sev_swap_in),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUNNING),
        .handle_offset = offsetof(struct sev_swap_in, handle),
        .needs_active = true,
        .buffers = {{
                        .name = "SRC",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_PAGE,
                        .paddr_offset = offsetof(struct sev_swap_in, src_paddr),
                        .length_offset = offsetof(struct sev_swap_in, flags),
                        .alignment = COMMAND_ALIGNED_TO_LENGTH,
                    },
                    {
                        .name = "DST",
                        .direction = COMMAND_GUEST,
                        .rule = COMMAND_LENGTH_PAGE_MOVED,
                        .paddr_offset = offsetof(struct sev_swap_in, dst_paddr),
                        .length_offset = offsetof(struct sev_swap_in, flags),
                        .alignment = COMMAND_ALIGNED_TO_LENGTH,
                    },
                    {
                        .name = "MDATA",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_swap_in, mdata_paddr),
                        .length = sizeof(struct sev_swap_metadata),
                        .alignment = 1,
                    }},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(BAD_MEASUREMENT) | COMMAND_STATUS(HWERROR_PLATFORM) |
                    COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_swap_in_check,
        .handle = sev_swap_in,
    },
};

const struct command_family sev_copy_family = {rows, sizeof rows / sizeof rows[0]};
