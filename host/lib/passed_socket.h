/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A listening socket that another program made and passed on, as systemd does.
 */
#ifndef HOST_LIB_PASSED_SOCKET_H
#define HOST_LIB_PASSED_SOCKET_H

#include <limits.h>
#include <stdbool.h>

/**
 * Checks that a descriptor is a listening unix stream socket with a name that clients can connect to.
 *
 * @param[out] path  its name
 * @return false when it is not
 */
bool passed_socket_path(int descriptor, char path[PATH_MAX]) __attribute__((warn_unused_result));

#endif
