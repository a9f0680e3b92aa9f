/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_EXPORT_REQ (SNP 9.2): a migration agent gets the context of a guest of its own.
 *
 * STATUS: INVALID_PARAM for reserved bits, another VMPCK than 0, a guest of another agent or of none,
 * IMI_EN for a guest without incoming migration image, or a guest that is not RUNNING, or with IMI_EN
 * LAUNCH or RUNNING; INVALID_GUEST when there is no such context.
 */
#include "firmware/snp_guest/exported_context.h"
#include "firmware/snp_guest/message_kind.h"
#include "firmware/snp_guest/migration.h"

/** Whether a guest's state lets it be exported. */
static bool is_exportable(const struct snp_guest *guest, bool imi)
{
    return guest->state == SNP_GUEST_RUNNING
               ? !imi || guest->has_imi
               : imi && guest->has_imi && guest->state == SNP_GUEST_LAUNCH;
}

enum sev_status message_export(struct message *message)
{
    const struct snp_export_request *request = (const struct snp_export_request *)message->request;
    struct snp_export_response *response = (struct snp_export_response *)message->response;
    struct snp_guest *guest;
    enum sev_status status;

    if ((request->flags & ~SNP_EXPORT_IMI_EN) != 0 || request->reserved_0c != 0) {
        return SEV_STATUS_INVALID_PARAM;
    }
    status = migration_find_own(message, request->gctx_paddr, &guest);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!is_exportable(guest, (request->flags & SNP_EXPORT_IMI_EN) != 0)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    response->context_size = sizeof response->context;
    response->context_version = SNP_CONTEXT_VERSION;
    exported_context_make(guest, &response->context);
    return SEV_STATUS_SUCCESS;
}
