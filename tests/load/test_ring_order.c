/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode: which command runs when, and where its status goes.
 */
#include <string.h>

#include "tests/load/groups.h"
#include "tests/load/rings.h"

#define LATE_GUESTS 100u
#define LATE_TRIES 100u

/** Submits PLATFORM_STATUS with its parameters in place @p buffer. */
static void put_platform_status(enum ring_queue_id queue, uint32_t buffer)
{
    memset(rings_buffer_at(buffer), SUITE_PATTERN, sizeof(struct sev_platform_status));
    (void)rings_put(queue, SEV_COMMAND_PLATFORM_STATUS, rings_buffer(buffer));
}

static uint32_t guests_seen(uint32_t buffer)
{
    const struct sev_platform_status *status = rings_buffer_at(buffer);

    return status->guest_count;
}

/** Submits LAUNCH_START with its parameters in place @p buffer. */
static void put_launch_start(enum ring_queue_id queue, uint32_t buffer)
{
    memset(rings_buffer_at(buffer), 0, sizeof(struct sev_launch_start));
    (void)rings_put(queue, SEV_COMMAND_LAUNCH_START, rings_buffer(buffer));
}

static void the_high_queue_runs_before_the_low_one(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    put_platform_status(RING_QUEUE_LOW, 0);
    put_launch_start(RING_QUEUE_LOW, 1);
    put_platform_status(RING_QUEUE_LOW, 2);
    put_launch_start(RING_QUEUE_HIGH, 3);
    put_platform_status(RING_QUEUE_HIGH, 4);
    put_launch_start(RING_QUEUE_HIGH, 5);
    put_platform_status(RING_QUEUE_HIGH, 6);
    rings_go(false);
    rings_assert_heads(3, 4, false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 3, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_HIGH, 0, 4, SEV_STATUS_SUCCESS);
    assert_int_equal(guests_seen(4), 1);
    assert_int_equal(guests_seen(6), 2);
    assert_int_equal(guests_seen(0), 2);
    assert_int_equal(guests_seen(2), 3);
    rings_leave();
    assert_int_equal(platform_status().guest_count, 3);
}

/**
 * Submits a high command while the low queue makes guests, whose number says when it ran.
 *
 * @return false when the low queue was through before the doorbell was rung: that tells nothing
 */
static bool overtake(void)
{
    to_init();
    rings_enter();
    for (uint32_t i = 0; i < LATE_GUESTS; i++) {
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PDH_GEN, 0); /* Takes its time. */
        put_launch_start(RING_QUEUE_LOW, 1 + i);
    }
    assert_int_equal(ring_go(&rings, false), MAILBOX_OK);
    rings_await_head(RING_QUEUE_LOW, 0);
    put_platform_status(RING_QUEUE_HIGH, 0);
    assert_int_equal(ring_go(&rings, false), MAILBOX_OK);
    const uint32_t head = ring_head(&rings, RING_QUEUE_LOW);

    assert_int_equal(ring_wait(&rings, 30000), MAILBOX_OK);
    rings_assert_heads(2 * LATE_GUESTS, 1, false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 2 * LATE_GUESTS, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_HIGH, 0, 1, SEV_STATUS_SUCCESS);
    rings_leave();
    /* The command at the head may have begun before the doorbell; what is behind it has not. */
    assert_true(guests_seen(0) <= (head + 1) / 2);
    to_uninit();
    return head + 1 < 2 * LATE_GUESTS;
}

static void a_late_high_command_overtakes_the_low_queue(void **state)
{
    uint32_t tries = 0;

    (void)state;
    while (!overtake()) {
        assert_true(++tries < LATE_TRIES);
    }
}

static void a_status_goes_to_the_same_index_as_its_command(void **state)
{
    uint32_t handle;

    (void)state;
    handle = to_working();
    rings_enter();
    for (uint32_t i = 0; i < 20; i++) {
        struct sev_guest_status *parameters = rings_buffer_at(i);

        *parameters = (struct sev_guest_status){.handle = handle + (i == 19 ? 1 : 0)};
        (void)rings_put(i % 3 == 0 ? RING_QUEUE_HIGH : RING_QUEUE_LOW, SEV_COMMAND_GUEST_STATUS,
                        rings_buffer(i));
    }
    rings_go(false);
    /* Number 19 is the thirteenth of the low queue, and names no guest. */
    rings_assert_heads(13, 7, true);
    rings_assert_statuses(RING_QUEUE_HIGH, 0, 7, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_HIGH, 7, 249, RINGS_UNTOUCHED);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 12, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_LOW, 12, 1, SEV_STATUS_INVALID_GUEST);
    rings_assert_statuses(RING_QUEUE_LOW, 13, 243, RINGS_UNTOUCHED);
    for (uint32_t i = 0; i < 19; i++) {
        assert_int_equal(((struct sev_guest_status *)rings_buffer_at(i))->state, SEV_GUEST_LUPDATE);
    }
    rings_leave();
}

static void indices_wrap_around_after_256(void **state)
{
    static const uint32_t batches[] = {200, 100, 255, 1, 254, 255, 3};
    uint32_t low = 0;
    uint32_t high = 0;

    (void)state;
    to_init();
    rings_enter();
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        memset(ring_status(&rings, RING_QUEUE_LOW, 0), SUITE_PATTERN, SEV_RING_BYTES);
        rings_put_nops(RING_QUEUE_LOW, batches[i]);
        rings_put_nops(RING_QUEUE_HIGH, 77);
        rings_go(false);
        rings_assert_statuses(RING_QUEUE_LOW, low, batches[i], SEV_STATUS_SUCCESS);
        rings_assert_statuses(RING_QUEUE_LOW, low + batches[i], SEV_RING_ENTRIES - batches[i],
                              RINGS_UNTOUCHED);
        low = (low + batches[i]) % SEV_RING_ENTRIES;
        high = (high + 77) % SEV_RING_ENTRIES;
        rings_assert_heads(low, high, false);
    }
    rings_leave();
}

static void two_full_queues_are_served(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    for (uint32_t round = 0; round < 3; round++) {
        const uint32_t first = round * RING_CAPACITY;

        memset(suite_at(rings_paddr(), RING_PAGES * SEV_RING_BYTES), SUITE_PATTERN,
               RING_PAGES * SEV_RING_BYTES);
        rings_put_nops(RING_QUEUE_LOW, RING_CAPACITY);
        rings_put_nops(RING_QUEUE_HIGH, RING_CAPACITY);
        assert_int_equal(ring_submit(&rings, RING_QUEUE_LOW, SEV_COMMAND_NOP, 0), -1);
        assert_int_equal(ring_submit(&rings, RING_QUEUE_HIGH, SEV_COMMAND_NOP, 0), -1);
        rings_go(false);
        rings_assert_statuses(RING_QUEUE_LOW, first, RING_CAPACITY, SEV_STATUS_SUCCESS);
        rings_assert_statuses(RING_QUEUE_HIGH, first, RING_CAPACITY, SEV_STATUS_SUCCESS);
        rings_assert_statuses(RING_QUEUE_HIGH, first + RING_CAPACITY, 1, RINGS_UNTOUCHED);
    }
    rings_leave();
}

static void flags_and_software_data_are_ignored(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    struct sev_ring_command *entry =
        ring_command(&rings, RING_QUEUE_LOW, rings_put(RING_QUEUE_LOW, SEV_COMMAND_NOP, 0));

    entry->flags = 0xFFFF;
    entry->software_data = 0xFFFFFFFFu;
    entry->command_buffer_paddr = UINT64_MAX;
    const struct sev_ring_command before = *entry;

    rings_go(false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 1, SEV_STATUS_SUCCESS);
    assert_memory_equal(entry, &before, sizeof before);
    rings_leave();
}

static void a_doorbell_without_commands_does_nothing(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    rings_go(false);
    rings_go(true);
    rings_assert_heads(0, 0, false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, SEV_RING_ENTRIES, RINGS_UNTOUCHED);
    rings_assert_statuses(RING_QUEUE_HIGH, 0, SEV_RING_ENTRIES, RINGS_UNTOUCHED);
    rings_leave();
}

static const struct CMUnitTest tests[] = {
    ring_test(the_high_queue_runs_before_the_low_one),
    ring_test(a_late_high_command_overtakes_the_low_queue),
    ring_test(a_status_goes_to_the_same_index_as_its_command),
    ring_test(indices_wrap_around_after_256),
    ring_test(two_full_queues_are_served),
    ring_test(flags_and_software_data_are_ignored),
    ring_test(a_doorbell_without_commands_does_nothing),
};

PROGRAM_GROUP(ring_order, tests);
