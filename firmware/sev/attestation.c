/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATTESTATION (sections 4.24, 7.9): the launch digest and policy of a guest, signed by the PEK.
 *
 *   SUCCESS                 the report is written, LENGTH is D0h
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or the buffer are not in DRAM, or overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LSECRET, RUNNING or SUPDATE; or the guest was received and has no
 *                           launch digest
 *   INVALID_LENGTH          LENGTH is below D0h; D0h is written back
 *   HWERROR_PLATFORM        the random generator failed
 */
#include <string.h>

#include "firmware/guest/guest.h"
#include "firmware/platform/certificate.h"
#include "firmware/platform/platform.h"
#include "firmware/sev/row.h"

#define REPORT_BUFFER 0u

/** Checks that come before lengths and addresses. */
static enum sev_status check(struct command *command)
{
    return command->guest->has_launch_digest ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_GUEST_STATE;
}

static enum sev_status handle(struct command *command)
{
    const struct sev_attestation *parameters = (const struct sev_attestation *)command->parameters;
    struct sev_attestation_report *report =
        (struct sev_attestation_report *)command->data[REPORT_BUFFER].bytes;

    memset(report, 0, sizeof *report);
    memcpy(report->mnonce, parameters->mnonce, sizeof report->mnonce);
    memcpy(report->launch_digest, command->guest->launch_digest, sizeof report->launch_digest);
    report->policy = command->guest->policy;
    report->signature_usage = SEV_USAGE_PEK;
    report->signature_algorithm = SEV_ALGORITHM_ECDSA_SHA256;
    return certificate_sign_bytes(&platform_identity()->pek_key, SEV_ALGORITHM_ECDSA_SHA256, report,
                                  SEV_ATTESTATION_SIGNED_BYTES, report->signature_r,
                                  report->signature_s)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}

const struct command_row sev_attestation_row = {
    ROW_COMMAND(ATTESTATION, "4.24"),
    ROW_PARAMETERS(sev_attestation),
    ROW_GUEST(sev_attestation, COMMAND_STATE(SEV_GUEST_LSECRET) | COMMAND_STATE(SEV_GUEST_RUNNING) |
                                   COMMAND_STATE(SEV_GUEST_SUPDATE)),
    .buffers = {ROW_BUFFER_AT("REPORT", sev_attestation, report_paddr, length, OUT, AT_LEAST,
                              sizeof(struct sev_attestation_report), 1)},
    .out = {{offsetof(struct sev_attestation, length), 4}},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_PLATFORM),
    .check = check,
    .handle = handle,
};
