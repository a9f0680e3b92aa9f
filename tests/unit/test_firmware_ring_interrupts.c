/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode (section 1.7): when the firmware interrupts, and how many bytes it sends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_rings.h"

/** Interrupts that the client has seen: it clears INTSTS whenever it is set. */
static void count_interrupts(struct rings_client *client)
{
    if (rings_get(MAILBOX_INTSTS) == MAILBOX_INT_COMPLETE) {
        client->pauses++;
        rings_set(MAILBOX_INTSTS, 0);
    }
}

/** Serves the queues up to the tails. @return interrupts */
static uint32_t interrupts(uint32_t low, uint32_t high)
{
    struct rings_client client = {.look = count_interrupts};

    rings_ring(low, high, RINGS_CLEAR);
    (void)rings_serve_with(&client);
    /* Each interrupt is a byte, and so is the end of the round. */
    assert_int_equal(hosted_doorbell_rings(), client.bytes + client.pauses + 1);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE);
    return client.pauses;
}

/** Enters the mode with NOPs in both queues. */
static void enter(uint16_t low_threshold, uint16_t high_threshold, uint16_t int_on_empty)
{
    struct sev_ring_buffer parameters = rings_parameters();

    parameters.qlo_threshold = low_threshold;
    parameters.qhi_threshold = high_threshold;
    parameters.int_on_empty = int_on_empty;
    rings_enter_again(parameters);
    rings_put_nops(RING_LOW, 0, 20);
    rings_put_nops(RING_HIGH, 0, 20);
}

static void nothing_interrupts_unless_asked_for(void **state)
{
    (void)state;
    enter(0, 0, 0);
    assert_int_equal(interrupts(20, 20), 0);
    assert_int_equal(interrupts(20, 20), 0);
}

static void emptying_both_queues_interrupts_once(void **state)
{
    (void)state;
    enter(0, 0, 1);
    assert_int_equal(interrupts(5, 5), 1);
    assert_int_equal(interrupts(5, 6), 1);
    assert_int_equal(interrupts(6, 6), 1);
    assert_int_equal(interrupts(6, 6), 0);
    assert_int_equal(interrupts(6, 9), 1);
    assert_int_equal(interrupts(9, 9), 1);
}

static void fewer_commands_than_the_threshold_of_their_queue_interrupt(void **state)
{
    (void)state;
    enter(3, 1, 0);
    assert_int_equal(interrupts(10, 0), 3); /* With 2, 1 and 0 left. */
    assert_int_equal(interrupts(10, 10), 1);
    assert_int_equal(interrupts(12, 10), 2); /* It never had 3. */
    assert_int_equal(interrupts(15, 12), 4);
    enter(UINT16_MAX, 0, 0);
    assert_int_equal(interrupts(10, 10), 10);
    enter(0, 256, 0);
    assert_int_equal(interrupts(10, 10), 10);
}

/** Empty, and below the threshold: one interrupt says both. */
static void one_command_interrupts_once(void **state)
{
    (void)state;
    enter(1, 1, 1);
    assert_int_equal(interrupts(1, 1), 2);
    assert_int_equal(interrupts(2, 1), 1);
}

static void a_failure_and_an_impossible_tail_interrupt(void **state)
{
    (void)state;
    enter(0, 0, 0);
    rings_put(RING_LOW, 1, RINGS_FAILING, 0);
    assert_int_equal(interrupts(5, 0), 1);
    rings_assert(2, 0, true);
    assert_int_equal(interrupts(256, 0), 1);
    rings_assert(2, 0, true);
    assert_int_equal(interrupts(5, 0), 0);
    rings_assert(5, 0, false);
}

/** Without INTEN the byte says that something is done, but not that it interrupts. */
static void inten_decides_on_the_byte_and_not_on_the_status(void **state)
{
    static const uint32_t enable[] = {0, ~MAILBOX_INT_COMPLETE, MAILBOX_INT_COMPLETE, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(enable) / sizeof(enable[0]); i++) {
        const bool expected = (enable[i] & MAILBOX_INT_COMPLETE) != 0;
        const uint32_t request =
            (SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT) | MAILBOX_CMDRESP_IOC;

        enter(0, 0, 0);
        rings_set(MAILBOX_INTEN, enable[i]);
        assert_int_equal(rings_mailbox(request, 0) & MAILBOX_CMDRESP_STATUS_MASK,
                         SEV_STATUS_RING_BUFFER_EXIT);
        assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
        assert_int_equal(hosted_doorbell_last(),
                         DOORBELL_COMPLETE | (expected ? DOORBELL_INTERRUPT : 0u));
    }
}

#define TEST(name) cmocka_unit_test_setup(name, rings_boot_entered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_interrupts_unless_asked_for),
        TEST(emptying_both_queues_interrupts_once),
        TEST(fewer_commands_than_the_threshold_of_their_queue_interrupt),
        TEST(one_command_interrupts_once),
        TEST(a_failure_and_an_impossible_tail_interrupt),
        TEST(inten_decides_on_the_byte_and_not_on_the_status),
    };

    return cmocka_run_group_tests_name("ring_interrupts", tests, NULL, NULL);
}
