/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a guest that runs for something.
 */
#ifndef HOST_LINUX_REQUEST_CLIENT_H
#define HOST_LINUX_REQUEST_CLIENT_H

/**
 * Sends a line to a guest's socket, and prints the answer.
 *
 * @return exit status: 0 when the answer is "ok"
 */
int request_send(const char *socket, const char *line);

#endif
