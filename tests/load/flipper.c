/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread (flipper.h).
 */
#include "tests/load/flipper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "host/lib/deadline.h"
#include "tests/common/program.h"
#include "tests/common/random.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/states.h"

#define PAUSE_BITS 9u /**< Pauses are below 2 to that power, in microseconds, mostly far below. */
#define SPIN_US 50    /**< Shorter ones are not slept: nobody wakes up that soon. */
#define PAUSE_PERCENT 20u
#define DAMAGE_PERCENT 10u
#define WARM_UP_TURNS 3u
#define WARM_UP_MS 10000
#define EMULATED_SHARE 3u /**< The board is slower: that fraction of the rounds. */

static struct flipper_range flipped[FLIPPER_RANGES];
static struct random_state flipper_random;
static pthread_t thread;
static atomic_bool stopping;
static atomic_uint turns;

/** Waits for a time that is as likely to be some microseconds as to be hundreds. */
static void wait_a_while(void)
{
    const uint32_t limit = 1u << random_below(&flipper_random, PAUSE_BITS + 1u);
    const uint32_t us = random_below(&flipper_random, limit);
    const int64_t end = deadline_now_us() + us;

    if (us >= SPIN_US) {
        deadline_sleep_us(us);
    }
    while (deadline_now_us() < end && !atomic_load(&stopping)) {
    }
}

static void put(const struct flipper_range *range, size_t version)
{
    for (size_t i = 0; i < range->length; i++) {
        range->at[i] = range->versions[version][i];
    }
}

/** The same, perhaps with a pause in the midst: mixtures stand for a while, too. */
static void put_slowly(const struct flipper_range *range, size_t version)
{
    const uint32_t length = (uint32_t)range->length;
    const uint32_t stop = random_chance(&flipper_random, PAUSE_PERCENT)
                              ? random_below(&flipper_random, length)
                              : length;

    for (uint32_t i = 0; i < length; i++) {
        if (i == stop) {
            wait_a_while();
        }
        range->at[i] = range->versions[version][i];
    }
}

/** Changes a byte that the next put() repairs. */
static void damage(const struct flipper_range *range)
{
    range->at[random_below(&flipper_random, (uint32_t)range->length)] ^=
        (uint8_t)(1u << random_below(&flipper_random, 8));
}

static void *flip(void *unused)
{
    while (!atomic_load(&stopping)) {
        const size_t version = random_below(&flipper_random, 2);

        for (size_t i = 0; i < FLIPPER_RANGES; i++) {
            put_slowly(&flipped[i], version);
        }
        for (size_t i = 0; i < FLIPPER_RANGES; i++) {
            if (flipped[i].damaged && random_chance(&flipper_random, DAMAGE_PERCENT)) {
                damage(&flipped[i]);
            }
        }
        /* A version that stands for a while is one that a command can accept. */
        if (random_chance(&flipper_random, 100 - PAUSE_PERCENT)) {
            wait_a_while();
        }
        atomic_fetch_add(&turns, 1);
    }
    return unused;
}

/** Starts the thread and waits until it is at work. */
static void start(unsigned round)
{
    const int64_t deadline = deadline_after(WARM_UP_MS);

    flipper_random = (struct random_state){program_settings.seed + round};
    atomic_store(&stopping, false);
    atomic_store(&turns, 0);
    assert_int_equal(pthread_create(&thread, NULL, flip, NULL), 0);
    while (atomic_load(&turns) < 1 + round % WARM_UP_TURNS && deadline_left_ms(deadline) > 0) {
        deadline_sleep_us(10);
    }
}

struct flipper_counts flipper_begin(unsigned rounds)
{
    assert_true(rows_read(program_settings.table));
    return (struct flipper_counts){.rounds = program_settings.emulated ? rounds / EMULATED_SHARE
                                                                       : rounds};
}

int flipper_run(uint32_t id, uint64_t paddr, const struct flipper_range *ranges, unsigned round)
{
    const struct row *row = row_find(id);

    assert_non_null(row);
    for (size_t i = 0; i < FLIPPER_RANGES; i++) {
        flipped[i] = ranges[i];
        put(&flipped[i], 0);
    }
    start(round);
    const int status = suite_issue(id, paddr);

    atomic_store(&stopping, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    if (status < 0 || status >= 64 || (row->statuses >> status & 1) == 0) {
        fail_msg("%s, round %u: status %x is not documented", row->name, round, (unsigned)status);
    }
    return status;
}

void flipper_assert_platform(enum sev_platform_state state, uint32_t guest_count)
{
    const struct sev_platform_status status = platform_status();

    assert_int_equal(status.state, state);
    assert_int_equal(status.guest_count, guest_count);
    assert_int_equal(status.owner, 0);
}

void flipper_end(const char *name, const struct flipper_counts *counts)
{
    (void)printf("note: %s while it is rewritten, %u times: %u and %u accepted\n", name,
                 counts->rounds, counts->accepted[0], counts->accepted[1]);
    assert_true(counts->accepted[0] + counts->accepted[1] > 0);
}
