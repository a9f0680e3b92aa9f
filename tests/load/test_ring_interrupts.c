/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode: when the firmware interrupts.
 */
#include "abi/mailbox.h"
#include "tests/load/groups.h"
#include "tests/load/rings.h"

static void set_interrupts(uint32_t enable)
{
    mailbox_write(&suite.board.mailbox, MAILBOX_INTEN, enable);
    mailbox_write(&suite.board.mailbox, MAILBOX_INTSTS, 0);
}

static bool interrupt_is_pending(void)
{
    return mailbox_read(&suite.board.mailbox, MAILBOX_INTSTS) == MAILBOX_INT_COMPLETE;
}

static int interrupts_teardown(void **state)
{
    (void)rings_teardown(state);
    set_interrupts(0);
    return 0;
}

static void without_threshold_and_empty_nothing_interrupts(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.int_on_empty = 0});
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_LOW, 20);
    rings_put_nops(RING_QUEUE_HIGH, 20);
    assert_int_equal(rings_go_counting(false), 0);
    assert_false(interrupt_is_pending());
    rings_assert_heads(20, 20, false);
    rings_leave();
}

static void emptying_both_queues_interrupts_once(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.int_on_empty = 1});
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_LOW, 20);
    rings_put_nops(RING_QUEUE_HIGH, 20);
    assert_int_equal(rings_go_counting(false), 1);
    assert_true(interrupt_is_pending());
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_HIGH, 1);
    assert_int_equal(rings_go_counting(false), 1);
    assert_int_equal(rings_go_counting(false), 0);
    rings_leave();
}

static void fewer_commands_than_the_threshold_interrupt(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.qlo_threshold = 3, .qhi_threshold = 1});
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_LOW, 10);
    assert_int_equal(rings_go_counting(false), 3); /* with 2, 1 and 0 left */
    rings_put_nops(RING_QUEUE_HIGH, 10);
    assert_int_equal(rings_go_counting(false), 1); /* with 0 left */
    rings_put_nops(RING_QUEUE_LOW, 2);
    assert_int_equal(rings_go_counting(false), 2); /* never had 3 */
    rings_put_nops(RING_QUEUE_LOW, 3);
    rings_put_nops(RING_QUEUE_HIGH, 2);
    assert_int_equal(rings_go_counting(false), 4);
    rings_leave();
}

static void a_threshold_above_the_capacity_always_interrupts(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.qlo_threshold = UINT16_MAX});
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_LOW, 10);
    assert_int_equal(rings_go_counting(false), 10);
    rings_leave();
}

static void inten_keeps_interrupts_away_but_not_their_status(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.int_on_empty = 1});
    set_interrupts(0);
    rings_put_nops(RING_QUEUE_LOW, 5);
    assert_int_equal(rings_go_counting(false), 0);
    rings_assert_heads(5, 0, false);
    assert_true(interrupt_is_pending());
    rings_leave();
}

static void a_failing_command_interrupts(void **state)
{
    (void)state;
    to_init();
    rings_enter_to_count((struct sev_ring_buffer){.int_on_empty = 0});
    set_interrupts(MAILBOX_INT_COMPLETE);
    rings_put_nops(RING_QUEUE_LOW, 2);
    (void)rings_put(RING_QUEUE_LOW, 0x7FF, 0);
    rings_put_nops(RING_QUEUE_LOW, 2);
    assert_int_equal(rings_go_counting(false), 1);
    assert_true(interrupt_is_pending());
    rings_assert_heads(3, 0, true);
    rings_leave();
}

#define interrupt_test(function) cmocka_unit_test_teardown(function, interrupts_teardown)

static const struct CMUnitTest tests[] = {
    interrupt_test(without_threshold_and_empty_nothing_interrupts),
    interrupt_test(emptying_both_queues_interrupts_once),
    interrupt_test(fewer_commands_than_the_threshold_interrupt),
    interrupt_test(a_threshold_above_the_capacity_always_interrupts),
    interrupt_test(inten_keeps_interrupts_away_but_not_their_status),
    interrupt_test(a_failing_command_interrupts),
};

PROGRAM_GROUP(ring_interrupts, tests);
