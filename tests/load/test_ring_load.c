/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode under load: many commands, and a host that changes them while they run.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "host/lib/deadline.h"
#include "host/lib/sev.h"
#include "tests/load/groups.h"
#include "tests/load/rings.h"

#define COMMANDS 100000u
#define QUICK_COMMANDS 20000u
#define GUESTS 8u

/** Submits as many NOPs and GUEST_STATUS as fit. @return how many */
static uint32_t fill(enum ring_queue_id queue, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i % 3 == 0) {
            (void)rings_put(queue, SEV_COMMAND_GUEST_STATUS, rings_buffer(i % GUESTS));
        } else {
            (void)rings_put(queue, SEV_COMMAND_NOP, 0);
        }
    }
    return count;
}

static void a_hundred_thousand_commands(void **state)
{
    const uint32_t wanted = suite.quick ? QUICK_COMMANDS : COMMANDS;
    uint32_t handles[GUESTS];
    uint32_t done = 0;
    int64_t started;

    (void)state;
    to_init();
    for (uint32_t i = 0; i < GUESTS; i++) {
        handles[i] = launch_active(0);
        *(struct sev_guest_status *)rings_buffer_at(i) =
            (struct sev_guest_status){.handle = handles[i]};
    }
    rings_enter();
    started = deadline_now_us();
    while (done < wanted) {
        done += fill(RING_QUEUE_LOW, RING_CAPACITY);
        done += fill(RING_QUEUE_HIGH, RING_CAPACITY);
        rings_go(false);
        assert_false(ring_is_paused(&rings));
        for (uint32_t i = 0; i < GUESTS; i++) {
            const struct sev_guest_status *status = rings_buffer_at(i);

            assert_int_equal(status->handle, handles[i]);
            assert_int_equal(status->state, SEV_GUEST_LUPDATE);
            assert_int_not_equal(status->asid, 0);
        }
    }
    (void)printf("note: ring-buffer mode: %u commands, %.0f a second\n", done,
                 1e6 * done / (double)(deadline_now_us() - started));
    rings_leave();
    assert_int_equal(platform_status().guest_count, GUESTS);
    for (uint32_t i = 0; i < GUESTS; i++) {
        tear_down(handles[i]);
    }
    assert_int_equal(platform_status().guest_count, 0);
}

/** Guests come and go in a ring; afterwards everything is as before. */
static void guests_in_a_ring_leave_nothing_behind(void **state)
{
    const uint32_t rounds = suite.quick ? 20 : 100;

    (void)state;
    to_init();
    rings_enter();
    for (uint32_t round = 0; round < rounds; round++) {
        struct sev_launch_start *start = rings_buffer_at(0);
        struct sev_launch_measure *measure_parameters = rings_buffer_at(1);
        struct sev_handle *handle = rings_buffer_at(2);

        *start = (struct sev_launch_start){.policy = 0};
        (void)rings_put(RING_QUEUE_HIGH, SEV_COMMAND_LAUNCH_START, rings_buffer(0));
        rings_go(false);
        *measure_parameters = (struct sev_launch_measure){
            .handle = start->handle,
            .measure_paddr = suite_slot(6),
            .measure_length = sizeof(struct sev_measurement),
        };
        *handle = (struct sev_handle){.handle = start->handle};
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_LAUNCH_MEASURE, rings_buffer(1));
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_LAUNCH_FINISH, rings_buffer(2));
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_DECOMMISSION, rings_buffer(2));
        rings_go(false);
        assert_false(ring_is_paused(&rings));
    }
    rings_leave();
    assert_int_equal(platform_status().guest_count, 0);
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
}

/** What the host changes while the firmware reads it. */
struct flipper {
    pthread_t thread;
    atomic_bool stop;
    uint32_t handle;
};

/** Changes ids and addresses of all entries, and the parameters, to and fro. */
static void *flip(void *argument)
{
    struct flipper *flipper = argument;
    volatile uint32_t *handle = rings_buffer_at(0);

    for (uint32_t round = 0; !atomic_load(&flipper->stop); round++) {
        for (uint32_t i = 0; i < SEV_RING_ENTRIES; i++) {
            volatile struct sev_ring_command *entry = ring_command(&rings, RING_QUEUE_LOW, i);

            entry->command_id = (round + i) % 2 == 0 ? SEV_COMMAND_GUEST_STATUS : 0x7FF;
            entry->command_buffer_paddr = (round + i) % 5 == 0 ? UINT64_MAX - 3 : rings_buffer(0);
            *handle = (round + i) % 7 == 0 ? 0 : flipper->handle;
        }
    }
    return NULL;
}

static void a_host_that_changes_entries_breaks_nothing(void **state)
{
    struct flipper flipper = {.stop = false};
    const uint32_t rounds = suite.quick ? 5 : 20;
    uint32_t seen[3] = {0, 0, 0};

    (void)state;
    flipper.handle = to_working();
    rings_enter();
    assert_int_equal(pthread_create(&flipper.thread, NULL, flip, &flipper), 0);
    for (uint32_t round = 0; round < rounds; round++) {
        enum mailbox_result result = MAILBOX_OK;

        rings.tails[RING_QUEUE_LOW] =
            (rings.tails[RING_QUEUE_LOW] + RING_CAPACITY) % SEV_RING_ENTRIES;
        do {
            result = ring_go(&rings, true);
            result = result == MAILBOX_OK ? ring_wait(&rings, 30000) : result;
        } while (result == MAILBOX_OK && ring_waiting(&rings, RING_QUEUE_LOW) != 0);
        if (result != MAILBOX_OK) {
            break;
        }
        for (uint32_t i = 0; i < SEV_RING_ENTRIES; i++) {
            const int status = ring_status(&rings, RING_QUEUE_LOW, i)->status;

            seen[0] += status == SEV_STATUS_SUCCESS ? 1 : 0;
            seen[1] += status == SEV_STATUS_INVALID_COMMAND || status == SEV_STATUS_INVALID_GUEST;
            seen[2] += status == SEV_STATUS_INVALID_ADDRESS ? 1 : 0;
        }
    }
    atomic_store(&flipper.stop, true);
    assert_int_equal(pthread_join(flipper.thread, NULL), 0);
    rings_leave();
    /* One entry is still untouched after the first round. */
    assert_in_range(seen[0] + seen[1] + seen[2], rounds * SEV_RING_ENTRIES - 1,
                    rounds * SEV_RING_ENTRIES);
    assert_int_not_equal(seen[0], 0);
    assert_int_not_equal(seen[1], 0);
    assert_int_equal(guest_status(flipper.handle).state, SEV_GUEST_LUPDATE);
    assert_int_equal(platform_status().guest_count, 1);
}

static const struct CMUnitTest tests[] = {
    ring_test(a_hundred_thousand_commands),
    ring_test(guests_in_a_ring_leave_nothing_behind),
    ring_test(a_host_that_changes_entries_breaks_nothing),
};

PROGRAM_GROUP(ring_load, tests);
