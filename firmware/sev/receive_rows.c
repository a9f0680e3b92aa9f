/*
 * Rows of the commands that receive a guest (sections 4.28 to 4.30).
 */
#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/command_table.h"
#include "firmware/sev/commands.h"
#include "firmware/sev/row_parts.h"

static const struct command_row rows[] = {
    {
        .id = SEV_COMMAND_RECEIVE_START,
        .name = "RECEIVE_START",
        .section = "4.28",
        .structure = "sev_receive_start",
        .size = sizeof(struct sev_receive_start),
        .platform_states = COMMAND_PLATFORM_READY,
        .buffers = {{
                        .name = "PDH_CERT",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_receive_start, pdh_cert_paddr),
                        .length_offset = offsetof(struct sev_receive_start, pdh_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    },
                    {
                        .name = "SESSION",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_receive_start, session_paddr),
                        .length_offset = offsetof(struct sev_receive_start, session_length),
                        .length = sizeof(struct sev_session),
                        .alignment = 1,
                    }},
        .out = {{offsetof(struct sev_receive_start, handle), 4}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_GUEST) |
                    COMMAND_STATUS(INVALID_GUEST_STATE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_CERTIFICATE) | COMMAND_STATUS(BAD_MEASUREMENT) |
                    COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_receive_start_check,
        .handle = sev_receive_start,
    },
    {
        .id = SEV_COMMAND_RECEIVE_UPDATE_DATA,
        .name = "RECEIVE_UPDATE_DATA",
        .section = "4.29",
        .structure = "sev_packet",
        .size = sizeof(struct sev_packet),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUPDATE),
        .handle_offset = offsetof(struct sev_packet, handle),
        .needs_active = true,
        .buffers =
            PACKET_BUFFERS(IN, EXACT, BLOCKS, SEV_PACKET_MAX, SEV_BLOCK_BYTES, SAME_AS_GUEST),
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(UNSUPPORTED) |
                    COMMAND_STATUS(BAD_MEASUREMENT) | COMMAND_STATUS(HWERROR_UNSAFE),
        .handle = sev_receive_update_data,
    },
    {
        .id = SEV_COMMAND_RECEIVE_UPDATE_VMSA,
        .name = "RECEIVE_UPDATE_VMSA",
        .section = "4.29",
        .structure = "sev_packet",
        .size = sizeof(struct sev_packet),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUPDATE),
        .handle_offset = offsetof(struct sev_packet, handle),
        .needs_active = true,
        .buffers = PACKET_BUFFERS(IN, EXACT, EXACT, SEV_VMSA_BYTES, SEV_VMSA_BYTES, SAME_AS_GUEST),
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(UNSUPPORTED) | COMMAND_STATUS(BAD_MEASUREMENT) |
                    COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM) |
                    COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_vmsa_check,
        .handle = sev_receive_update_vmsa,
    },
    {
        .id = SEV_COMMAND_RECEIVE_FINISH,
        .name = "RECEIVE_FINISH",
        .section = "4.30",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUPDATE),
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = GUEST_STATUSES,
        .handle = sev_receive_finish,
    },
};

const struct command_family sev_receive_family = {rows, sizeof rows / sizeof rows[0]};
