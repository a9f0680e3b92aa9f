/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RECEIVE_START (section 4.28): makes a guest context for a guest that another platform sends. The
 * origin has authenticated this platform; the session's MACs bind what it sends to this PDH.
 *
 *   SUCCESS                 the guest exists, HANDLE is its handle, the platform is WORKING
 *   INVALID_PLATFORM_STATE  UNINIT
 *   INVALID_ADDRESS         the parameters, certificate or session are not in DRAM
 *   INVALID_PAGE_STATE      with SEV-SNP on: a page named here is one that it may not be
 *   POLICY_FAILURE          POLICY wants a newer API, or SEV-ES while it is off; or HANDLE is not 0
 *                           and either guest forbids key sharing
 *   INVALID_GUEST           HANDLE is neither 0 nor a guest's
 *   INVALID_GUEST_STATE     the guest that HANDLE names has been sent
 *   INVALID_LENGTH          PDH_CERT_LENGTH is not 824h, or SESSION_LENGTH is not 80h
 *   INVALID_CERTIFICATE     version, usage, algorithm, curve, point or padding of the origin's PDH
 *                           certificate is wrong
 *   BAD_MEASUREMENT         WRAP_MAC or POLICY_MAC of the session does not verify
 *   RESOURCE_LIMIT          there are GUEST_MAX guests
 *   HWERROR_PLATFORM        the random generator failed
 */
#include "firmware/guest/start.h"
#include "firmware/sev/row.h"

const struct command_row sev_receive_start_row = {
    ROW_COMMAND(RECEIVE_START, "4.28"),
    ROW_PARAMETERS(sev_receive_start),
    .platform_states = COMMAND_PLATFORM_READY,
    .new_guest_state = SEV_GUEST_RUPDATE,
    .buffers = START_BUFFERS("PDH_CERT", sev_receive_start, pdh_cert, EXACT),
    .out = {{offsetof(struct sev_receive_start, handle), 4}},
    .statuses = START_STATUSES,
    .check = guest_start_check,
    .handle = guest_start,
};
