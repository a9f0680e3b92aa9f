/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode as the tests use it: a client whose every failure fails the test, and the bytes of
 * the doorbell, which say when the firmware interrupts.
 */
#ifndef TESTS_LOAD_RINGS_H
#define TESTS_LOAD_RINGS_H

#include "host/lib/ring.h"
#include "tests/conformance/states.h"

/** What an entry of a status ring holds before the firmware has written it. */
#define RINGS_UNTOUCHED 0xA5A5

extern struct ring_client rings;

/** @return address of the four ring pages; the page before and the one behind are free */
uint64_t rings_paddr(void);

/** @return place number @p index, of 64 bytes, for the parameters of a command in a queue */
uint64_t rings_buffer(uint32_t index);
void *rings_buffer_at(uint32_t index);

/** Enters the mode on rings_paddr() with status rings full of a pattern. */
void rings_enter(void);

/** The same with other thresholds and interrupts; the addresses are set here. */
void rings_enter_with(struct sev_ring_buffer parameters);

/** The same; the next byte of the doorbell is that of the first round. INTEN is 0. */
void rings_enter_to_count(struct sev_ring_buffer parameters);

/** Submits a command. @return its index */
uint32_t rings_put(enum ring_queue_id queue, uint32_t id, uint64_t paddr);

/** Submits NOPs. */
void rings_put_nops(enum ring_queue_id queue, uint32_t count);

/** Hands over what was submitted and waits until the queues stand still. */
void rings_go(bool clear);

/**
 * Hands over what was submitted and counts the interrupts until the queues stand still. INTEN must
 * allow them; all rounds since rings_enter_to_count() must have been counted.
 */
uint32_t rings_go_counting(bool clear);

/** Waits, without sleeping, until the head of a queue has left its place @p index. */
void rings_await_head(enum ring_queue_id queue, uint32_t index);

/** @return status of an entry, or RINGS_UNTOUCHED; fails the test when its other bytes are not 0 */
int rings_status(enum ring_queue_id queue, uint32_t index);

/** Fails the test unless entries [first, first + count), modulo 256, have the status. */
void rings_assert_statuses(enum ring_queue_id queue, uint32_t first, uint32_t count, int status);

/** Fails the test unless both heads and the pause bit are as given. */
void rings_assert_heads(uint32_t low, uint32_t high, bool paused);

/** Leaves the mode by a NOP, which must not be executed. */
void rings_leave(void);

/** Teardown of every test that enters the mode: leaves it if the test has not. */
int rings_teardown(void **state);

#define ring_test(function) cmocka_unit_test_teardown(function, rings_teardown)

#endif
