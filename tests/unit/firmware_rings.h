/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode on the Linux board, as an x86 client drives it: registers, queues and statuses in
 * the board's memories. Nothing here calls the firmware but rings_serve() and rings_mailbox(), so
 * that a hook may use the rest between two accesses of the firmware.
 */
#ifndef TESTS_UNIT_FIRMWARE_RINGS_H
#define TESTS_UNIT_FIRMWARE_RINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/mailbox.h"
#include "firmware/ring.h"

#include "tests/unit/firmware_board.h"

#define RINGS_PADDR                                                                                \
    BOARD_BUFFER(8) /**< Low commands, low statuses, high commands, high statuses. */
#define RINGS_PAGES 4u

/** What an entry of a status ring holds before the firmware has written it. */
#define RINGS_UNTOUCHED 0xA5A5u

#define RINGS_FAILING 0x7FFu /**< No command: INVALID_COMMAND. */
#define RINGS_TAKEN MAILBOX_RB_CTL_ACTIVE
#define RINGS_GO (MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE)
#define RINGS_CLEAR (RINGS_GO | MAILBOX_RB_CTL_CLEAR)

/** A register's value, and how the client writes it. */
uint32_t rings_get(uint32_t offset);
void rings_set(uint32_t offset, uint32_t value);

/** Boots the board, INIT, opens the mailbox. A cmocka setup function. */
int rings_boot(void **state);

/** As rings_boot(), and RING_BUFFER without interrupts, by rings_enter(). */
int rings_boot_entered(void **state);

/** @return parameters of RING_BUFFER for the pages at RINGS_PADDR */
struct sev_ring_buffer rings_parameters(void);

/** Fills the pages with a pattern and enters the mode; fails the test when that fails. */
void rings_enter(struct sev_ring_buffer parameters);

/** Puts a command into an entry of a queue. */
void rings_put(enum ring_priority queue, uint32_t index, uint32_t id, uint64_t paddr);

/** Puts @p count NOPs into a queue, from an index on. */
void rings_put_nops(enum ring_priority queue, uint32_t index, uint32_t count);

/** Writes RBTail and RBCtl: RINGS_GO or RINGS_CLEAR. */
void rings_ring(uint32_t low, uint32_t high, uint32_t control);

/** @return status of an entry, or RINGS_UNTOUCHED; its other 14 bytes must be 0, or untouched too */
uint32_t rings_status(enum ring_priority queue, uint32_t index);

/** @return RBHead's index of a queue */
uint32_t rings_head(enum ring_priority queue);

/** Has the firmware serve the mailbox until there is nothing to do. */
void rings_serve(void);

/** Gives a mailbox command, has it served. @return the response: CmdResp */
uint32_t rings_mailbox(uint32_t request, uint64_t paddr);

/** Asserts what the registers say: RBHead, and RBCtl = taken. */
void rings_assert(uint32_t low, uint32_t high, bool paused);

/* ---- A client that looks and acts while the firmware works ---- */

/** What the client does, and when. */
struct rings_client {
    uint32_t step; /**< Accesses of the firmware so far. */
    uint32_t at;   /**< The access before which the client acts. */
    bool acted;
    bool saw;        /**< Of what the action looks for. */
    uint32_t pauses; /**< Pauses that it has seen. */
    uint32_t low;    /**< Its tails. */
    uint32_t high;
    uint64_t bytes; /**< On the doorbell, before the firmware was called. */
    void (*look)(struct rings_client *client); /**< At every access, and at the end. */
    void (*act)(struct rings_client *client);  /**< Once, when it may. */
    bool (*may)(void);                         /**< Whether it may act; NULL = always. */
};

/**
 * As rings_serve(), with the client's looks and its action between the firmware's accesses.
 *
 * @return whether the client has acted
 */
bool rings_serve_with(struct rings_client *client);

/** Whether a doorbell has been taken, and neither a command nor an answer come after it. */
bool rings_is_taken(void);

/** Whether CmdResp holds an answer, which it does not while the mode is on. */
bool rings_has_ended(void);

/** Leaves the mode if it is on, INIT if necessary, and enters it again: all statuses untouched. */
void rings_enter_again(struct sev_ring_buffer parameters);

#endif
