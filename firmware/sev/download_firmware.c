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
 *   UNSUPPORTED             not an image for this firmware, or its sizes disagree; or the board
 *                           cannot replace its firmware
 *   BAD_SIGNATURE           the root, the key certificate, a signature or the body's hash is wrong
 *   BAD_SVN                 its security version is below the running one's, the fuses', or the one
 *                           that was committed
 *   HWERROR_PLATFORM        the fuses cannot be read
 *   HWERROR_UNSAFE          the memory was taken away while the command ran
 */
#include "firmware/bulk.h"
#include "firmware/guest/guest.h"
#include "firmware/handover.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/update.h"
#include "firmware/request.h"
#include "firmware/sev/row.h"
#include "hal/system.h"

#define IMAGE_BUFFER 0u

_Static_assert(UPDATE_MAXIMUM_BYTES <= BULK_BYTES, "the bulk buffer holds the largest file");

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    const struct sev_download_firmware *parameters =
        (const struct sev_download_firmware *)command->parameters;

    return parameters->fw_length < UPDATE_MINIMUM_BYTES ? SEV_STATUS_INVALID_LENGTH
                                                        : SEV_STATUS_SUCCESS;
}

/** Leaves the next firmware what it needs, and enters it. @return why that was not possible */
static enum sev_status replace(const struct update_image *image)
{
    const struct hal_handover handover = {
        .security_version = image->header->security_version,
        .pending_request = request_current(),
    };
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;

    handover_begin();
    if (platform_hand_over() && guest_hand_over()) {
        handover_seal();
        /* Returns only when the board cannot do it. */
        if (!hal_firmware_replace(image->body, image->header->body_bytes, image->header->entry,
                                  &handover)) {
            status = SEV_STATUS_UNSUPPORTED;
        }
    }
    handover_wipe();
    return status;
}

static enum sev_status handle(struct command *command)
{
    const struct hostmem_range *range = &command->data[IMAGE_BUFFER].range;
    struct update_image image;
    enum sev_status status = hostmem_copy_in(range, 0, bulk_buffer, range->length);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = update_check(bulk_buffer, range->length, rollback_minimum(), &image);
    if (status == SEV_STATUS_SUCCESS) {
        status = replace(&image);
    }
    crypto_wipe(bulk_buffer, range->length);
    return status;
}

const struct command_row sev_download_firmware_row = {
    ROW_COMMAND(DOWNLOAD_FIRMWARE, "4.11"),
    ROW_PARAMETERS(sev_download_firmware),
    .platform_states = COMMAND_PLATFORM_ONLY(UNINIT),
    .buffers = {ROW_BUFFER("FW", sev_download_firmware, fw, REGION_READ, IMAGE,
                           UPDATE_MAXIMUM_BYTES, 32)},
    .statuses = COMMAND_STATUS(SUCCESS) | COMMAND_STATUS(INVALID_PLATFORM_STATE) |
                COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(INVALID_ADDRESS) |
                COMMAND_STATUS(INVALID_PAGE_STATE) | COMMAND_STATUS(UNSUPPORTED) |
                COMMAND_STATUS(BAD_SIGNATURE) | COMMAND_STATUS(BAD_SVN) |
                COMMAND_STATUS(HWERROR_PLATFORM) | COMMAND_STATUS(HWERROR_UNSAFE),
    .check = check,
    .handle = handle,
};
