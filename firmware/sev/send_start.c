/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEND_START (section 4.25): begins to send a guest to another platform, which is authenticated as
 * far as the guest's policy asks for. New transport keys are wrapped for the target's PDH.
 *
 *   SUCCESS                 the session is written, POLICY is the guest's; state SUPDATE
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or a buffer are not in DRAM, or overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not RUNNING
 *   POLICY_FAILURE          POLICY.NOSEND; with DOMAIN: the target's OCA key is not this
 *                           platform's; the target's API version is below what POLICY asks for
 *   INVALID_LENGTH          SESSION_LENGTH is below 80h (80h is written back); PDH_CERT_LENGTH is
 *                           not 824h; PLAT_CERTS_LENGTH is not 186Ch; AMD_CERTS_LENGTH is not 1664
 *                           or 3200
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of a certificate
 *                           that counts is wrong, or a signature slot is missing; with SEV: the ARK
 *                           is not the root in the fuses, or AMD_CERTS_LENGTH is not what the
 *                           headers of the certificates say
 *   BAD_SIGNATURE           a signature that counts does not verify
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/guest.h"
#include "firmware/guest/policy.h"
#include "firmware/guest/session.h"
#include "firmware/platform/amd_certificate.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

#define PDH_BUFFER 0u
#define PLATFORM_BUFFER 1u
#define AMD_BUFFER 2u
#define SESSION_BUFFER 3u

/** What the target says of itself. */
struct target {
    const struct sev_certificate *pdh;
    const struct sev_certificate_chain *chain;
    const uint8_t *amd;
    uint32_t amd_length;
    struct crypto_p384_public pdh_key;
};

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    return (command->guest->policy & SEV_POLICY_NOSEND) != 0 ? SEV_STATUS_POLICY_FAILURE
                                                             : SEV_STATUS_SUCCESS;
}

/** PDH <- PEK. */
static enum sev_status verify_pdh(const struct target *target)
{
    struct crypto_p384_public pek;

    if (!certificate_is(&target->chain->pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, &pek)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return certificate_verify(target->pdh, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256, &pek);
}

/** POLICY.SEV: PEK <- CEK <- ASK <- ARK = the root in the fuses. */
static enum sev_status verify_genuine(const struct target *target)
{
    struct crypto_p384_public cek;
    enum sev_status status;

    if (!certificate_is(&target->chain->cek, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, &cek)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    status =
        certificate_verify(&target->chain->pek, SEV_USAGE_CEK, SEV_ALGORITHM_ECDSA_SHA256, &cek);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return amd_chain_fits(target->amd, target->amd_length)
               ? amd_chain_verify(target->amd, target->amd_length, &target->chain->cek)
               : SEV_STATUS_INVALID_CERTIFICATE;
}

/** POLICY.DOMAIN: PEK <- OCA, and the OCA's key is this platform's. */
static enum sev_status verify_domain(const struct target *target)
{
    const struct sev_certificate *own = &platform_identity()->oca;
    const struct sev_certificate *oca = &target->chain->oca;
    const enum sev_algorithm algorithm = (enum sev_algorithm)oca->public_key_algorithm;
    struct crypto_p384_public oca_key;
    enum sev_status status;

    if ((algorithm != SEV_ALGORITHM_ECDSA_SHA256 && algorithm != SEV_ALGORITHM_ECDSA_SHA384) ||
        !certificate_is(oca, SEV_USAGE_OCA, algorithm, &oca_key)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    status = certificate_verify(&target->chain->pek, SEV_USAGE_OCA, algorithm, &oca_key);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return crypto_equal(&oca->public_key, &own->public_key, sizeof own->public_key)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_POLICY_FAILURE;
}

/** All that the guest's policy asks of the target. */
static enum sev_status verify_target(uint32_t policy, const struct target *target)
{
    const struct sev_certificate *pek = &target->chain->pek;
    enum sev_status status = SEV_STATUS_SUCCESS;

    if ((policy & (SEV_POLICY_SEV | SEV_POLICY_DOMAIN)) != 0) {
        status = verify_pdh(target);
    }
    if (status == SEV_STATUS_SUCCESS && (policy & SEV_POLICY_SEV) != 0) {
        status = verify_genuine(target);
    }
    if (status == SEV_STATUS_SUCCESS && (policy & SEV_POLICY_DOMAIN) != 0) {
        status = verify_domain(target);
    }
    if (status == SEV_STATUS_SUCCESS &&
        !policy_allows_version(policy, pek->api_major, pek->api_minor)) {
        status = SEV_STATUS_POLICY_FAILURE;
    }
    return status;
}

static enum sev_status handle(struct command *command)
{
    struct sev_send_start *parameters = (struct sev_send_start *)command->parameters;
    struct guest *guest = command->guest;
    struct target target = {
        .pdh = (const struct sev_certificate *)command->data[PDH_BUFFER].bytes,
        .chain = (const struct sev_certificate_chain *)command->data[PLATFORM_BUFFER].bytes,
        .amd = command->data[AMD_BUFFER].bytes,
        .amd_length = command->data[AMD_BUFFER].range.length,
    };
    struct sev_transport_keys keys;
    enum sev_status status;

    if (!certificate_is(target.pdh, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256, &target.pdh_key)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    status = verify_target(guest->policy, &target);
    if (status == SEV_STATUS_SUCCESS) {
        status = session_make((struct sev_session *)command->data[SESSION_BUFFER].bytes,
                              guest->policy, &platform_identity()->pdh_key, &target.pdh_key, &keys);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }

    guest->keys = keys;
    guest->state = SEV_GUEST_SUPDATE;
    crypto_wipe(&keys, sizeof keys);

    parameters->policy = guest->policy;
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_send_start_row = {
    ROW_COMMAND(SEND_START, "4.25"),
    ROW_PARAMETERS(sev_send_start),
    ROW_GUEST(sev_send_start, COMMAND_STATE(SEV_GUEST_RUNNING)),
    .buffers = {ROW_BUFFER("PDH_CERT", sev_send_start, pdh_cert, IN, EXACT,
                           sizeof(struct sev_certificate), 1),
                ROW_BUFFER("PLAT_CERTS", sev_send_start, plat_certs, IN, EXACT,
                           sizeof(struct sev_certificate_chain), 1),
                ROW_BUFFER("AMD_CERTS", sev_send_start, amd_certs, IN, AMD_CHAIN,
                           2u * AMD_CERTIFICATE_BYTES(4096), 1),
                ROW_BUFFER("SESSION", sev_send_start, session, OUT, AT_LEAST,
                           sizeof(struct sev_session), 1)},
    .out = {{offsetof(struct sev_send_start, policy), 4},
            {offsetof(struct sev_send_start, session_length), 4}},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(POLICY_FAILURE) | COMMAND_STATUS(INVALID_LENGTH) |
                COMMAND_STATUS(INVALID_CERTIFICATE) | COMMAND_STATUS(BAD_SIGNATURE) |
                COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
