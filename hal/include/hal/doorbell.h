/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell: a byte stream to and from the x86 side that says "look". The mailbox holds the facts;
 * a byte only wakes the other side.
 *
 * A caller that must not lose a wake-up repeats: hal_doorbell_drain, look at the mailbox,
 * hal_doorbell_wait. A byte that arrives after the drain makes the wait return at once.
 */
#ifndef HAL_DOORBELL_H
#define HAL_DOORBELL_H

#include <stdint.h>

/**
 * Forgets the bytes that have arrived; if more wait behind them, the next wait is short.
 *
 * @return how many they were
 */
uint32_t hal_doorbell_drain(void);

/**
 * Sleeps until a byte has arrived since the last drain, or the time is over.
 *
 * @param timeout_ms  longest sleep in milliseconds
 */
void hal_doorbell_wait(uint32_t timeout_ms);

/**
 * Sends one byte to the x86 side; it is dropped when nobody is connected or the stream is full. Never
 * waits for the x86 side.
 *
 * @param value  DOORBELL_* bits of abi/mailbox.h
 */
void hal_doorbell_ring(uint8_t value);

#endif
