/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_MEASURE (sections 4.21, 7.5): ends the launch digest and authenticates it, with the policy
 * and the firmware's version, to the guest owner under the TIK.
 *
 *   SUCCESS                 MEASURE and MNONCE are written, MEASURE_LENGTH is 30h; state LSECRET
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters or the buffer are not in DRAM, or overlap
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   INVALID_GUEST           no such handle
 *   INVALID_GUEST_STATE     not LUPDATE
 *   INVALID_LENGTH          MEASURE_LENGTH is below 30h; 30h is written back
 *   HWERROR_PLATFORM        the random generator failed
 */
#include <string.h>

#include "crypto/hmac.h"
#include "crypto/random.h"
#include "firmware/guest/guest.h"
#include "firmware/platform/product.h"
#include "firmware/sev/row.h"

#define MEASURE_BUFFER 0u

/** Computes MEASURE over the final launch digest. */
static void measure(const struct guest *guest, const uint8_t mnonce[SEV_NONCE_BYTES],
                    uint8_t mac[SEV_MAC_BYTES])
{
    struct sev_measurement_message message = {
        .context = SEV_MAC_CONTEXT_LAUNCH_MEASURE,
        .api_major = product()->api_major,
        .api_minor = product()->api_minor,
        .build = SEV_BUILD,
        .policy = guest->policy,
    };
    const struct crypto_piece piece = {&message, sizeof message};

    memcpy(message.launch_digest, guest->launch_digest, sizeof message.launch_digest);
    memcpy(message.mnonce, mnonce, sizeof message.mnonce);
    crypto_hmac_sha256(guest->keys.tik, sizeof guest->keys.tik, &piece, 1, mac);
}

static enum sev_status handle(struct command *command)
{
    struct guest *guest = command->guest;
    struct sev_measurement *output = (struct sev_measurement *)command->data[MEASURE_BUFFER].bytes;

    if (!crypto_random(output->mnonce, sizeof output->mnonce)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }

    crypto_sha256_finish(&guest->launch_hash, guest->launch_digest);
    guest->has_launch_digest = true;
    measure(guest, output->mnonce, guest->measure);
    guest->state = SEV_GUEST_LSECRET;

    memcpy(output->measure, guest->measure, sizeof output->measure);
    return SEV_STATUS_SUCCESS;
}

const struct command_row sev_launch_measure_row = {
    ROW_COMMAND(LAUNCH_MEASURE, "4.21"),
    ROW_PARAMETERS(sev_launch_measure),
    ROW_GUEST(sev_launch_measure, COMMAND_STATE(SEV_GUEST_LUPDATE)),
    .buffers = {ROW_BUFFER("MEASURE", sev_launch_measure, measure, OUT, AT_LEAST,
                           sizeof(struct sev_measurement), 1)},
    .out = {{offsetof(struct sev_launch_measure, measure_length), 4}},
    .statuses = GUEST_STATUSES | COMMAND_STATUS(INVALID_LENGTH) | COMMAND_STATUS(HWERROR_PLATFORM),
    .handle = handle,
};
