/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves a board as a PCI function: one client after the other, at a unix socket.
 */
#ifndef HOST_BRIDGE_BRIDGE_H
#define HOST_BRIDGE_BRIDGE_H

#include <sys/types.h>

#include "host/lib/board.h"

/** A socket that has a name. */
struct bridge_socket {
    int listener;
    dev_t device; /**< Of the name. */
    ino_t inode;
};

/**
 * Listens at a socket that only this user can connect to.
 *
 * @param name         a socket that nobody listens to is replaced
 * @param[out] place   to be given to bridge_unlisten()
 * @param[out] board   its message is set on failure; nothing is left then
 * @return BOARD_OK or BOARD_FAILED
 */
enum board_result bridge_listen(const char *name, struct bridge_socket *place, struct board *board)
    __attribute__((warn_unused_result));

/** Closes a socket, and removes its name, unless that is another's by now. */
void bridge_unlisten(const char *name, const struct bridge_socket *place);

/**
 * Serves clients until a signal comes.
 *
 * @param directory  the chip's, absolute; its board may end and be started again meanwhile
 * @param listener   of bridge_listen()
 * @param signals    of signalfd(): readable when it is to end
 * @return BOARD_OK; BOARD_NOT_ANSWERING when no board runs at first; BOARD_FAILED
 */
enum board_result bridge_serve(const char *directory, int listener, int signals,
                               struct board *board) __attribute__((warn_unused_result));

#endif
