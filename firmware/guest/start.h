/*
 * What LAUNCH_START and RECEIVE_START have in common: keys for a new guest, and its context.
 */
#ifndef FIRMWARE_GUEST_START_H
#define FIRMWARE_GUEST_START_H

#include <stdint.h>

#include "abi/sev_state.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"
#include "firmware/command.h"

/* Order of the buffers in the rows of LAUNCH_START and RECEIVE_START. */
#define START_CERTIFICATE_BUFFER 0u
#define START_SESSION_BUFFER 1u

/**
 * Makes a guest. TEK and TIK come from the session in the command's buffers, or are random when it
 * has none; the memory key is random, or that of the guest to share with.
 *
 * @param state           LUPDATE or RUPDATE
 * @param policy          checked by policy_check_start
 * @param[in,out] handle  guest to share with, or 0; becomes the new guest's. Packed: unaligned.
 * @return SUCCESS; INVALID_CERTIFICATE when the peer's certificate is malformed; BAD_MEASUREMENT when
 *         the session does not verify; RESOURCE_LIMIT when there is no free context;
 *         HWERROR_PLATFORM when the random generator fails
 */
CRYPTO_CHECKED enum sev_status guest_start(struct command *command, enum sev_guest_state state,
                                           uint32_t policy, void *handle);

#endif
