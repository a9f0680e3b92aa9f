/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the firmware sleeps between two looks at the mailbox (docs/mailbox.md): a byte on the
 * doorbell ends the sleep, so whoever rings may let it be long. A client that only writes registers
 * is found by looking.
 */
#ifndef FIRMWARE_IDLE_H
#define FIRMWARE_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#define IDLE_SHORT_MS 18u
#define IDLE_LONG_MS 100u
/** For so long a request that came without a byte is remembered, whoever else rings. */
#define IDLE_MEMORY_US 10000000u

/** What is known of the clients. Starts as all zero: nobody has rung yet. */
struct idle {
    bool rung;        /**< The last request came with a byte, or its byte has come since. */
    uint32_t owed;    /**< Requests whose bytes have not come. */
    uint64_t owed_at; /**< When the last of them came, in microseconds of hal/timer.h. */
};

/**
 * Takes note of a look at the mailbox. Each request is owed one byte, which may come later than it.
 *
 * @param bytes      how many had come before the look
 * @param requested  a request was there
 */
void idle_note(struct idle *idle, uint32_t bytes, bool requested);

/** @return how long to sleep until the next look, in milliseconds */
uint32_t idle_sleep_ms(struct idle *idle);

#endif
