/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNP_DOWNLOAD_FIRMWARE_EX (SNP 10.2): replaces the running firmware by a signed image until the next
 * reset, as DOWNLOAD_FIRMWARE does. With COMMIT the new firmware commits itself, as SNP_COMMIT, before
 * it answers.
 *
 *   SUCCESS             the new firmware is running, and with COMMIT: is committed
 *   INVALID_LENGTH      LENGTH is below 18h; FW_LEN is too small for an image, or above 201300h: the
 *                       largest image, with header and signature
 *   INVALID_ADDRESS     the parameters or the image are not in DRAM, overlap, or FW_PADDR is not 32-byte
 *                       aligned
 *   INVALID_PARAM       reserved bits are set
 *   INVALID_PAGE_STATE  a page named here is one that the firmware may not read
 *   SHUTDOWN_REQUIRED   SEV-SNP or SEV is initialised, or the RMP is in force: SNP_SHUTDOWN_EX with
 *                       X86_SNP_SHUTDOWN, and SHUTDOWN, come first
 *   UNSUPPORTED         not an image for this firmware, or its sizes disagree; or the board cannot
 *                       replace its firmware
 *   BAD_SIGNATURE       the root, the key certificate, a signature or the body's hash is wrong
 *   BAD_SVN             its security version is below the running one's, the fuses', or the one that was
 *                       committed
 *   BAD_VERSION         its version is below the one that was committed
 *   HWERROR_PLATFORM    the fuses cannot be read; or with COMMIT: the new firmware is running, but could
 *                       not be committed
 */
#include "firmware/platform/update.h"
#include "firmware/replace.h"
#include "firmware/snp/row.h"

#define IMAGE_BUFFER 0u

static enum sev_status check(struct command *command)
{
    const struct snp_download_firmware_ex *parameters =
        (const struct snp_download_firmware_ex *)command->parameters;

    if (parameters->fw_length < UPDATE_MINIMUM_BYTES) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return parameters->reserved_04 == 0 && (parameters->flags & ~SNP_DOWNLOAD_COMMIT) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_PARAM;
}

static enum sev_status handle(struct command *command)
{
    const struct snp_download_firmware_ex *parameters =
        (const struct snp_download_firmware_ex *)command->parameters;

    return replace_firmware(&command->data[IMAGE_BUFFER].range,
                            (parameters->flags & SNP_DOWNLOAD_COMMIT) != 0);
}

const struct command_row snp_download_firmware_ex_row = {
    ROW_COMMAND(DOWNLOAD_FIRMWARE_EX, "10.2"),
    ROW_PARAMETERS(snp_download_firmware_ex),
    ROW_SNP_ANY,
    .has_length = true,
    .buffers = {{
        .name = "FW",
        .direction = COMMAND_REGION_READ,
        .rule = COMMAND_LENGTH_IMAGE,
        .paddr_offset = offsetof(struct snp_download_firmware_ex, fw_paddr),
        .length_offset = offsetof(struct snp_download_firmware_ex, fw_length),
        .length = UPDATE_MAXIMUM_BYTES,
        .alignment = 32,
    }},
    .statuses = REPLACE_STATUSES | COMMAND_STATUS(INVALID_PARAM),
    .check = check,
    .handle = handle,
};
