/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's mailbox: a command at the board and its answer, what other clients do meanwhile, and
 * what happens when the board goes. The test is the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "abi/sev_status.h"
#include "host/lib/deadline.h"
#include "tests/host/bridge_board.h"

#define STATUS_REQUEST (SEV_COMMAND_PLATFORM_STATUS << MAILBOX_CMDRESP_ID_SHIFT)
#define RING_REQUEST (SEV_COMMAND_RING_BUFFER << MAILBOX_CMDRESP_ID_SHIFT)
#define DONE MAILBOX_CMDRESP_RESPONSE
#define DOORBELL_MS 5000

static int event = -1;

static uint32_t get(uint32_t offset)
{
    return mailbox_port_read(&fake.device.mailbox, offset);
}

static void set(uint32_t offset, uint32_t value)
{
    mailbox_port_write(&fake.device.mailbox, offset, value);
}

/* How often the machine was interrupted since the last call. */
static uint64_t interrupts(void)
{
    uint64_t count = 0;
    return read(event, &count, sizeof count) == (ssize_t)sizeof count ? count : 0;
}

static int set_up(void **state)
{
    const int result = bridge_board_set_up(state);
    struct vfio_user_irq_set request = {
        .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
        .index = VFIO_PCI_MSIX_IRQ_INDEX,
        .count = 1,
    };
    event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int given = dup(event);
    assert_int_equal(interrupts_set(&fake.device.interrupts, &request, NULL, 0, &given, 1), 0);
    return result;
}

static int tear_down(void **state)
{
    (void)close(event);
    return bridge_board_tear_down(state);
}

static void a_command_reaches_the_board_and_its_answer_the_machine(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, UINT32_MAX);
    set(MAILBOX_CMDBUF_LO, 0x12345000);
    set(MAILBOX_CMDBUF_HI, 0x9);
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_LO), 0x12345000);
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_HI), 0x9);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    mailbox_port_work(&fake.device.mailbox);
    assert_int_equal(get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_int_equal(interrupts(), 0);

    bridge_board_answer(SEV_STATUS_INVALID_ADDRESS, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(interrupts(), 1);
    set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
}

static void an_interrupt_comes_only_where_it_was_asked_for_and_is_enabled(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE); /* INTEN is 0 */
    assert_int_equal(interrupts(), 0);

    set(MAILBOX_INTSTS, UINT32_MAX);
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_INTSTS), 0); /* no IOC */
    assert_int_equal(interrupts(), 0);
}

static void an_answer_without_a_byte_is_found(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, false);
    assert_in_range(mailbox_port_wait_ms(&fake.device.mailbox), 0, 100);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST);
}

static void the_mailbox_is_locked_for_a_command_alone(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(fake.link.claimed);
    assert_true(bridge_board_is_rung());
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    bridge_board_let_go(bridge_board_hold());
}

static void a_command_waits_for_another_client(void **state)
{
    (void)state;
    const int holder = bridge_board_hold();
    set(MAILBOX_CMDBUF_LO, 0x5000);
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_WAITING);
    assert_int_equal(fake.link.doorbell, -1); /* the other needs it */
    assert_int_equal(get(MAILBOX_CMDRESP), STATUS_REQUEST);

    /* The other's command, of which the machine sees nothing. */
    bridge_board_set(MAILBOX_CMDBUF_LO, 0x7000);
    bridge_board_set(MAILBOX_CMDRESP, DONE | SEV_STATUS_INVALID_GUEST);
    assert_int_equal(get(MAILBOX_CMDBUF_LO), 0x5000);
    assert_int_equal(get(MAILBOX_CMDRESP), STATUS_REQUEST);
    bridge_board_let_go(holder);
    bridge_board_work_until(MAILBOX_PORT_RUNNING);
    assert_int_equal(bridge_board_get(MAILBOX_CMDBUF_LO), 0x5000);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST);
}

static void the_doorbell_is_left_to_others_after_a_while(void **state)
{
    const int64_t deadline = deadline_after(DOORBELL_MS);
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
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
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_WAITING);
    bridge_board_set(MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    bridge_board_work_until(MAILBOX_PORT_RUNNING);
}

static void a_command_that_a_reset_of_the_board_took_fails(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    bridge_board_set(MAILBOX_CMDRESP, DONE); /* as a firmware that starts says */
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(interrupts(), 1);
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_RUNNING);
}

static void a_command_whose_board_ends_fails(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    bridge_board_end();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(interrupts(), 1);
}

static void a_command_without_a_board_fails_at_once_and_with_a_new_one_succeeds(void **state)
{
    (void)state;
    bridge_board_end();
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
    bridge_board_restart();
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    assert_true(bridge_board_is_rung()); /* in the new files */
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST);
}

static void a_command_whose_board_is_replaced_fails(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    bridge_board_restart();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_HWERROR_PLATFORM);
}

static void a_reset_of_the_function_forgets_its_command_and_nobody_elses(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    set(MAILBOX_CMDBUF_LO, 0x5000);
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    device_reset_function(&fake.device);
    assert_int_equal(get(MAILBOX_INTEN), 0);
    assert_int_equal(get(MAILBOX_CMDBUF_LO), 0);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    bridge_board_answer(SEV_STATUS_INVALID_ADDRESS, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
    assert_int_equal(interrupts(), 0);
}

static void a_second_request_comes_after_the_first(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, STATUS_REQUEST | MAILBOX_CMDRESP_IOC);
    assert_true(bridge_board_is_rung());
    set(MAILBOX_CMDRESP, SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    bridge_board_answer(0, true);
    mailbox_port_work(&fake.device.mailbox);
    assert_true(bridge_board_is_rung());
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP),
                     SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
}

static void begin_ring_mode(void)
{
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    set(MAILBOX_CMDRESP, RING_REQUEST);
    assert_true(bridge_board_is_rung());
    bridge_board_say_ring_mode(true);
    bridge_board_answer(0, true);
    bridge_board_work_until(MAILBOX_PORT_RINGS);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | RING_REQUEST);
}

static void in_ring_mode_the_registers_are_the_boards(void **state)
{
    (void)state;
    begin_ring_mode();
    assert_true(fake.link.claimed);
    set(MAILBOX_RB_TAIL, 3);
    set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_DOORBELL | MAILBOX_RB_CTL_ACTIVE);
    assert_int_equal(bridge_board_get(MAILBOX_RB_TAIL), 3);
    bridge_board_set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_ACTIVE);
    bridge_board_set(MAILBOX_RB_HEAD, 3);
    bridge_board_set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    bridge_board_send(DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    mailbox_port_work(&fake.device.mailbox);
    assert_int_equal(interrupts(), 1);
    assert_int_equal(get(MAILBOX_RB_CTL), MAILBOX_RB_CTL_ACTIVE);
    assert_int_equal(get(MAILBOX_RB_HEAD), 3);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    set(MAILBOX_INTSTS, MAILBOX_INT_COMPLETE);
    assert_int_equal(bridge_board_get(MAILBOX_INTSTS), 0);
}

static void ring_mode_ends_with_a_command_in_cmdresp(void **state)
{
    (void)state;
    begin_ring_mode();
    set(MAILBOX_CMDRESP, STATUS_REQUEST);
    bridge_board_say_ring_mode(false);
    bridge_board_answer(SEV_STATUS_RING_BUFFER_EXIT, true);
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | STATUS_REQUEST | SEV_STATUS_RING_BUFFER_EXIT);
    assert_false(fake.link.claimed);
}

static void ring_mode_ends_with_the_board(void **state)
{
    (void)state;
    begin_ring_mode();
    set(MAILBOX_RB_CTL, MAILBOX_RB_CTL_ACTIVE);
    bridge_board_end();
    bridge_board_work_until(MAILBOX_PORT_IDLE);
    assert_int_equal(get(MAILBOX_CMDRESP), DONE | SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(interrupts(), 1);
}

static void what_the_machine_may_not_write_stays(void **state)
{
    (void)state;
    bridge_board_set(MAILBOX_BOOTLOADER, 0x10002);
    set(MAILBOX_FEATURE, 0);
    set(MAILBOX_BOOTLOADER, 0);
    set(0x1000, 0x55);
    assert_int_equal(get(MAILBOX_FEATURE), MAILBOX_FEATURE_SEV);
    assert_int_equal(get(MAILBOX_BOOTLOADER), 0x10002);
    assert_int_equal(bridge_board_get(0x1000), 0);
    assert_int_equal(get(0), 0);
}

static void what_is_no_request_is_not_given_to_the_board(void **state)
{
    (void)state;
    set(MAILBOX_CMDRESP, 0);
    set(MAILBOX_CMDRESP, DONE | STATUS_REQUEST);
    assert_int_equal(fake.device.mailbox.phase, MAILBOX_PORT_IDLE);
    assert_int_equal(bridge_board_get(MAILBOX_CMDRESP), DONE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_reaches_the_board_and_its_answer_the_machine),
        TEST(an_interrupt_comes_only_where_it_was_asked_for_and_is_enabled),
        TEST(an_answer_without_a_byte_is_found),
        TEST(the_mailbox_is_locked_for_a_command_alone),
        TEST(a_command_waits_for_another_client),
        TEST(the_doorbell_is_left_to_others_after_a_while),
        TEST(a_command_waits_until_the_firmware_serves),
        TEST(a_command_that_a_reset_of_the_board_took_fails),
        TEST(a_command_whose_board_ends_fails),
        TEST(a_command_without_a_board_fails_at_once_and_with_a_new_one_succeeds),
        TEST(a_command_whose_board_is_replaced_fails),
        TEST(a_reset_of_the_function_forgets_its_command_and_nobody_elses),
        TEST(a_second_request_comes_after_the_first),
        TEST(in_ring_mode_the_registers_are_the_boards),
        TEST(ring_mode_ends_with_a_command_in_cmdresp),
        TEST(ring_mode_ends_with_the_board),
        TEST(what_the_machine_may_not_write_stays),
        TEST(what_is_no_request_is_not_given_to_the_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
