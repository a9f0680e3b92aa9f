/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the bridge start from: the files and the doorbell of a board in a directory of
 * their own, whose firmware the test plays itself, step by step.
 */
#ifndef TESTS_HOST_BRIDGE_BOARD_H
#define TESTS_HOST_BRIDGE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "host/bridge/device.h"

extern struct bridge_board {
    char directory[PATH_MAX];
    struct board_link link;
    struct device device;
    int listener; /**< Of the doorbell; -1 when the board has ended. */
    int doorbell; /**< Accepted, or -1. */
    int lock;     /**< That of a board that runs. */
} fake;

/** A board that serves, with fresh files and a device that has not been used. */
int bridge_board_set_up(void **state);
int bridge_board_tear_down(void **state);

/** The board ends, as in a crash: its files stay. */
void bridge_board_end(void);

/** The board is started again, with new files. */
void bridge_board_restart(void);

/** A register of the board, as its firmware sees it. */
uint32_t bridge_board_get(uint32_t offset);
void bridge_board_set(uint32_t offset, uint32_t value);

/** Whether there is a request, and somebody has rung for it. */
bool bridge_board_is_rung(void);

/** The firmware answers a request, as docs/mailbox.md says, with a byte if @p rings. */
void bridge_board_answer(uint16_t status, bool rings);

/** The firmware says in the status block whether ring-buffer mode is on. */
void bridge_board_say_ring_mode(bool on);

/** The firmware sends a byte. */
void bridge_board_send(uint8_t byte);

/** Calls mailbox_port_work() until the command is in that phase; fails after ten seconds. */
void bridge_board_work_until(enum mailbox_port_phase phase);

/** Another program has the mailbox from now on. @return what bridge_board_let_go() wants */
int bridge_board_hold(void);
void bridge_board_let_go(int holder);

#define BRIDGE_BOARD_TEST(function)                                                                \
    cmocka_unit_test_setup_teardown(function, bridge_board_set_up, bridge_board_tear_down)

#endif
