/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DOWNLOAD_FIRMWARE (section 12): replaces the running firmware by a signed image, until the next
 * reset. Persistent data, the NV block that is known from an earlier INIT_EX and the host's memory key
 * stay. The new firmware answers the command; a refused image leaves the running one as it is.
 *
 *   SUCCESS                 the new firmware is running
 *   INVALID_PLATFORM_STATE  not UNINIT
 *   INVALID_LENGTH          FW_LENGTH is too small for an image, or above 201300h: the largest
 *                           image, with header and signature
 *   INVALID_ADDRESS         the parameters or the image are not in DRAM, overlap, or FW_PADDR is
 *                           not 32-byte aligned
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   SHUTDOWN_REQUIRED       SEV-SNP is on, or its RMP is in force: SNP_SHUTDOWN_EX with
 *                           X86_SNP_SHUTDOWN comes first
 *   UNSUPPORTED             not an image for this firmware, or its sizes disagree; or the board
 *                           cannot replace its firmware
 *   BAD_SIGNATURE           the root, the key certificate, a signature or the body's hash is wrong
 *   BAD_SVN                 its security version is below the running one's, the fuses', or the one
 *                           that was committed
 *   BAD_VERSION             its version is below the one that was committed
 *   HWERROR_PLATFORM        the fuses cannot be read
 */
#include "firmware/platform/update.h"
#include "firmware/replace.h"
#include "firmware/sev/row.h"

#define IMAGE_BUFFER 0u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_download_firmware *parameters =
        (const struct sev_download_firmware *)command->parameters;

    return parameters->fw_length < UPDATE_MINIMUM_BYTES ? SEV_STATUS_INVALID_LENGTH
                                                        : SEV_STATUS_SUCCESS;
}

static enum sev_status handle(struct command *command)
{
    return replace_firmware(&command->data[IMAGE_BUFFER].range, false);
}

const struct command_row sev_download_firmware_row = {
    ROW_COMMAND(DOWNLOAD_FIRMWARE, "4.11"),
    ROW_PARAMETERS(sev_download_firmware),
    .platform_states = COMMAND_PLATFORM_ONLY(UNINIT),
    .buffers = {ROW_BUFFER("FW", sev_download_firmware, fw, REGION_READ, IMAGE,
                           UPDATE_MAXIMUM_BYTES, 32)},
    .statuses = REPLACE_STATUSES | COMMAND_STATUS(INVALID_PLATFORM_STATE),
    .check = check,
    .handle = handle,
};
