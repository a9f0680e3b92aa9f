/*
 * Rows of the platform commands (sections 4.1 to 4.13).
 */
#include "abi/sev_certificate.h"
#include "abi/sev_command_id.h"
#include "abi/sev_commands.h"
#include "abi/sev_data.h"
#include "firmware/bulk.h"
#include "firmware/command_table.h"
#include "firmware/sev/commands.h"

#define ONLY(state) COMMAND_STATE(SEV_PLATFORM_##state)

static const struct command_row rows[] = {
    {
        .id = SEV_COMMAND_INIT,
        .name = "INIT",
        .section = "4.1",
        .structure = "sev_init",
        .size = sizeof(struct sev_init),
        .platform_states = ONLY(UNINIT),
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PARAM) |
                    COMMAND_STATUS(INVALID_CONFIG) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(SECURE_DATA_INVALID) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_init_check,
        .handle = sev_init,
    },
    {
        .id = SEV_COMMAND_SHUTDOWN,
        .name = "SHUTDOWN",
        .section = "4.2",
        .platform_states = COMMAND_PLATFORM_ANY,
        .statuses = COMMAND_STATUS(SUCCESS),
        .handle = sev_shutdown,
    },
    {
        .id = SEV_COMMAND_PLATFORM_RESET,
        .name = "PLATFORM_RESET",
        .section = "4.3",
        .platform_states = ONLY(UNINIT),
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(HWERROR_PLATFORM),
        .handle = sev_platform_reset,
    },
    {
        .id = SEV_COMMAND_PLATFORM_STATUS,
        .name = "PLATFORM_STATUS",
        .section = "4.4",
        .structure = "sev_platform_status",
        .size = sizeof(struct sev_platform_status),
        .platform_states = COMMAND_PLATFORM_ANY,
        .out = {{0, sizeof(struct sev_platform_status)}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_ADDRESS),
        .handle = sev_platform_status,
    },
    {
        .id = SEV_COMMAND_PEK_GEN,
        .name = "PEK_GEN",
        .section = "4.5",
        .platform_states = ONLY(INIT),
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(HWERROR_PLATFORM),
        .handle = sev_pek_gen,
    },
    {
        .id = SEV_COMMAND_PEK_CSR,
        .name = "PEK_CSR",
        .section = "4.6",
        .structure = "sev_pek_csr",
        .size = sizeof(struct sev_pek_csr),
        .platform_states = ONLY(INIT),
        .buffers = {{
            .name = "CSR",
            .direction = COMMAND_OUT,
            .rule = COMMAND_LENGTH_AT_LEAST,
            .paddr_offset = offsetof(struct sev_pek_csr, csr_paddr),
            .length_offset = offsetof(struct sev_pek_csr, csr_length),
            .length = sizeof(struct sev_certificate),
            .alignment = 1,
        }},
        .out = {{offsetof(struct sev_pek_csr, csr_length), 4}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS),
        .handle = sev_pek_csr,
    },
    {
        .id = SEV_COMMAND_PEK_CERT_IMPORT,
        .name = "PEK_CERT_IMPORT",
        .section = "4.7",
        .structure = "sev_pek_cert_import",
        .size = sizeof(struct sev_pek_cert_import),
        .platform_states = ONLY(INIT),
        .buffers = {{
                        .name = "PEK_CERT",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_pek_cert_import, pek_cert_paddr),
                        .length_offset = offsetof(struct sev_pek_cert_import, pek_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    },
                    {
                        .name = "OCA_CERT",
                        .direction = COMMAND_IN,
                        .rule = COMMAND_LENGTH_EXACT,
                        .paddr_offset = offsetof(struct sev_pek_cert_import, oca_cert_paddr),
                        .length_offset = offsetof(struct sev_pek_cert_import, oca_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    }},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(ALREADY_OWNED) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_CERTIFICATE) |
                    COMMAND_STATUS(BAD_SIGNATURE) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_pek_cert_import_check,
        .handle = sev_pek_cert_import,
    },
    {
        .id = SEV_COMMAND_PDH_CERT_EXPORT,
        .name = "PDH_CERT_EXPORT",
        .section = "4.8",
        .structure = "sev_pdh_cert_export",
        .size = sizeof(struct sev_pdh_cert_export),
        .platform_states = COMMAND_PLATFORM_READY,
        .buffers = {{
                        .name = "PDH_CERT",
                        .direction = COMMAND_OUT,
                        .rule = COMMAND_LENGTH_AT_LEAST,
                        .paddr_offset = offsetof(struct sev_pdh_cert_export, pdh_cert_paddr),
                        .length_offset = offsetof(struct sev_pdh_cert_export, pdh_cert_length),
                        .length = sizeof(struct sev_certificate),
                        .alignment = 1,
                    },
                    {
                        .name = "CERTS",
                        .direction = COMMAND_OUT,
                        .rule = COMMAND_LENGTH_AT_LEAST,
                        .paddr_offset = offsetof(struct sev_pdh_cert_export, certs_paddr),
                        .length_offset = offsetof(struct sev_pdh_cert_export, certs_length),
                        .length = sizeof(struct sev_certificate_chain),
                        .alignment = 1,
                    }},
        .out = {{offsetof(struct sev_pdh_cert_export, pdh_cert_length), 4},
                {offsetof(struct sev_pdh_cert_export, certs_length), 4}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS),
        .handle = sev_pdh_cert_export,
    },
    {
        .id = SEV_COMMAND_PDH_GEN,
        .name = "PDH_GEN",
        .section = "4.9",
        .platform_states = COMMAND_PLATFORM_READY,
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(HWERROR_PLATFORM),
        .handle = sev_pdh_gen,
    },
    {
        .id = SEV_COMMAND_DF_FLUSH,
        .name = "DF_FLUSH",
        .section = "4.10",
        .platform_states = COMMAND_PLATFORM_READY,
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(WBINVD_REQUIRED),
        .handle = sev_df_flush,
    },
    {
        .id = SEV_COMMAND_GET_ID,
        .name = "GET_ID",
        .section = "4.12",
        .structure = "sev_get_id",
        .size = sizeof(struct sev_get_id),
        .platform_states = COMMAND_PLATFORM_ANY,
        .buffers = {{
            .name = "ID",
            .direction = COMMAND_OUT,
            .rule = COMMAND_LENGTH_PER_SOCKET,
            .paddr_offset = offsetof(struct sev_get_id, id_paddr),
            .length_offset = offsetof(struct sev_get_id, id_length),
            .length = SEV_CHIP_ID_BYTES,
            .alignment = 8,
        }},
        .out = {{offsetof(struct sev_get_id, id_length), 4}},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_ADDRESS),
        .handle = sev_get_id,
    },
    {
        .id = SEV_COMMAND_INIT_EX,
        .name = "INIT_EX",
        .section = "4.1",
        .structure = "sev_init_ex",
        .size = sizeof(struct sev_init_ex),
        .platform_states = ONLY(UNINIT),
        .buffers = {{
            .name = "NV",
            .direction = COMMAND_REGION,
            .rule = COMMAND_LENGTH_EXACT,
            .paddr_offset = offsetof(struct sev_init_ex, nv_paddr),
            .length_offset = offsetof(struct sev_init_ex, nv_length),
            .length = SEV_NV_BYTES,
            .alignment = SEV_NV_ALIGNMENT,
        }},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_LENGTH) |
                    COMMAND_STATUS(INVALID_PARAM) | COMMAND_STATUS(INVALID_CONFIG) |
                    COMMAND_STATUS(SECURE_DATA_INVALID) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_init_ex_check,
        .handle = sev_init_ex,
    },
    {
        .id = SEV_COMMAND_NOP,
        .name = "NOP",
        .section = "4.13",
        .platform_states = COMMAND_PLATFORM_ANY,
        .statuses = COMMAND_STATUS(SUCCESS),
        .handle = sev_nop,
    },
    {
        .id = SEV_COMMAND_DOWNLOAD_FIRMWARE,
        .name = "DOWNLOAD_FIRMWARE",
        .section = "4.11",
        .structure = "sev_download_firmware",
        .size = sizeof(struct sev_download_firmware),
        .platform_states = ONLY(UNINIT),
        .buffers = {{
            .name = "FW",
            .direction = COMMAND_REGION,
            .rule = COMMAND_LENGTH_IMAGE,
            .paddr_offset = offsetof(struct sev_download_firmware, fw_paddr),
            .length_offset = offsetof(struct sev_download_firmware, fw_length),
            .length = BULK_BYTES,
            .alignment = 32,
        }},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS) |
                    COMMAND_STATUS(UNSUPPORTED) | COMMAND_STATUS(BAD_SIGNATURE) |
                    COMMAND_STATUS(BAD_SVN) | COMMAND_STATUS(HWERROR_PLATFORM),
        .check = sev_download_firmware_check,
        .handle = sev_download_firmware,
    },
    {
        .id = SEV_COMMAND_RING_BUFFER,
        .name = "RING_BUFFER",
        .section = "1.7",
        .structure = "sev_ring_buffer",
        .size = sizeof(struct sev_ring_buffer),
        .platform_states = COMMAND_PLATFORM_READY,
        .buffers = {{
                        .name = "QLO_CMDPTR",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_ring_buffer, qlo_cmdptr_paddr),
                        .length = SEV_RING_BYTES,
                        .alignment = SEV_RING_BYTES,
                    },
                    {
                        .name = "QLO_STATVAL",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_ring_buffer, qlo_statval_paddr),
                        .length = SEV_RING_BYTES,
                        .alignment = SEV_RING_BYTES,
                    },
                    {
                        .name = "QHI_CMDPTR",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_ring_buffer, qhi_cmdptr_paddr),
                        .length = SEV_RING_BYTES,
                        .alignment = SEV_RING_BYTES,
                    },
                    {
                        .name = "QHI_STATVAL",
                        .direction = COMMAND_REGION,
                        .rule = COMMAND_LENGTH_FIXED,
                        .paddr_offset = offsetof(struct sev_ring_buffer, qhi_statval_paddr),
                        .length = SEV_RING_BYTES,
                        .alignment = SEV_RING_BYTES,
                    }},
        .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                    COMMAND_STATUS(INVALID_ADDRESS) | COMMAND_STATUS(INVALID_PARAM),
        .check = sev_ring_buffer_check,
        .handle = sev_ring_buffer,
    },
};

const struct command_family sev_platform_family = {rows, sizeof rows / sizeof rows[0]};
