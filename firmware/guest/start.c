/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a guest (start.h).
 */
#include "firmware/guest/start.h"

#include <string.h>

#include "abi/sev_commands.h"
#include "crypto/random.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/session.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"

/** Gets TEK and TIK from the session, or at random without one. */
static enum sev_status get_transport_keys(const struct command *command, uint32_t policy,
                                          struct sev_transport_keys *keys)
{
    const struct sev_certificate *certificate =
        (const struct sev_certificate *)command->data[START_CERTIFICATE_BUFFER].bytes;
    const struct sev_session *session =
        (const struct sev_session *)command->data[START_SESSION_BUFFER].bytes;
    struct crypto_p384_public peer;

    if (command->data[START_SESSION_BUFFER].range.length == 0) {
        return crypto_random_secret(keys, sizeof *keys) ? SEV_STATUS_SUCCESS
                                                        : SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!certificate_is(certificate, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, &peer)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return session_open(session, policy, &platform_identity()->pdh_key, &peer, keys);
}

/** Gets the memory key: of the guest to share with, or at random. */
static enum sev_status get_memory_key(uint32_t shared_handle, struct guest *made)
{
    const struct guest *source = guest_find(shared_handle);

    if (source != NULL) {
        memcpy(made->vek, source->vek, sizeof made->vek);
        made->key_group = source->key_group;
        return SEV_STATUS_SUCCESS;
    }
    made->key_group = guest_new_key_group();
    return crypto_random_secret(made->vek, sizeof made->vek) ? SEV_STATUS_SUCCESS
                                                             : SEV_STATUS_HWERROR_PLATFORM;
}

#define SAME_PLACE(member)                                                                         \
    _Static_assert(offsetof(struct sev_launch_start, member) ==                                    \
                       offsetof(struct sev_receive_start, member),                                 \
                   "one layout")
SAME_PLACE(handle);
SAME_PLACE(policy);

enum sev_status guest_start_check(struct command *command)
{
    const struct sev_launch_start *parameters =
        (const struct sev_launch_start *)command->parameters;

    return policy_check_start(parameters->policy, parameters->handle);
}

enum sev_status guest_start(struct command *command)
{
    struct sev_launch_start *parameters = (struct sev_launch_start *)command->parameters;
    struct guest made = {
        .state = (enum sev_guest_state)command->row->new_guest_state,
        .policy = parameters->policy,
    };
    struct guest *guest = NULL;
    enum sev_status status = get_transport_keys(command, made.policy, &made.keys);

    if (status == SEV_STATUS_SUCCESS) {
        status = get_memory_key(parameters->handle, &made);
    }
    if (status == SEV_STATUS_SUCCESS &&
        !crypto_random_secret(made.offline_key, sizeof made.offline_key)) {
        status = SEV_STATUS_HWERROR_PLATFORM;
    }
    if (status == SEV_STATUS_SUCCESS) {
        guest = guest_create();
        status = guest == NULL ? SEV_STATUS_RESOURCE_LIMIT : SEV_STATUS_SUCCESS;
    }

    if (guest != NULL) {
        made.handle = guest->handle;
        crypto_sha256_start(&made.launch_hash);
        *guest = made;
        parameters->handle = guest->handle;
    }
    crypto_wipe(&made, sizeof made);
    return status;
}
