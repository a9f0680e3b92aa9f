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

/**
 * Answers requests until a signal comes. A connection ends after its answer, or after ten seconds;
 * no more than sixteen are served at once, and the others wait.
 *
 * @param listener  of kds_listen()
 * @param signals   of signalfd(): readable when it is to end
 * @return false when sockets cannot be waited for
 */
PROVISION_CHECKED bool kds_serve(const struct kds *kds, int listener, int signals,
                                 struct provision_error *error);

#endif
