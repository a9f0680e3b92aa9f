/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's mailbox when something changes below it: a board that ends or is reset, a function that
 * is reset, ring-buffer mode. The test is the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "abi/sev_status.h"
#include "tests/host/bridge_board.h"
#include "tests/host/bridge_machine.h"

static void a_command_that_a_reset_of_the_board_took_fails(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    bridge_board_set(MAILBOX_CMDRESP, DONE); /* as a firmware that starts says */
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(bridge_machine_interrupts(), 1);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_RUNNING);
}

static void a_command_whose_board_ends_fails(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_end();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(bridge_machine_interrupts(), 1);
}

static void a_command_without_a_board_fails_at_once_and_with_a_new_one_succeeds(void **state)
{
    (void)state;
    bridge_board_end();
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    bridge_board_restart();
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung()); /* in the new files */
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST);
}

static void a_command_whose_board_is_replaced_fails(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    bridge_board_restart();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
}

/* Whoever was faster gives the same command to the new board. */
static void an_answer_of_a_new_board_is_anothers(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    bridge_board_restart();
    const int holder = bridge_board_hold();
    bridge_board_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    for (unsigned i = 0; i < 3; i++) {
        mailbox_port_work(&fake.device.mailbox);
    }
    bridge_board_answer(0, false);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    bridge_board_let_go(holder);
}

static void a_reset_of_the_function_forgets_its_command_and_nobody_elses(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_CMDBUF_LO, 0x5000);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    device_reset_function(&fake.device);
    assert_int_equal(bridge_machine_get(MAILBOX_INTEN), 0);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDBUF_LO), 0);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_board_answer(SEV_STATUS_INVALID_ADDRESS, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), 0);
    assert_int_equal(bridge_machine_interrupts(), 0);
}

static void begin_ring_mode(void)
{
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_CMDRESP, RING_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_say_ring_mode(true);
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_RINGS);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE | RING_REQUEST);
}

static void in_ring_mode_the_registers_are_the_boards(void **state)
{
    (void)state;
    begin_ring_mode();
    assert_true(fake.link.claimed);
    bridge_machine_set(MAILBOX_RB_TAIL, 3);
    bridge_machine_set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE);
    assert_int_equal(bridge_board_get(MAILBOX_RB_TAIL), 3);
    bridge_board_set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_ACTIVE);
    bridge_board_set(MAILBOX_RB_HEAD, 3);
    bridge_board_set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    bridge_board_send(DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    mailbox_port_work(&fake.device.mailbox);
    assert_int_equal(bridge_machine_interrupts(), 1);
    assert_int_equal(bridge_machine_get(MAILBOX_RB_CTL), MAILBOX_RB_CTL_ACTIVE);
    assert_int_equal(bridge_machine_get(MAILBOX_RB_HEAD), 3);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    assert_int_equal(bridge_board_get(MAILBOX_INTSTS), 0);
}

static void ring_mode_ends_with_a_command_in_cmdresp(void **state)
{
    (void)state;
    begin_ring_mode();
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    bridge_board_say_ring_mode(false);
    bridge_board_answer(SEV_STATUS_RING_BUFFER_EXIT, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_RING_BUFFER_EXIT);
    assert_false(fake.link.claimed);
}

static void ring_mode_ends_with_the_board(void **state)
{
    (void)state;
    begin_ring_mode();
    bridge_machine_set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_ACTIVE);
    bridge_board_end();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(bridge_machine_interrupts(), 1);
}

/* Nothing is left of a client that is gone: others get the mailbox, and the next finds a new function. */
static void a_client_that_leaves_in_ring_mode_gives_the_mailbox_back(void **state)
{
    const uint8_t address[8] = {0xFE, 0xE0};
    uint8_t entry[sizeof address];
    (void)state;
    begin_ring_mode();
    device_write(&fake.device, PCI_MSIX_BAR, 0, address, sizeof address);
    device_disconnect(&fake.device);
    assert_false(fake.link.claimed);
    const int other = bridge_board_hold();
    assert_true(other >= 0);
    bridge_board_let_go(other);
    assert_int_equal(bridge_machine_get(MAILBOX_INTEN), 0);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE);
    device_read(&fake.device, PCI_MSIX_BAR, 0, entry, sizeof entry);
    assert_int_equal(entry[0], 0);
    mailbox_port_work(&fake.device.mailbox);
    assert_false(fake.link.claimed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BRIDGE_MACHINE_TEST(a_command_that_a_reset_of_the_board_took_fails),
        BRIDGE_MACHINE_TEST(a_command_whose_board_ends_fails),
        BRIDGE_MACHINE_TEST(a_command_without_a_board_fails_at_once_and_with_a_new_one_succeeds),
        BRIDGE_MACHINE_TEST(a_command_whose_board_is_replaced_fails),
        BRIDGE_MACHINE_TEST(an_answer_of_a_new_board_is_anothers),
        BRIDGE_MACHINE_TEST(a_reset_of_the_function_forgets_its_command_and_nobody_elses),
        BRIDGE_MACHINE_TEST(in_ring_mode_the_registers_are_the_boards),
        BRIDGE_MACHINE_TEST(ring_mode_ends_with_a_command_in_cmdresp),
        BRIDGE_MACHINE_TEST(ring_mode_ends_with_the_board),
        BRIDGE_MACHINE_TEST(a_client_that_leaves_in_ring_mode_gives_the_mailbox_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
