/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSG_IMPORT_REQ, MSG_ABSORB_REQ and MSG_ABSORB_NOMA_REQ (SNP 9.2): a guest takes over the context of
 * one that ran elsewhere. It never takes over the report id, or two guests could not be told apart.
 *
 * STATUS: INVALID_PARAM for reserved bits, a wrong size, version or form of the context, another VMPCK
 * than 0, and what is said of each message; INVALID_GUEST when there is no such context; POLICY_FAILURE
 * when the context's policy forbids migration or is not kept here, and what is said of each message;
 * HWERROR_PLATFORM without random numbers.
 */
#include <string.h>

#include "crypto/random.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"
#include "firmware/snp_guest/exported_context.h"
#include "firmware/snp_guest/message_kind.h"
#include "firmware/snp_guest/migration.h"
#include "firmware/snp_guest/tsc.h"

/** What a guest that arrives gets of this platform. */
struct arrival {
    uint8_t vek[SNP_VEK_BYTES];
    uint8_t report_id[32];
};

static const struct snp_import_request *request_of(const struct message *message)
{
    return (const struct snp_import_request *)message->request;
}

/** Checks the request by itself. */
static enum sev_status check_request(const struct snp_import_request *request)
{
    return request->context_size == sizeof request->context &&
                   request->context_version == SNP_CONTEXT_VERSION &&
                   message_is_zero(request->reserved_10, sizeof request->reserved_10)
               ? exported_context_check(&request->context)
               : SEV_STATUS_INVALID_PARAM;
}

/**
 * IMPORT makes a guest of a context that was only created; the sender becomes its agent. The agent
 * must not be migratable itself (POLICY_FAILURE), and the target is in INIT (INVALID_PARAM).
 */
enum sev_status message_import(struct message *message)
{
    const struct snp_import_request *request = request_of(message);
    enum sev_status status = check_request(request);
    struct arrival arrival;
    struct snp_guest *guest;

    if (status == SEV_STATUS_SUCCESS) {
        status = migration_find(message, request->gctx_paddr, &guest);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SNP_GUEST_INIT) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if ((message->guest->policy & SNP_POLICY_MIGRATE_MA) != 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (!crypto_random_secret(&arrival, sizeof arrival)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    exported_context_take_identity(&request->context, guest);
    exported_context_take_keys(&request->context, guest);
    memcpy(guest->vek, arrival.vek, sizeof guest->vek);
    memcpy(guest->report_id, arrival.report_id, sizeof guest->report_id);
    migration_link(guest, message->guest);
    guest->tsc_scale = TSC_SCALE_ONE;
    guest->launch_tcb = tcb_current();
    guest->launch_mitigations = snp_mitigations();
    guest->state = SNP_GUEST_RUNNING;
    crypto_wipe(&arrival, sizeof arrival);
    return SEV_STATUS_SUCCESS;
}

/**
 * Whether a guest consists of the incoming migration image that a context belongs to, and of nothing
 * else: a page that is not of the image is in LD but not in IMD.
 */
static bool is_image_of(const struct snp_guest *guest, const struct snp_exported_context *context)
{
    return guest->has_imi && crypto_equal(guest->imd, context->imd, sizeof guest->imd) &&
           crypto_equal(guest->digest, guest->imd, sizeof guest->digest);
}

/**
 * ABSORB lets a guest in LAUNCH, which consists of an incoming migration image, become the guest of a
 * context. INVALID_PARAM for another guest; POLICY_FAILURE when it was launched under another policy,
 * which may have left its memory open to the host.
 */
enum sev_status message_absorb(struct message *message)
{
    const struct snp_import_request *request = request_of(message);
    enum sev_status status = check_request(request);
    struct snp_guest *guest;
    uint8_t report_id[32];

    if (status == SEV_STATUS_SUCCESS) {
        status = migration_find_own(message, request->gctx_paddr, &guest);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (guest->state != SNP_GUEST_LAUNCH || !is_image_of(guest, &request->context)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (guest->policy != request->context.policy) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (!crypto_random(report_id, sizeof report_id)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    exported_context_take_identity(&request->context, guest);
    exported_context_take_keys(&request->context, guest);
    memcpy(guest->report_id, report_id, sizeof guest->report_id);
    migration_link(guest, message->guest);
    guest->state = SNP_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}

/**
 * ABSORB_NOMA gives the sender, which has no agent, the keys and counters of a context. Nobody answers
 * for such a context, so it must be that of the same guest in all that a report says: else
 * INVALID_PARAM.
 */
enum sev_status message_absorb_noma(struct message *message)
{
    const struct snp_import_request *request = request_of(message);
    struct snp_guest *guest = message->guest;
    const enum sev_status status = check_request(request);
    uint8_t report_id[32];

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (message->vmpl != 0 || request->gctx_paddr != 0 || guest->agent.paddr != 0 ||
        !exported_context_is_of(&request->context, guest)) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (!crypto_random(report_id, sizeof report_id)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    exported_context_take_keys(&request->context, guest);
    memcpy(guest->report_id, report_id, sizeof guest->report_id);
    return SEV_STATUS_SUCCESS;
}
