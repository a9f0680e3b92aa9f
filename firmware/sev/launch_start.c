/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_START (section 4.18): makes a guest context. Its transport keys come from the owner's
 * session, or are random when there is none; its memory key is random, or another guest's.
 *
 *   SUCCESS                 the guest exists, HANDLE is its handle, the platform is WORKING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, certificate or session are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   POLICY_FAILURE          POLICY wants a newer API, or SEV-ES while it is off; or HANDLE is not 0
 *                           and either guest forbids key sharing
 *   INVALID_GUEST           HANDLE is neither 0 nor a guest's
 *   INVALID_GUEST_STATE     the guest that HANDLE names has been sent
 *   INVALID_LENGTH          the lengths are neither both 0 nor 824h and 80h
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of the owner's
 *                           certificate is wrong; its signatures are not looked at
 *   BAD_MEASUREMENT         WRAP_MAC or POLICY_MAC of the session does not verify
 *   RESOURCE_LIMIT          there are GUEST_MAX guests
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/start.h"
#include "firmware/sev/row.h"

const struct command_row sev_launch_start_row = {
    ROW_COMMAND(LAUNCH_START, "4.18"),
    ROW_PARAMETERS(sev_launch_start),
    .platform_states = COMMAND_PLATFORM_READY,
    .new_guest_state = SEV_GUEST_LUPDATE,
    .buffers = START_BUFFERS("DH_CERT", sev_launch_start, dh_cert, EXACT_OR_NONE),
    .out = {{offsetof(struct sev_launch_start, handle), 4}},
    .statuses = START_STATUSES,
    .check = guest_start_check,
    .handle = guest_start,
};
