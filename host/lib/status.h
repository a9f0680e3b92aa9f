/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board's firmware tells about itself in the fabric (docs/fabric.md). Looking needs no command
 * and no lock: it works whoever holds the mailbox, and changes nothing.
 */
#ifndef HOST_LIB_STATUS_H
#define HOST_LIB_STATUS_H

#include <stdint.h>
#include <sys/types.h>

#include "abi/fabric.h"
#include "host/lib/board.h"

/** How long a copy is tried for: a change takes microseconds, its process may have to wait. */
#define STATUS_TIMEOUT_MS 10000

/** What stands in the block. */
enum status_found {
    STATUS_SERVING, /**< A firmware serves commands. */
    STATUS_STOPPED, /**< None serves: it has stopped or is starting; the rest is what it said last. */
    STATUS_ABSENT,   /**< No firmware has ever told anything here. */
    STATUS_CHANGING, /**< No consistent copy can be had: a firmware ended in a change. */
};

/**
 * Copies the block as it stands between two changes.
 *
 * @param fabric      the mapped file, FABRIC_FILE_BYTES
 * @param timeout_ms  longest time to try
 * @param[out] block  the copy; not to be used with STATUS_CHANGING
 */
enum status_found status_copy(const uint8_t *fabric, int timeout_ms, struct fabric_status *block)
    __attribute__((warn_unused_result));

/** A running board, seen from outside. */
struct status_view {
    pid_t process; /**< Of the emulator; -1 = not known. */
    struct fabric_status block;
    struct fabric_config configuration; /**< Its MAGIC is 0 when the board has none. */
};

/**
 * Looks at the board of a chip.
 *
 * @param[out] board  only its message is set, and that on failure
 * @param directory   the chip's
 * @param[out] view   filled in with BOARD_OK and with BOARD_STOPPED
 * @return BOARD_OK; BOARD_STOPPED when its firmware serves no commands, and has before;
 *         BOARD_NOT_ANSWERING when no board is running there, its firmware has not started yet, or
 *         no consistent copy can be had; BOARD_FAILED when there is no such directory, or a file of
 *         it cannot be read
 */
enum board_result status_look(struct board *board, const char *directory, struct status_view *view)
    __attribute__((warn_unused_result));

#endif
