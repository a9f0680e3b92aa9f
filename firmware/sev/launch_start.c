/*
 * LAUNCH_START (section 4.18): makes a guest context. Its transport keys come from the owner's
 * session, or are random when there is none; its memory key is random, or another guest's.
 *
 *   SUCCESS                 the guest exists, HANDLE is its handle, the platform is WORKING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, certificate or session are not in DRAM
 *   INVALID_PARAM           a reserved bit of POLICY is set
 *   POLICY_FAILURE          POLICY wants a newer API, or SEV-ES while it is off; or HANDLE is not 0
 *                           and either guest forbids key sharing
 *   INVALID_GUEST           HANDLE is neither 0 nor a guest's
 *   INVALID_LENGTH          the lengths are neither both 0 nor 824h and 80h
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of the owner's
 *                           certificate is wrong; its signatures are not looked at
 *   BAD_MEASUREMENT         WRAP_MAC or POLICY_MAC of the session does not verify
 *   RESOURCE_LIMIT          there are GUEST_MAX guests
 *   HWERROR_PLATFORM        the random generator failed
 */
#include <string.h>

#include "abi/sev_commands.h"
#include "crypto/random.h"
#include "firmware/guest/guest.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/session.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/commands.h"

#define CERTIFICATE_BUFFER 0u
#define SESSION_BUFFER 1u

enum sev_status sev_launch_start_check(struct command *command)
{
    const struct sev_launch_start *parameters =
        (const struct sev_launch_start *)command->parameters;

    return policy_check_start(parameters->policy, parameters->handle);
}

/** Gets TEK and TIK from the owner's session, or at random without one. */
static enum sev_status get_transport_keys(const struct command *command, uint32_t policy,
                                          struct sev_transport_keys *keys)
{
    const struct sev_certificate *certificate =
        (const struct sev_certificate *)command->data[CERTIFICATE_BUFFER].bytes;
    const struct sev_session *session =
        (const struct sev_session *)command->data[SESSION_BUFFER].bytes;
    struct crypto_p384_public owner;

    if (command->data[SESSION_BUFFER].range.length == 0) {
        return crypto_random(keys, sizeof *keys) ? SEV_STATUS_SUCCESS : SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!certificate_is(certificate, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, &owner)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return session_open(session, policy, &platform_identity()->pdh_key, &owner, keys);
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

enum sev_status sev_launch_start(struct command *command)
{
    struct sev_launch_start *parameters = (struct sev_launch_start *)command->parameters;
    struct guest made = {.state = SEV_GUEST_LUPDATE, .policy = parameters->policy};
    struct guest *guest = NULL;
    enum sev_status status = get_transport_keys(command, parameters->policy, &made.keys);

    if (status == SEV_STATUS_SUCCESS) {
        status = get_memory_key(parameters->handle, made.vek);
    }
    if (status == SEV_STATUS_SUCCESS) {
        guest = guest_create();
        status = guest == NULL ? SEV_STATUS_RESOURCE_LIMIT : SEV_STATUS_SUCCESS;
    }

    if (guest != NULL) {
        crypto_sha256_start(&made.launch_hash);
        made.handle = guest->handle;
        *guest = made;
        parameters->handle = guest->handle;
    }
    crypto_wipe(&made, sizeof made);
    return status;
}
