/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a guest that runs for something.
 */
#ifndef HOST_LINUX_REQUEST_CLIENT_H
#define HOST_LINUX_REQUEST_CLIENT_H

#include <limits.h>
#include <stdbool.h>

#define REQUEST_LINE_BYTES (PATH_MAX + 64)

/**
 * Makes what is sent of a request: a file that it names is made absolute, of this process's directory.
 *
 * @param[out] text  with its newline
 * @return false when it is too long, or not one line
 */
bool request_line(const char *line, char text[REQUEST_LINE_BYTES])
    __attribute__((warn_unused_result));

/**
 * Sends a line to a guest's socket, and prints the answer; how far it is goes to standard error.
 *
 * @return exit status: 0 when the answer is "ok"
 */
int request_send(const char *socket, const char *line);

#endif
