/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing the running firmware (replace.h).
 */
#include "firmware/replace.h"

#include "firmware/bulk.h"
#include "firmware/guest/guest.h"
#include "firmware/handover.h"
#include "firmware/platform/commit.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/update.h"
#include "firmware/request.h"
#include "hal/system.h"

_Static_assert(UPDATE_MAXIMUM_BYTES <= BULK_BYTES, "the bulk buffer holds the largest file");

/** Whether this firmware protects nothing that the next one would have to know of. While SEV-SNP is
    INIT, an RMP is in force. */
static bool is_possible(void)
{
    return platform_state() == SEV_PLATFORM_UNINIT && !snp_rmp_is_initialised();
}

/** Leaves the next firmware what it needs, and enters it. @return why that was not possible */
static enum sev_status enter(const struct update_image *image, bool commit)
{
    const struct hal_handover handover = {
        .security_version = image->header->security_version,
        .pending_request = request_current(),
    };
    enum sev_status status = SEV_STATUS_HWERROR_PLATFORM;

    handover_begin();
    if (platform_hand_over() && guest_hand_over() && commit_hand_over(commit)) {
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

enum sev_status replace_firmware(const struct hostmem_range *range, bool commit)
{
    struct update_image image;
    enum sev_status status;

    if (!is_possible()) {
        return SEV_STATUS_SHUTDOWN_REQUIRED;
    }
    status = hostmem_copy_in(range, 0, bulk_buffer, range->length);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    status = update_check(bulk_buffer, range->length, rollback_minimum(), &image);
    if (status == SEV_STATUS_SUCCESS) {
        status = rollback_check_version(image.header->api_major, image.header->api_minor,
                                        image.header->build);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = enter(&image, commit);
    }
    crypto_wipe(bulk_buffer, range->length);
    return status;
}
