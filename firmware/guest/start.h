/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_START and RECEIVE_START, which differ in their rows only: keys for a new guest, and its
 * context. Their parameters have one layout.
 */
#ifndef FIRMWARE_GUEST_START_H
#define FIRMWARE_GUEST_START_H

#include "firmware/command.h"

/* Order of the buffers in the rows of LAUNCH_START and RECEIVE_START. */
#define START_CERTIFICATE_BUFFER 0u
#define START_SESSION_BUFFER 1u

/** Check of both: policy_check_start(). */
enum sev_status guest_start_check(struct command *command);

/**
 * Handler of both. TEK and TIK come from the session in the command's buffers, or are random when it
 * has none; the memory key is random, or that of the guest to share with, which HANDLE names.
 *
 * @return SUCCESS, and HANDLE is the new guest's; INVALID_CERTIFICATE when the peer's certificate is
 *         malformed; BAD_MEASUREMENT when the session does not verify; RESOURCE_LIMIT when there is
 *         no free context; HWERROR_PLATFORM when the random generator fails
 */
enum sev_status guest_start(struct command *command);

#endif
