/*
 * Rows of the launch commands (sections 4.18 to 4.24).
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
        .id = SEV_COMMAND_LAUNCH_START,
        .name = "LAUNCH_START",
        .section = "4.18",
        .structure = "sev_launch_start",
        .size = sizeof(struct sev_launch_start),
        .platform_states = COMMAND_PLATFORM_READY,
        .buffers = {{
                        .name = "DH_CERT",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT_OR_NONE,
                        .paddr_offset = offsetof(struct sev_launch_start, dh_cert_paddr),
                        .length_offset = offsetof(struct sev_launch_start, dh_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    },
                    {
                        .name = "SESSION",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT_OR_NONE,
                        .paddr_offset = offsetof(struct sev_launch_start, session_paddr),
                        .length_offset = offsetof(struct sev_launch_start, session_length),
                        .length = sizeof(struct sev_session),
                        .alignment = 1,
                    }},
        .out = {{offsetof(struct sev_launch_start, handle), 4}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_GUEST) |
                    COMMAND_STATUS(INVALID_GUEST_STATE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_CERTIFICATE) | COMMAND_STATUS(BAD_MEASUREMENT) |
                    COMMAND_STATUS(RESOURCE_LIMIT) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_launch_start_check,
        .handle = sev_launch_start,
    },
    {
        .id = SEV_COMMAND_LAUNCH_UPDATE_DATA,
        .name = "LAUNCH_UPDATE_DATA",
        .section = "4.19",
        .structure = "sev_launch_update",
        .size = sizeof(struct sev_launch_update),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LUPDATE),
        .handle_offset = offsetof(struct sev_launch_update, handle),
        .needs_active = true,
        .buffers = {{
            .name = "PADDR",
            .direction = COMMAND_GUEST,
            .rule = COMMAND_LENGTH_BLOCKS,
            .paddr_offset = offsetof(struct sev_launch_update, paddr),
            .length_offset = offsetof(struct sev_launch_update, length),
            .length = UINT32_MAX,
            .alignment = SEV_BLOCK_BYTES,
        }},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(HWERROR_UNSAFE),
        .handle = sev_launch_update_data,
    },
    {
        .id = SEV_COMMAND_LAUNCH_MEASURE,
        .name = "LAUNCH_MEASURE",
        .section = "4.21",
        .structure = "sev_launch_measure",
        .size = sizeof(struct sev_launch_measure),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LUPDATE),
        .handle_offset = offsetof(struct sev_launch_measure, handle),
        .buffers = {{
            .name = "MEASURE",
            .direction = COMMAND_OUT,
            .rule = COMMAND_LENGTH_AT_LEAST,
            .paddr_offset = offsetof(struct sev_launch_measure, measure_paddr),
            .length_offset = offsetof(struct sev_launch_measure, measure_length),
            .length = sizeof(struct sev_measurement),
            .alignment = 1,
        }},
        .out = {{offsetof(struct sev_launch_measure, measure_length), 4}},
        .statuses =
            GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_PLATFORM),
        .handle = sev_launch_measure,
    },
    {
        .id = SEV_COMMAND_LAUNCH_UPDATE_SECRET,
        .name = "LAUNCH_UPDATE_SECRET",
        .section = "4.22",
        .structure = "sev_packet",
        .size = sizeof(struct sev_packet),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LSECRET),
        .handle_offset = offsetof(struct sev_packet, handle),
        .needs_active = true,
        .buffers =
            PACKET_BUFFERS(IN, EXACT, BLOCKS, SEV_PACKET_MAX, SEV_BLOCK_BYTES, SAME_AS_GUEST),
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INACTIVE) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(UNSUPPORTED) |
                    COMMAND_STATUS(BAD_MEASUREMENT) | COMMAND_STATUS(HWERROR_UNSAFE),
        .handle = sev_launch_update_secret,
    },
    {
        .id = SEV_COMMAND_LAUNCH_FINISH,
        .name = "LAUNCH_FINISH",
        .section = "4.23",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LSECRET),
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = GUEST_STATUSES,
        .handle = sev_launch_finish,
    },
    {
        .id = SEV_COMMAND_LAUNCH_UPDATE_VMSA,
        .name = "LAUNCH_UPDATE_VMSA",
        .section = "4.20",
        .structure = "sev_launch_update",
        .size = sizeof(struct sev_launch_update),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LUPDATE),
        .handle_offset = offsetof(struct sev_launch_update, handle),
        .needs_active = true,
        .buffers = {{
            .name = "PADDR",
            .direction = COMMAND_GUEST,
            .rule = COMMAND_LENGTH_EXACT,
            .paddr_offset = offsetof(struct sev_launch_update, paddr),
            .length_offset = offsetof(struct sev_launch_update, length),
            .length = SEV_VMSA_BYTES,
            .alignment = SEV_VMSA_BYTES,
        }},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(RESOURCE_LIMIT) |
                    COMMAND_STATUS(HWERROR_PLATFORM) | COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_vmsa_check,
        .handle = sev_launch_update_vmsa,
    },
    {
        .id = SEV_COMMAND_ATTESTATION,
        .name = "ATTESTATION",
        .section = "4.24",
        .structure = "sev_attestation",
        .size = sizeof(struct sev_attestation),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_LSECRET) | COMMAND_STATE(SEV_GUEST_RUNNING) |
                        COMMAND_STATE(SEV_GUEST_SUPDATE),
        .handle_offset = offsetof(struct sev_attestation, handle),
        .buffers = {{
            .name = "REPORT",
            .direction = COMMAND_OUT,
            .rule = COMMAND_LENGTH_AT_LEAST,
            .paddr_offset = offsetof(struct sev_attestation, report_paddr),
            .length_offset = offsetof(struct sev_attestation, length),
            .length = sizeof(struct sev_attestation_report),
            .alignment = 1,
        }},
        .out = {{offsetof(struct sev_attestation, length), 4}},
        .statuses =
            GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_attestation_check,
        .handle = sev_attestation,
    },
};

const struct command_family sev_launch_family = {rows, sizeof rows / sizeof rows[0]};
