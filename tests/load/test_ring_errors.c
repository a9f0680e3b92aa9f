/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode: what stops the queues, and how they go on.
 */
#include "abi/mailbox.h"
#include "tests/load/groups.h"
#include "tests/load/rings.h"

/** Submits GUEST_STATUS of a guest that does not exist. */
static void put_failing(enum ring_queue_id queue)
{
    struct sev_guest_status *parameters = rings_buffer_at(0);

    *parameters = (struct sev_guest_status){.handle = 0};
    (void)rings_put(queue, SEV_COMMAND_GUEST_STATUS, rings_buffer(0));
}

static void a_failing_command_stops_both_queues(void **state)
{
    (void)state;
    (void)to_working();
    rings_enter();
    rings_put_nops(RING_QUEUE_HIGH, 1);
    put_failing(RING_QUEUE_HIGH);
    rings_put_nops(RING_QUEUE_HIGH, 2);
    rings_put_nops(RING_QUEUE_LOW, 2);
    rings_go(false);
    rings_assert_heads(0, 2, true);
    rings_assert_statuses(RING_QUEUE_HIGH, 1, 1, SEV_STATUS_INVALID_GUEST);
    rings_assert_statuses(RING_QUEUE_HIGH, 2, 2, RINGS_UNTOUCHED);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 2, RINGS_UNTOUCHED);

    /* Without bit 29 nothing goes on, however often the bell rings. */
    rings_go(false);
    rings_put_nops(RING_QUEUE_LOW, 1);
    rings_go(false);
    rings_assert_heads(0, 2, true);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 3, RINGS_UNTOUCHED);

    rings_go(true);
    rings_assert_heads(3, 4, false);
    rings_assert_statuses(RING_QUEUE_HIGH, 2, 2, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 3, SEV_STATUS_SUCCESS);
    rings_leave();
}

static void each_failure_stops_again(void **state)
{
    (void)state;
    (void)to_working();
    rings_enter();
    for (uint32_t i = 0; i < 5; i++) {
        put_failing(RING_QUEUE_LOW);
    }
    for (uint32_t i = 1; i <= 5; i++) {
        rings_go(true);
        rings_assert_heads(i, 0, true);
        rings_assert_statuses(RING_QUEUE_LOW, 0, i, SEV_STATUS_INVALID_GUEST);
        rings_assert_statuses(RING_QUEUE_LOW, i, 5 - i, RINGS_UNTOUCHED);
    }
    rings_go(true);
    rings_assert_heads(5, 0, false);
    rings_leave();
}

static void a_failing_query_writes_the_needed_length(void **state)
{
    struct sev_get_id *parameters;

    (void)state;
    to_init();
    rings_enter();
    parameters = rings_buffer_at(0);
    *parameters = (struct sev_get_id){.id_length = 0};
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_GET_ID, rings_buffer(0));
    rings_go(false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 1, SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(parameters->id_length, SEV_CHIP_ID_BYTES);
    rings_leave();
}

static void impossible_tails_stop_the_queues(void **state)
{
    static const uint32_t impossible[] = {
        256,
        257,
        MAILBOX_RB_INDEX_MASK,
        1024,
    };

    (void)state;
    to_init();
    rings_enter();
    rings_put_nops(RING_QUEUE_LOW, 3);
    for (size_t i = 0; i < 2 * sizeof impossible / sizeof impossible[0]; i++) {
        const uint32_t tail = impossible[i / 2];

        assert_int_equal(
            ring_go_to(&rings, i % 2 == 0 ? tail : tail << MAILBOX_RB_HIGH_SHIFT | 3, true),
            MAILBOX_OK);
        assert_int_equal(ring_wait(&rings, 30000), MAILBOX_OK);
        rings_assert_heads(0, 0, true);
        rings_assert_statuses(RING_QUEUE_LOW, 0, 3, RINGS_UNTOUCHED);
    }
    rings_go(true);
    rings_assert_heads(3, 0, false);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 3, SEV_STATUS_SUCCESS);
    rings_leave();
}

static void unknown_ids_fail_and_the_mode_stays(void **state)
{
    static const uint16_t ids[] = {0x000, 0x010, 0x07F, 0x0FF, 0x7FF, 0x800, 0x80E, 0xFFFF};

    (void)state;
    to_init();
    rings_enter();
    for (uint32_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        (void)rings_put(RING_QUEUE_LOW, ids[i], rings_buffer(0));
        rings_go(true);
        rings_assert_heads(i + 1, 0, true);
        rings_assert_statuses(RING_QUEUE_LOW, i, 1, SEV_STATUS_INVALID_COMMAND);
    }
    rings_leave();
}

static void ring_buffer_in_a_ring_is_no_command(void **state)
{
    struct sev_ring_buffer *parameters;

    (void)state;
    to_init();
    rings_enter();
    parameters = rings_buffer_at(0);
    *parameters = ring_parameters(suite_slot(6));
    (void)rings_put(RING_QUEUE_HIGH, SEV_COMMAND_RING_BUFFER, rings_buffer(0));
    rings_put_nops(RING_QUEUE_LOW, 1);
    rings_go(false);
    rings_assert_heads(0, 1, true);
    rings_assert_statuses(RING_QUEUE_HIGH, 0, 1, SEV_STATUS_INVALID_COMMAND);
    rings_go(true);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 1, SEV_STATUS_SUCCESS);
    rings_leave();
}

static void states_are_checked_as_in_the_mailbox(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PLATFORM_RESET, 0);
    rings_go(true);
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_INIT, rings_buffer(0));
    rings_go(true);
    rings_assert_heads(2, 0, true);
    rings_assert_statuses(RING_QUEUE_LOW, 0, 2, SEV_STATUS_INVALID_PLATFORM_STATE);
    rings_leave();
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
}

static const struct CMUnitTest tests[] = {
    ring_test(a_failing_command_stops_both_queues),
    ring_test(each_failure_stops_again),
    ring_test(a_failing_query_writes_the_needed_length),
    ring_test(impossible_tails_stop_the_queues),
    ring_test(unknown_ids_fail_and_the_mode_stays),
    ring_test(ring_buffer_in_a_ring_is_no_command),
    ring_test(states_are_checked_as_in_the_mailbox),
};

PROGRAM_GROUP(ring_errors, tests);
