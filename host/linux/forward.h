/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port of this machine's loopback that leads to the guest's port 22 (--ssh).
 */
#ifndef HOST_LINUX_FORWARD_H
#define HOST_LINUX_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "host/linux/guest.h"
#include "host/provision/error.h"

/** @return false, with an ERROR, when somebody has the port, or it may not be had */
bool forward_is_free(uint16_t port, struct provision_error *error)
    __attribute__((warn_unused_result));

/**
 * Makes the machine listen, if that was asked for. A machine that waits for another one's state does so
 * only when that other one has gone.
 *
 * @return false after a message
 */
bool forward_begin(struct guest *guest) __attribute__((warn_unused_result));

#endif
