/*
 * Starting a guest (start.h).
 */
#include "firmware/guest/start.h"

#include <string.h>

#include "crypto/random.h"
#include "firmware/guest/guest.h"
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
        return crypto_random(keys, sizeof *keys) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!certificate_is(certificate, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, &peer)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return session_open(session, policy, &platform_identity()->pdh_key, &peer, keys);
}

/** Gets the memory key: of the guest to share with, or at random. */
static enum sev_status get_memory_key(uint32_t shared_handle, uint8_t vek[SEV_KEY_BYTES])
{
    const struct guest *source = guest_find(shared_handle);

    if (source != NULL) {
        memcpy(vek, source->vek, SEV_KEY_BYTES);
        return SEV_STATUS_SUCCESS;
    }
    return crypto_random(vek, SEV_KEY_BYTES) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
}

enum sev_status guest_start(struct command *command, enum sev_guest_state state, uint32_t policy,
                            void *handle)
{
    struct guest made = {.state = state, .policy = policy};
    struct guest *guest = NULL;
    uint32_t shared_handle;
    enum sev_status status;

    memcpy(&shared_handle, handle, sizeof shared_handle);
    status = get_transport_keys(command, policy, &made.keys);
    if (status == SEV_STATUS_SUCCESS) {
        status = get_memory_key(shared_handle, made.vek);
    }
    if (status == SEV_STATUS_SUCCESS && !crypto_random(made.offline_key, sizeof made.offline_key)) {
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
        memcpy(handle, &guest->handle, sizeof guest->handle);
    }
    crypto_wipe(&made, sizeof made);
    return status;
}
