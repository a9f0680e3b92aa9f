/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode: how it ends.
 */
#include <string.h>

#include "abi/mailbox.h"
#include "host/lib/sev.h"
#include "tests/load/groups.h"
#include "tests/load/rings.h"

#define WAIT_MS 30000

/** Fails the test unless the mode is off and the rings' pages are free. */
static void assert_mode_is_off(void)
{
    struct sev_get_id parameters = {.id_paddr = rings_paddr(), .id_length = SEV_CHIP_ID_BYTES};

    for (uint32_t page = 0; page < RING_PAGES; page++) {
        parameters.id_paddr = rings_paddr() + page * SEV_RING_BYTES;
        assert_status(RUN(GET_ID, &parameters), SUCCESS);
    }
}

static void a_mailbox_command_ends_the_mode_and_is_not_executed(void **state)
{
    struct sev_launch_start start = {.policy = 0};
    uint8_t *page;

    (void)state;
    to_init();
    rings_enter();
    page = suite_at(suite.board.command_paddr, DRAM_PAGE_BYTES);
    memset(page, SUITE_PATTERN, DRAM_PAGE_BYTES);
    memcpy(page, &start, sizeof start);
    assert_status(ring_leave(&rings, SEV_COMMAND_LAUNCH_START, suite.board.command_paddr, WAIT_MS),
                  RING_BUFFER_EXIT);
    assert_memory_equal(page, &start, sizeof start);
    assert_int_equal(platform_status().guest_count, 0);
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    assert_mode_is_off();
    /* The caller repeats it. */
    assert_status(RUN(LAUNCH_START, &start), SUCCESS);
    assert_int_equal(platform_status().guest_count, 1);
}

static void every_known_command_ends_the_mode(void **state)
{
    (void)state;
    to_init();
    for (uint32_t id = 0; id < 0x81; id++) {
        if (strcmp(sev_command_name(id), "unknown command") == 0) {
            continue;
        }
        rings_enter();
        rings_put_nops(RING_QUEUE_LOW, 1);
        rings_go(false);
        assert_status(ring_leave(&rings, id, suite.low_end, WAIT_MS), RING_BUFFER_EXIT);
    }
    assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    assert_mode_is_off();
}

static void an_unknown_command_does_not_end_the_mode(void **state)
{
    static const uint32_t ids[] = {0x001F, 0x0080, 0x00FF, 0x07FF};

    (void)state;
    to_init();
    rings_enter();
    rings_put_nops(RING_QUEUE_LOW, 5);
    rings_go(false);
    for (uint32_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_status(ring_leave(&rings, ids[i], suite.board.command_paddr, WAIT_MS),
                      INVALID_COMMAND);
        rings_put_nops(RING_QUEUE_HIGH, 1);
        rings_go(false);
        rings_assert_heads(5, i + 1, false);
    }
    rings_leave();
}

static void commands_that_wait_are_not_executed(void **state)
{
    uint32_t handle;

    (void)state;
    handle = to_working();
    rings_enter();
    (void)rings_put(RING_QUEUE_LOW, 0x7FF, 0);
    *(struct sev_handle *)rings_buffer_at(0) = (struct sev_handle){.handle = handle};
    (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_DECOMMISSION, rings_buffer(0));
    rings_go(false);
    rings_assert_heads(1, 0, true);
    rings_leave();
    assert_int_equal(rings_status(RING_QUEUE_LOW, 1), RINGS_UNTOUCHED);
    assert_int_equal(guest_status(handle).state, SEV_GUEST_LUPDATE);
    /* Nor when the mode is entered again: it begins with empty queues. */
    rings_enter();
    rings_go(true);
    rings_assert_heads(0, 0, false);
    rings_leave();
    assert_int_equal(guest_status(handle).state, SEV_GUEST_LUPDATE);
}

/** RBTail counts when the doorbell is rung: later it may hold half an address. */
static void a_tail_without_a_doorbell_is_not_served(void **state)
{
    (void)state;
    to_init();
    rings_enter();
    for (uint32_t i = 0; i < 20; i++) {
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PDH_GEN, 0);
    }
    assert_int_equal(ring_go(&rings, false), MAILBOX_OK);
    rings_await_head(RING_QUEUE_LOW, 0);
    mailbox_write(&suite.board.mailbox, MAILBOX_RB_TAIL, 40);
    while ((mailbox_read(&suite.board.mailbox, MAILBOX_RB_HEAD) & MAILBOX_RB_INDEX_MASK) < 20) {
    }
    rings_leave();
    rings_assert_statuses(RING_QUEUE_LOW, 0, 20, SEV_STATUS_SUCCESS);
    rings_assert_statuses(RING_QUEUE_LOW, 20, SEV_RING_ENTRIES - 20, RINGS_UNTOUCHED);
}

static void a_mailbox_command_ends_queues_at_work(void **state)
{
    uint32_t done = 0;

    (void)state;
    to_init();
    rings_enter();
    for (uint32_t i = 0; i < 50; i++) {
        (void)rings_put(RING_QUEUE_LOW, SEV_COMMAND_PDH_GEN, 0);
    }
    assert_int_equal(ring_go(&rings, false), MAILBOX_OK);
    rings_await_head(RING_QUEUE_LOW, 0);
    rings_leave();
    while (rings_status(RING_QUEUE_LOW, done) == SEV_STATUS_SUCCESS) {
        done++;
    }
    assert_in_range(done, 1, 49);
    rings_assert_statuses(RING_QUEUE_LOW, done, SEV_RING_ENTRIES - done, RINGS_UNTOUCHED);
    assert_mode_is_off();
}

static void shutdown_in_a_ring_ends_the_mode(void **state)
{
    (void)state;
    (void)to_working();
    for (uint32_t queue = 0; queue < RING_QUEUE_COUNT; queue++) {
        rings_enter();
        rings_put_nops(RING_QUEUE_HIGH, 2);
        (void)rings_put((enum ring_queue_id)queue, SEV_COMMAND_SHUTDOWN, 0);
        rings_put_nops(RING_QUEUE_LOW, 2);
        rings_go(false);
        assert_true(ring_has_ended(&rings));
        assert_int_equal(mailbox_read(&suite.board.mailbox, MAILBOX_CMDRESP),
                         MAILBOX_CMDRESP_RESPONSE);
        rings_assert_statuses(RING_QUEUE_HIGH, 0, queue == RING_QUEUE_HIGH ? 3 : 2,
                              SEV_STATUS_SUCCESS);
        rings_assert_statuses(RING_QUEUE_LOW, queue == RING_QUEUE_HIGH ? 0 : 1, 2, RINGS_UNTOUCHED);
        assert_int_equal(platform_status().state, SEV_PLATFORM_UNINIT);
        assert_mode_is_off();
        to_init();
    }
}

static void the_mode_can_be_entered_again_and_again(void **state)
{
    (void)state;
    to_init();
    for (uint32_t i = 0; i < 50; i++) {
        rings_enter();
        rings_put_nops(RING_QUEUE_LOW, i);
        rings_put_nops(RING_QUEUE_HIGH, 50 - i);
        rings_go(false);
        rings_assert_heads(i, 50 - i, false);
        rings_leave();
    }
    assert_mode_is_off();
}

static const struct CMUnitTest tests[] = {
    ring_test(a_mailbox_command_ends_the_mode_and_is_not_executed),
    ring_test(every_known_command_ends_the_mode),
    ring_test(an_unknown_command_does_not_end_the_mode),
    ring_test(commands_that_wait_are_not_executed),
    ring_test(a_tail_without_a_doorbell_is_not_served),
    ring_test(a_mailbox_command_ends_queues_at_work),
    ring_test(shutdown_in_a_ring_ends_the_mode),
    ring_test(the_mode_can_be_entered_again_and_again),
};

PROGRAM_GROUP(ring_exit, tests);
