/*
 * Rows of the guest management commands (sections 4.14 to 4.17, 9).
 */
#include "abi/fabric.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "firmware/command_table.h"
#include "firmware/sev/commands.h"
#include "firmware/sev/row_parts.h"

static const struct command_row rows[] = {
    {
        .id = SEV_COMMAND_DECOMMISSION,
        .name = "DECOMMISSION",
        .section = "4.14",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY,
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(ACTIVE),
        .handle = sev_decommission,
    },
    {
        .id = SEV_COMMAND_ACTIVATE,
        .name = "ACTIVATE",
        .section = "9.2",
        .structure = "sev_activate",
        .size = sizeof(struct sev_activate),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT),
        .handle_offset = offsetof(struct sev_activate, handle),
        .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE) |
                    COMMAND_STATUS(INVALID_ASID) | COMMAND_STATUS(ACTIVE) |
                    COMMAND_STATUS(ASID_OWNED) | COMMAND_STATUS(DFFLUSH_REQUIRED),
        .handle = sev_activate,
    },
    {
        .id = SEV_COMMAND_DEACTIVATE,
        .name = "DEACTIVATE",
        .section = "9.4",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY,
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = ANY_GUEST_STATUSES,
        .handle = sev_deactivate,
    },
    {
        .id = SEV_COMMAND_GUEST_STATUS,
        .name = "GUEST_STATUS",
        .section = "4.16",
        .structure = "sev_guest_status",
        .size = sizeof(struct sev_guest_status),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY,
        .handle_offset = offsetof(struct sev_guest_status, handle),
        .out = {{offsetof(struct sev_guest_status, policy), 9}},
        .statuses = ANY_GUEST_STATUSES,
        .handle = sev_guest_status,
    },
    {
        .id = SEV_COMMAND_ACTIVATE_EX,
        .name = "ACTIVATE_EX",
        .section = "9.3",
        .structure = "sev_activate_ex",
        .size = sizeof(struct sev_activate_ex),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_GUEST_ANY & ~COMMAND_STATE(SEV_GUEST_SENT),
        .handle_offset = offsetof(struct sev_activate_ex, handle),
        .buffers = {{
            .name = "IDS",
            .direction = COMMAND_IN,
            .rule = COMMAND_LENGTH_WORDS,
            .paddr_offset = offsetof(struct sev_activate_ex, ids_paddr),
            .length_offset = offsetof(struct sev_activate_ex, num_ids),
            .length = FABRIC_CORES_MAX * sizeof(uint32_t),
            .alignment = 4,
        }},
        .statuses = ANY_GUEST_STATUSES | COMMAND_STATUS(INVALID_GUEST_STATE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(INVALID_ASID) | COMMAND_STATUS(ACTIVE) |
                    COMMAND_STATUS(ASID_OWNED) | COMMAND_STATUS(DFFLUSH_REQUIRED),
        .check = sev_activate_ex_check,
        .handle = sev_activate_ex,
    },
};

const struct command_family sev_guest_family = {rows, sizeof rows / sizeof rows[0]};
