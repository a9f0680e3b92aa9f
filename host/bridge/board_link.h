/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bridge's way to the board of a chip: a client of the mailbox that has it for one command at a
 * time, never waits, and outlives the board.
 */
#ifndef HOST_BRIDGE_BOARD_LINK_H
#define HOST_BRIDGE_BOARD_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/board.h"
#include "host/lib/shared_file.h"

struct board_link {
    char directory[PATH_MAX]; /**< The chip's. */
    struct shared_file mailbox;
    struct shared_file fabric;
    int doorbell; /**< Connected, or -1. */
    bool claimed; /**< Other clients are kept out. */
};

/** Why the mailbox cannot be had just now. */
enum board_link_claim {
    BOARD_LINK_CLAIMED,
    BOARD_LINK_IN_USE, /**< By another client, which will leave it. */
    BOARD_LINK_GONE,   /**< No board runs. */
};

/**
 * Maps the files of the running board.
 *
 * @param[out] link   not open when the call fails
 * @param[out] board  only its message is set, and that on failure
 * @param directory   the chip's, absolute
 * @return BOARD_OK; BOARD_NOT_ANSWERING when no board is running there; BOARD_FAILED
 */
enum board_result board_link_open(struct board_link *link, struct board *board,
                                  const char *directory) __attribute__((warn_unused_result));

void board_link_close(struct board_link *link);

/**
 * Keeps other clients of the mailbox out, and connects the doorbell. A board that was started anew
 * meanwhile has other files; they are mapped then.
 */
enum board_link_claim board_link_claim(struct board_link *link) __attribute__((warn_unused_result));

/** Lets other clients in. The doorbell stays connected. */
void board_link_release(struct board_link *link);

/** Disconnects the doorbell, which has room for one client. */
void board_link_hang_up(struct board_link *link);

/** Wakes the firmware. */
void board_link_ring(struct board_link *link);

/**
 * Takes the bytes that have arrived on the doorbell; hangs up when its other end is gone.
 *
 * @return all of them, or'd
 */
uint8_t board_link_drain(struct board_link *link);

/** @return whether the mapped mailbox is still that of run/: no other board was started since */
bool board_link_is_current(const struct board_link *link);

/** @return whether a board runs, as far as can be seen; takes longer than the others */
bool board_link_is_alive(const struct board_link *link);

/** Reads a register of the mailbox. @param offset MAILBOX_* */
uint32_t board_link_read(const struct board_link *link, uint32_t offset);

/** Writes a register after all earlier writes. */
void board_link_write(struct board_link *link, uint32_t offset, uint32_t value);

/** Clears bits of a register that the firmware writes, too. */
void board_link_clear(struct board_link *link, uint32_t offset, uint32_t bits);

/** @return whether the firmware says that ring-buffer mode is on */
bool board_link_is_in_ring_mode(const struct board_link *link);

/** @return whether the firmware serves, and has served no command since it started */
bool board_link_is_fresh(const struct board_link *link);

#endif
