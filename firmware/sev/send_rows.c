/*
 * Rows of the commands that send a guest (sections 4.25 to 4.27).
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
        .id = SEV_COMMAND_SEND_START,
        .name = "SEND_START",
        .section = "4.25",
        .structure = "sev_send_start",
        .size = sizeof(struct sev_send_start),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_RUNNING),
        .handle_offset = offsetof(struct sev_send_start, handle),
        .buffers = {{
                        .name = "PDH_CERT",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_send_start, pdh_cert_paddr),
                        .length_offset = offsetof(struct sev_send_start, pdh_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    },
                    {
                        .name = "PLAT_CERTS",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_send_start, plat_certs_paddr),
                        .length_offset = offsetof(struct sev_send_start, plat_certs_length),
                        .length = sizeof(struct sev_certificate_chain),
                        .alignment = 1,
                    },
                    {
                        .name = "AMD_CERTS",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_AMD_CHAIN,
                        .paddr_offset = offsetof(struct sev_send_start, amd_certs_paddr),
                        .length_offset = offsetof(struct sev_send_start, amd_certs_length),
                        .length = 2u * AMD_CERTIFICATE_BYTES(4096),
                        .alignment = 1,
                    },
                    {
                        .name = "SESSION",
                        .direction = COMMAND_OUT,
                        .rule = COMMAND_LENGTH_AT_LEAST,
                        .paddr_offset = offsetof(struct sev_send_start, session_paddr),
                        .length_offset = offsetof(struct sev_send_start, session_length),
                        .length = sizeof(struct sev_session),
                        .alignment = 1,
                    }},
        .out = {{offsetof(struct sev_send_start, policy), 4},
                {offsetof(struct sev_send_start, session_length), 4}},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_CERTIFICATE) |
                    COMMAND_STATUS(BAD_SIGNATURE) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_send_start_check,
        .handle = sev_send_start,
    },
    {
        .id = SEV_COMMAND_SEND_UPDATE_DATA,
        .name = "SEND_UPDATE_DATA",
        .section = "4.26",
        .structure = "sev_packet",
        .size = sizeof(struct sev_packet),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_SUPDATE),
        .handle_offset = offsetof(struct sev_packet, handle),
        .needs_active = true,
        .buffers =
            PACKET_BUFFERS(OUT, AT_LEAST, BLOCKS, SEV_PACKET_MAX, SEV_BLOCK_BYTES, AT_LEAST_GUEST),
        .out = {{offsetof(struct sev_packet, hdr_length), 4},
                {offsetof(struct sev_packet, trans_length), 4}},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(HWERROR_PLATFORM) | COMMAND_STATUS(HWERROR_UNSAFE),
        .handle = sev_send_update_data,
    },
    {
        .id = SEV_COMMAND_SEND_UPDATE_VMSA,
        .name = "SEND_UPDATE_VMSA",
        .section = "4.26",
        .structure = "sev_packet",
        .size = sizeof(struct sev_packet),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_SUPDATE),
        .handle_offset = offsetof(struct sev_packet, handle),
        .needs_active = true,
        .buffers =
            PACKET_BUFFERS(OUT, AT_LEAST, EXACT, SEV_VMSA_BYTES, SEV_VMSA_BYTES, AT_LEAST_GUEST),
        .out = {{offsetof(struct sev_packet, hdr_length), 4},
                {offsetof(struct sev_packet, trans_length), 4}},
        .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INACTIVE) |
                    COMMAND_STATUS(BAD_MEASUREMENT) | COMMAND_STATUS(HWERROR_PLATFORM) |
                    COMMAND_STATUS(HWERROR_UNSAFE),
        .check = sev_vmsa_check,
        .handle = sev_send_update_vmsa,
    },
    {
        .id = SEV_COMMAND_SEND_FINISH,
        .name = "SEND_FINISH",
        .section = "4.27",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_SUPDATE),
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = GUEST_STATUSES,
        .handle = sev_send_finish,
    },
    {
        .id = SEV_COMMAND_SEND_CANCEL,
        .name = "SEND_CANCEL",
        .section = "4.27",
        .structure = "sev_handle",
        .size = sizeof(struct sev_handle),
        .platform_states = COMMAND_PLATFORM_READY,
        .guest_states = COMMAND_STATE(SEV_GUEST_SUPDATE),
        .handle_offset = offsetof(struct sev_handle, handle),
        .statuses = GUEST_STATUSES,
        .handle = sev_send_cancel,
    },
};

const struct command_family sev_send_family = {rows, sizeof rows / sizeof rows[0]};
