/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service manager such as systemd hands to a service, and is told by it.
 */
#ifndef HOST_CMD_SERVICE_H
#define HOST_CMD_SERVICE_H

#include <limits.h>
#include <stdbool.h>

/** What becomes of the sockets that are passed on to a process. */
enum service_sockets {
    SERVICE_NO_SOCKET,
    SERVICE_ONE_SOCKET,
    SERVICE_MANY_SOCKETS, /**< More than the one that a board has use for. */
};

/**
 * Takes the socket that the service manager passed to this process (LISTEN_FDS, LISTEN_PID); programs
 * that are started later inherit neither it nor the variables.
 *
 * @param[out] descriptor  with SERVICE_ONE_SOCKET
 */
enum service_sockets service_take_socket(int *descriptor) __attribute__((warn_unused_result));

/** Tells the service manager (NOTIFY_SOCKET), if there is one. @param state such as "READY=1" */
void service_notify(const char *state);

/** A second name of a socket, under which it outlives an emulator that removes the first. */
struct service_socket_name {
    char path[PATH_MAX];
    char kept[PATH_MAX];
    bool is_kept;
};

/** Gives the socket a second name, where that may be done. */
void service_keep_name(struct service_socket_name *name, int descriptor);

/** Puts the name in place again if it is gone, so that the next start finds its clients. */
void service_restore_name(struct service_socket_name *name);

#endif
