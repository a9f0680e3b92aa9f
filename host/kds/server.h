/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key server's sockets: HTTP on the loopback interface.
 */
#ifndef HOST_KDS_SERVER_H
#define HOST_KDS_SERVER_H

#include <stdint.h>

#include "host/kds/answer.h"

/**
 * Takes a port of 127.0.0.1.
 *
 * @param[in,out] port   0 takes a free one, and says which
 * @param[out] listener  to be closed by the caller
 * @return false when the port cannot be had
 */
PROVISION_CHECKED bool kds_listen(uint16_t *port, int *listener, struct provision_error *error);

#define KDS_CONNECTIONS 16u      /**< As many are served at once; the others wait. */
#define KDS_CONNECTION_MS 10000u /**< What a client has for its request and the answer. */

/**
 * Answers requests until a signal comes. A connection ends after its answer, or when its time is up.
 *
 * @param listener  of kds_listen()
 * @param limit_ms  that time, KDS_CONNECTION_MS
 * @param signals   of signalfd(): readable when it is to end
 * @return false when sockets cannot be waited for
 */
PROVISION_CHECKED bool kds_serve(const struct kds *kds, int listener, int signals,
                                 uint32_t limit_ms, struct provision_error *error);

#endif
