/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves a board as a PCI function: one client after the other, at a unix socket.
 */
#ifndef HOST_BRIDGE_BRIDGE_H
#define HOST_BRIDGE_BRIDGE_H

#include "host/lib/board.h"

/**
 * Serves clients until a signal comes.
 *
 * @param directory  the chip's, absolute; its board may end and be started again meanwhile
 * @param listener   of named_socket_listen()
 * @param signals    of signalfd(): readable when it is to end
 * @return BOARD_OK; BOARD_NOT_ANSWERING when no board runs at first; BOARD_FAILED
 */
enum board_result bridge_serve(const char *directory, int listener, int signals,
                               struct board *board) __attribute__((warn_unused_result));

#endif
