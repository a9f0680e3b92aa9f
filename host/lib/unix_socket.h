/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unix sockets, whose addresses hold only 107 characters of a path.
 */
#ifndef HOST_LIB_UNIX_SOCKET_H
#define HOST_LIB_UNIX_SOCKET_H

/**
 * Connects to a stream socket.
 *
 * @param path        of any length; symbolic links are followed
 * @param timeout_ms  how long to wait for room in the listener's queue; 0 = not at all
 * @return a descriptor that does not block and that programs started later do not inherit, or -1
 *         with errno set; ETIMEDOUT when the queue stays full
 */
int unix_socket_connect(const char *path, int timeout_ms);

#endif
