/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's mailbox: a command at the board and its answer, and what other clients do meanwhile. The
 * test is the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "abi/sev_status.h"
#include "host/lib/deadline.h"
#include "tests/host/bridge_board.h"
#include "tests/host/bridge_machine.h"

#define DOORBELL_MS 5000

static void a_command_reaches_the_board_and_its_answer_the_machine(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_INTEN, UINT32_MAX);
    bridge_machine_set(MAILBOX_CMDBUF_LO, 0x12345000);
    bridge_machine_set(MAILBOX_CMDBUF_HI, 0x9);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_LO), 0x12345000);
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_HI), 0x9);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    mailbox_port_work(&fake.device.mailbox);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_int_equal(bridge_machine_interrupts(), 0);

    bridge_board_answer(SEV_STATUS_INVALID_ADDRESS, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP),
                     DONE | STATUS_REQUEST | SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(bridge_machine_interrupts(), 1);
    bridge_machine_set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), 0);
}

static void an_interrupt_comes_only_where_it_was_asked_for_and_is_enabled(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE); /* INTEN is 0 */
    assert_int_equal(bridge_machine_interrupts(), 0);

    bridge_machine_set(MAILBOX_INTSTS, UINT32_MAX);
    bridge_machine_set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), 0); /* no IOC */
    assert_int_equal(bridge_machine_interrupts(), 0);
}

static void an_answer_without_a_byte_is_found(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, false);
    assert_in_range(mailbox_port_wait_ms(&fake.device.mailbox), 0, 100);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST);
}

static void the_mailbox_is_locked_for_a_command_alone(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(fake.link.claimed);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    bridge_board_let_go(bridge_board_hold());
}

static void a_command_waits_for_another_client(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_true(fake.link.doorbell >= 0);
    const int holder = bridge_board_hold();
    bridge_machine_set(MAILBOX_CMDBUF_LO, 0x5000);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_WAITING);
    assert_int_equal(fake.link.doorbell, -1); /* the other needs it */
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), STATUS_REQUEST);

    /* The other's command, of which the machine sees nothing. */
    bridge_board_set(MAILBOX_CMDBUF_LO, 0x7000);
    bridge_board_set(MAILBOX_CMDRESP, DONE | SEV_STATUS_INVALID_GUEST);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDBUF_LO), 0x5000);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), STATUS_REQUEST);
    bridge_board_let_go(holder);
    bridge_board_work_until(MAILBOX_PORT_RUNNING);
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_LO), 0x5000);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST);
}

static void the_doorbell_is_left_to_others_after_a_while(void **state)
{
    const int64_t deadline = deadline_after(DOORBELL_MS);
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    while (fake.link.doorbell >= 0) {
        assert_true(deadline_left_ms(deadline) > 0);
        deadline_sleep_us(1000);
        mailbox_port_work(&fake.device.mailbox);
    }
    assert_int_equal(mailbox_port_wait_ms(&fake.device.mailbox), -1);
}

static void a_command_waits_until_the_firmware_serves(void **state)
{
    (void)state;
    bridge_board_set(MAILBOX_FEATURE, 0);
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_WAITING);
    bridge_board_set(MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    bridge_board_work_until(MAILBOX_PORT_RUNNING);
}

static void a_second_request_comes_after_the_first(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_machine_set(MAILBOX_CMDRESP, NOP_REQUEST);
    bridge_board_answer(0, true);
    mailbox_port_work(&fake.device.mailbox);
    assert_true(bridge_board_is_rung());
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), NOP_REQUEST);
    assert_int_equal(bridge_machine_get(MAILBOX_INTSTS), 0);
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_machine_get(MAILBOX_CMDRESP), DONE | NOP_REQUEST);
}

static void what_the_machine_may_not_write_stays(void **state)
{
    (void)state;
    bridge_board_set(MAILBOX_BOOTLOADER, 0x10002);
    bridge_machine_set(MAILBOX_FEATURE, 0);
    bridge_machine_set(MAILBOX_BOOTLOADER, 0);
    bridge_machine_set(0x1000, 0x55);
    assert_int_equal(bridge_machine_get(MAILBOX_FEATURE), MAILBOX_FEATURE_SEV);
    assert_int_equal(bridge_machine_get(MAILBOX_BOOTLOADER), 0x10002);
    assert_int_equal(bridge_board_get(0x1000), 0);
    assert_int_equal(bridge_machine_get(0), 0);
}

static void what_is_no_request_is_not_given_to_the_board(void **state)
{
    (void)state;
    bridge_machine_set(MAILBOX_CMDRESP, 0);
    bridge_machine_set(MAILBOX_CMDRESP, DONE | STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BRIDGE_MACHINE_TEST(a_command_reaches_the_board_and_its_answer_the_machine),
        BRIDGE_MACHINE_TEST(an_interrupt_comes_only_where_it_was_asked_for_and_is_enabled),
        BRIDGE_MACHINE_TEST(an_answer_without_a_byte_is_found),
        BRIDGE_MACHINE_TEST(the_mailbox_is_locked_for_a_command_alone),
        BRIDGE_MACHINE_TEST(a_command_waits_for_another_client),
        BRIDGE_MACHINE_TEST(the_doorbell_is_left_to_others_after_a_while),
        BRIDGE_MACHINE_TEST(a_command_waits_until_the_firmware_serves),
        BRIDGE_MACHINE_TEST(a_second_request_comes_after_the_first),
        BRIDGE_MACHINE_TEST(what_the_machine_may_not_write_stays),
        BRIDGE_MACHINE_TEST(what_is_no_request_is_not_given_to_the_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
