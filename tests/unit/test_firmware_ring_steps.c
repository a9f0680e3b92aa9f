/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring-buffer mode, stopped between any two accesses of the firmware to registers and memory: what
 * an x86 client sees there is true, and what it does there has its effect (docs/mailbox.md, "What
 * can be seen when"). How the mode ends so: test_firmware_ring_end_steps.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_rings.h"

#define ADDRESS 0x7BCDEF0u /* As RBTail it is impossible. */

/** What RBHead says has been done, and no more than one command besides, has a status. */
static void assert_statuses(enum ring_priority queue)
{
    const uint32_t head = rings_head(queue);

    for (uint32_t i = 0; i < head; i++) {
        assert_int_not_equal(rings_status(queue, i), RINGS_UNTOUCHED);
    }
    for (uint32_t i = head + 1; i < SEV_RING_ENTRIES; i++) {
        assert_int_equal(rings_status(queue, i), RINGS_UNTOUCHED);
    }
}

/** Whether the command behind which a queue's head stands has failed. */
static bool has_failed(enum ring_priority queue)
{
    const uint32_t head = rings_head(queue);

    return head != 0 && rings_status(queue, head - 1) != SEV_STATUS_SUCCESS;
}

static void assert_true_at_every_step(struct rings_client *client)
{
    const bool paused = (rings_get(MAILBOX_RB_HEAD) & MAILBOX_RB_HEAD_PAUSED) != 0;

    (void)client;
    assert_statuses(RING_LOW);
    assert_statuses(RING_HIGH);
    /* A pause is seen together with the command that failed, an interrupt after it. */
    assert_true(!paused || has_failed(RING_LOW) || has_failed(RING_HIGH));
    assert_true(rings_get(MAILBOX_INTSTS) == 0 || paused);
}

static void status_then_head_with_the_pause_then_interrupt(void **state)
{
    struct rings_client client = {.look = assert_true_at_every_step};

    (void)state;
    rings_put_nops(RING_LOW, 0, 5);
    rings_put_nops(RING_HIGH, 0, 3);
    rings_put(RING_LOW, 3, RINGS_FAILING, 0);
    rings_ring(5, 3, RINGS_GO);
    (void)rings_serve_with(&client);
    rings_assert(4, 3, true);
    assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_true(client.step > 20);
}

/** Clears every pause as soon as it is seen: RBCtl taken, then RBHead. */
static void clear_pauses(struct rings_client *client)
{
    if (rings_is_taken() && (rings_get(MAILBOX_RB_HEAD) & MAILBOX_RB_HEAD_PAUSED) != 0) {
        client->pauses++;
        assert_int_equal(rings_head(RING_LOW), client->pauses);
        rings_ring(client->low, 0, RINGS_CLEAR);
    }
}

static void a_pause_that_was_cleared_is_not_seen_again(void **state)
{
    struct rings_client client = {.look = clear_pauses, .low = 9};

    (void)state;
    for (uint32_t i = 0; i < 9; i++) {
        rings_put(RING_LOW, i, RINGS_FAILING, 0);
    }
    rings_ring(9, 0, RINGS_GO);
    (void)rings_serve_with(&client);
    rings_serve(); /* The last pause may have been cleared after the firmware was done. */
    assert_int_equal(client.pauses, 9);
    rings_assert(9, 0, false);
}

static void impossible_tails_that_were_cleared_stop_again(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        rings_ring(256 + i, 0, RINGS_CLEAR);
        rings_serve();
        rings_assert(0, 0, true);
        assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
        rings_set(MAILBOX_INTSTS, 0);
    }
}

/** Uses RBTail for something else, as a client may once its doorbell is taken. */
static void overwrite_tail(struct rings_client *client)
{
    if (rings_is_taken()) {
        client->saw = true;
        rings_set(MAILBOX_RB_TAIL, ADDRESS);
    }
}

static void tails_are_read_before_the_doorbell_is_taken(void **state)
{
    struct rings_client client = {.look = overwrite_tail};

    (void)state;
    rings_put_nops(RING_LOW, 0, 5);
    rings_put_nops(RING_HIGH, 0, 5);
    rings_ring(5, 5, RINGS_GO);
    (void)rings_serve_with(&client);
    assert_true(client.saw);
    rings_assert(5, 5, false);
}

/** Submits more, whether or not the last doorbell was taken. */
static void submit_more(struct rings_client *client)
{
    client->low += 2;
    client->high += 2;
    rings_ring(client->low, client->high, RINGS_GO);
}

static void a_doorbell_at_any_step_is_served(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = submit_more, .low = 2, .high = 2};

        rings_enter_again(rings_parameters());
        rings_put_nops(RING_LOW, 0, 4);
        rings_put_nops(RING_HIGH, 0, 4);
        rings_ring(2, 2, RINGS_GO);
        reached = rings_serve_with(&client);
        rings_assert(client.low, client.high, false);
    }
}

/** Rings as soon as the answer to RING_BUFFER is there. */
static void ring_early(struct rings_client *client)
{
    if (!client->saw && rings_has_ended()) {
        client->saw = true;
        assert_int_equal(rings_get(MAILBOX_RB_HEAD), 0);
        assert_int_equal(rings_get(MAILBOX_RB_TAIL), 0);
        rings_put_nops(RING_LOW, 0, 3);
        rings_ring(3, 0, RINGS_GO);
    }
}

static void the_answer_to_ring_buffer_comes_last(void **state)
{
    const struct sev_ring_buffer parameters = rings_parameters();
    struct rings_client client = {.look = ring_early};

    (void)state;
    memcpy(board_dram(BOARD_PARAMETERS), &parameters, sizeof(parameters));
    rings_set(MAILBOX_CMDBUF_LO, BOARD_PARAMETERS);
    rings_set(MAILBOX_CMDBUF_HI, 0);
    rings_set(MAILBOX_CMDRESP, SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT);
    (void)rings_serve_with(&client);
    rings_assert(3, 0, false);
}

#define TEST(name) cmocka_unit_test_setup(name, rings_boot_entered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(status_then_head_with_the_pause_then_interrupt),
        TEST(a_pause_that_was_cleared_is_not_seen_again),
        TEST(impossible_tails_that_were_cleared_stop_again),
        TEST(tails_are_read_before_the_doorbell_is_taken),
        TEST(a_doorbell_at_any_step_is_served),
        cmocka_unit_test_setup(the_answer_to_ring_buffer_comes_last, rings_boot),
    };

    return cmocka_run_group_tests_name("ring_steps", tests, NULL, NULL);
}
