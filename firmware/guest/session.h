/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transport sessions (sections 7.1 to 7.3): how TEK and TIK travel between a guest owner or another
 * platform and this one.
 */
#ifndef FIRMWARE_GUEST_SESSION_H
#define FIRMWARE_GUEST_SESSION_H

#include <stdint.h>

#include "abi/sev_data.h"
#include "abi/sev_status.h"
#include "crypto/p384.h"

/**
 * Unwraps the transport keys of a session that a peer made for this platform's PDH.
 *
 * @param session    private copy
 * @param policy     the policy the command gives
 * @param own        PDH key
 * @param peer       public key of the peer's certificate, validated
 * @param[out] keys  TEK and TIK
 * @return SUCCESS; BAD_MEASUREMENT when WRAP_MAC or POLICY_MAC does not verify;
 *         HWERROR_PLATFORM when the random generator (blinding) fails. @p keys is zero on failure.
 */
CRYPTO_CHECKED enum sev_status session_open(const struct sev_session *session, uint32_t policy,
                                            const struct crypto_p384_key *own,
                                            const struct crypto_p384_public *peer,
                                            struct sev_transport_keys *keys);

/**
 * Draws new transport keys and wraps them for a peer.
 *
 * @param[out] session  to be sent
 * @param[out] keys     TEK and TIK
 * @return SUCCESS, or HWERROR_PLATFORM when the random generator fails; outputs are then zero
 */
CRYPTO_CHECKED enum sev_status session_make(struct sev_session *session, uint32_t policy,
                                            const struct crypto_p384_key *own,
                                            const struct crypto_p384_public *peer,
                                            struct sev_transport_keys *keys);

#endif
