/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_VMRK_REQ (SNP 9.2): a migration agent gives a guest of its own the root key that outlives a
 * migration.
 *
 * STATUS: INVALID_PARAM for reserved bytes, another VMPCK than 0, a guest of another agent or of none,
 * a guest that is not in LAUNCH or has a VMRK, or a VMRK of zeros; INVALID_GUEST when there is no such
 * context.
 */
#include <string.h>

#include "firmware/snp_guest/message_kind.h"
#include "firmware/snp_guest/migration.h"

enum sev_status message_vmrk(struct message *message)
{
    static const uint8_t none[SNP_KEY_BYTES];
    const struct snp_vmrk_request *request = (const struct snp_vmrk_request *)message->request;
    struct snp_guest *guest;
    enum sev_status status;

    if (!message_is_zero(request->reserved_08, sizeof request->reserved_08) ||
        crypto_equal(request->vmrk, none, sizeof none)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    status = migration_find_own(message, request->gctx_paddr, &guest);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SNP_GUEST_LAUNCH || guest->has_vmrk) {
        return SEV_STATUS_INVALID_PARAM;
    }
    memcpy(guest->vmrk, request->vmrk, sizeof guest->vmrk);
    guest->has_vmrk = true;
    return SEV_STATUS_SUCCESS;
}
