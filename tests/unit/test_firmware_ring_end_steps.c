/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How ring-buffer mode ends, stopped between any two accesses of the firmware: a mailbox command, or
 * SHUTDOWN in a ring, with an x86 client that looks and acts in between (docs/mailbox.md, "What can be
 * seen when").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_rings.h"

#define NOP (SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT)
#define NO_COMMAND (RINGS_FAILING << MAILBOX_CMDRESP_ID_SHIFT)
#define ADDRESS 0x7BCDEF0u /* As RBTail it is impossible, and as RBHead no index. */

/** Gives a command that is none; the address goes where RBHead and RBTail are. */
static void give_no_command(struct rings_client *client)
{
    (void)client;
    rings_set(MAILBOX_CMDBUF_LO, ADDRESS);
    rings_set(MAILBOX_CMDBUF_HI, ADDRESS);
    rings_set(MAILBOX_CMDRESP, NO_COMMAND);
}

static void a_command_that_is_none_at_any_step_is_answered_and_the_mode_stays(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = give_no_command, .may = rings_is_taken};

        rings_enter_again(rings_parameters());
        rings_put_nops(RING_LOW, 0, 3);
        rings_put_nops(RING_HIGH, 0, 3);
        rings_ring(3, 3, RINGS_GO);
        reached = rings_serve_with(&client);
        if (reached) {
            assert_int_equal(rings_get(MAILBOX_CMDRESP),
                             MAILBOX_CMDRESP_RESPONSE | NO_COMMAND | SEV_STATUS_INVALID_COMMAND);
            assert_int_equal(rings_status(RING_LOW, rings_head(RING_LOW)), RINGS_UNTOUCHED);
            assert_int_equal(rings_status(RING_HIGH, rings_head(RING_HIGH)), RINGS_UNTOUCHED);
            rings_ring(3, 3, RINGS_GO);
            rings_serve();
        }
        rings_assert(3, 3, false);
    }
}

static bool has_not_ended(void)
{
    return !rings_has_ended();
}

/** Takes its pages back as soon as the mode is over, and the registers for the next command. */
static void reuse_memory(struct rings_client *client)
{
    if (!client->saw && rings_has_ended()) {
        client->saw = true;
        memset(board_dram(RINGS_PADDR), 0x5A, (size_t)RINGS_PAGES * SEV_RING_BYTES);
        rings_set(MAILBOX_CMDBUF_LO, ADDRESS);
        rings_set(MAILBOX_CMDBUF_HI, ADDRESS);
    }
}

/** Nothing has been written since reuse_memory(). */
static void assert_left_alone(const struct rings_client *client)
{
    assert_true(client->saw);
    for (size_t i = 0; i < (size_t)RINGS_PAGES * SEV_RING_BYTES; i++) {
        assert_int_equal(board_dram(RINGS_PADDR)[i], 0x5A);
    }
    assert_int_equal(rings_get(MAILBOX_CMDBUF_LO), ADDRESS);
    assert_int_equal(rings_get(MAILBOX_CMDBUF_HI), ADDRESS);
}

static void give_a_command(struct rings_client *client)
{
    (void)client;
    rings_set(MAILBOX_CMDRESP, NOP);
}

static void a_command_at_any_step_ends_the_mode_and_nothing_is_written_after_it(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {
            .at = at, .act = give_a_command, .may = rings_is_taken, .look = reuse_memory};

        rings_enter_again(rings_parameters());
        rings_put_nops(RING_LOW, 0, 3);
        rings_put(RING_LOW, 3, RINGS_FAILING, 0);
        rings_ring(4, 0, RINGS_GO);
        reached = rings_serve_with(&client);
        if (reached) {
            assert_int_equal(rings_get(MAILBOX_CMDRESP),
                             MAILBOX_CMDRESP_RESPONSE | NOP | SEV_STATUS_RING_BUFFER_EXIT);
            assert_false(ring_is_active());
            assert_left_alone(&client);
        }
    }
}

/** Queues with SHUTDOWN in the middle, and an interrupt when it is done. */
static void enter_with_shutdown(void)
{
    struct sev_ring_buffer parameters = rings_parameters();

    parameters.qlo_threshold = UINT16_MAX;
    rings_enter_again(parameters);
    rings_put_nops(RING_LOW, 0, 4);
    rings_put(RING_LOW, 1, SEV_COMMAND_SHUTDOWN, 0);
    rings_ring(3, 0, RINGS_GO);
}

/** The interrupt of the command that ends the mode comes when the end can be seen. */
static void assert_end_before_interrupt(struct rings_client *client)
{
    reuse_memory(client);
    assert_true(rings_get(MAILBOX_INTSTS) == 0 || client->saw || rings_head(RING_LOW) == 1);
    if (rings_head(RING_LOW) == 1 && !client->saw) {
        rings_set(MAILBOX_INTSTS, 0); /* That of the first command. */
    }
}

static void nothing_is_written_after_a_shutdown_in_a_ring_but_the_interrupt(void **state)
{
    struct rings_client client = {.look = assert_end_before_interrupt};

    (void)state;
    enter_with_shutdown();
    (void)rings_serve_with(&client);
    assert_int_equal(rings_get(MAILBOX_CMDRESP), MAILBOX_CMDRESP_RESPONSE);
    assert_int_equal(rings_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_left_alone(&client);
}

/** Submits more, as if the mode went on. */
static void ring_again(struct rings_client *client)
{
    (void)client;
    rings_ring(4, 2, RINGS_GO);
}

static void a_doorbell_at_any_step_of_a_shutdown_is_answered(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = ring_again, .may = has_not_ended};

        enter_with_shutdown();
        rings_put_nops(RING_HIGH, 0, 2);
        reached = rings_serve_with(&client);
        assert_int_equal(rings_get(MAILBOX_CMDRESP), MAILBOX_CMDRESP_RESPONSE);
        assert_int_equal(rings_status(RING_LOW, 1), SEV_STATUS_SUCCESS);
        assert_int_equal(rings_status(RING_LOW, 2), RINGS_UNTOUCHED);
    }
}

static void a_command_at_any_step_of_a_shutdown_is_not_executed(void **state)
{
    bool reached = true;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = give_a_command, .may = rings_is_taken};

        enter_with_shutdown();
        reached = rings_serve_with(&client);
        assert_int_equal(rings_get(MAILBOX_CMDRESP),
                         reached ? MAILBOX_CMDRESP_RESPONSE | NOP | SEV_STATUS_RING_BUFFER_EXIT
                                 : MAILBOX_CMDRESP_RESPONSE);
        assert_false(ring_is_active());
    }
}

static void a_command_that_is_none_gets_the_answer_of_the_mode_it_came_in(void **state)
{
    bool reached = true;
    uint32_t exits = 0;

    (void)state;
    for (uint32_t at = 1; reached; at++) {
        struct rings_client client = {.at = at, .act = give_no_command, .may = rings_is_taken};

        enter_with_shutdown();
        reached = rings_serve_with(&client);
        if (reached) {
            assert_int_equal(rings_get(MAILBOX_CMDRESP),
                             MAILBOX_CMDRESP_RESPONSE | NO_COMMAND |
                                 (ring_is_active() ? (uint32_t)SEV_STATUS_INVALID_COMMAND
                                                   : (uint32_t)SEV_STATUS_RING_BUFFER_EXIT));
            exits += ring_is_active() ? 0 : 1;
        }
    }
    assert_int_not_equal(exits, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, rings_boot_entered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_that_is_none_at_any_step_is_answered_and_the_mode_stays),
        TEST(a_command_at_any_step_ends_the_mode_and_nothing_is_written_after_it),
        TEST(nothing_is_written_after_a_shutdown_in_a_ring_but_the_interrupt),
        TEST(a_doorbell_at_any_step_of_a_shutdown_is_answered),
        TEST(a_command_at_any_step_of_a_shutdown_is_not_executed),
        TEST(a_command_that_is_none_gets_the_answer_of_the_mode_it_came_in),
    };

    return cmocka_run_group_tests_name("ring_end_steps", tests, NULL, NULL);
}
