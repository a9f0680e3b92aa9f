/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox registers: which request is one, what the response says, when the interrupt comes
 * (sections 1.2, 1.3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "firmware/mailbox.h"

#include "tests/unit/firmware_board.h"

#define NOP (SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT)

static uint32_t get(uint32_t offset)
{
    uint32_t value;

    memcpy(&value, hosted_mailbox() + offset, sizeof(value));
    return value;
}

static void set(uint32_t offset, uint32_t value)
{
    memcpy(hosted_mailbox() + offset, &value, sizeof(value));
}

static int boot(void **state)
{
    (void)board_boot(state);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    return 0;
}

/** Writes a request and has it served. @return the response */
static uint32_t serve(uint32_t request, uint64_t paddr)
{
    set(MAILBOX_CMDBUF_LO, (uint32_t)paddr);
    set(MAILBOX_CMDBUF_HI, (uint32_t)(paddr >> 32));
    set(MAILBOX_CMDRESP, request);
    assert_true(mailbox_serve());
    return get(MAILBOX_CMDRESP);
}

static void open_mailbox_is_idle_and_advertises_sev(void **state)
{
    (void)state;
    assert_int_equal(get(MAILBOX_CMDRESP), 0x80000000u);
    assert_int_equal(get(MAILBOX_FEATURE), MAILBOX_FEATURE_SEV);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
    assert_false(mailbox_serve());
    assert_int_equal(hosted_doorbell_rings(), 0);
}

static void zero_and_bit_31_are_no_request(void **state)
{
    static const uint32_t values[] = {0, 0x80000000u, 0x80040000u, 0xFFFFFFFFu, 0x80000001u};

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        set(MAILBOX_CMDRESP, values[i]);
        assert_false(mailbox_serve());
        assert_int_equal(get(MAILBOX_CMDRESP), values[i]);
    }
    assert_int_equal(hosted_doorbell_rings(), 0);
}

static void response_echoes_the_id_and_carries_the_status(void **state)
{
    (void)state;
    assert_int_equal(serve(NOP, 0), 0x80000000u | NOP);
    assert_int_equal(serve(0x07FF0000u, 0), 0x87FF0000u | SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(serve(0x00000002u, 0), 0x80000000u | SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(serve(0x00CC0000u, 0), 0x80CC0000u | SEV_STATUS_INVALID_COMMAND);
    assert_int_equal(serve(SEV_COMMAND_PEK_GEN << 16, 0),
                     0x80050000u | SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(hosted_doorbell_rings(), 5);
}

static void reserved_bits_do_not_change_the_command(void **state)
{
    (void)state;
    assert_int_equal(serve(0x78000000u | NOP | 0xFFFEu, 0), 0x80000000u | NOP);
}

static void address_is_taken_from_both_registers(void **state)
{
    (void)state;
    memset(board_dram(0x20000), 0xA5, sizeof(struct sev_platform_status));
    assert_int_equal(serve(SEV_COMMAND_PLATFORM_STATUS << 16, 0x20000), 0x80040000u);
    assert_int_equal(board_dram(0x20000)[1], SNP_API_MINOR);
    assert_int_equal(serve(SEV_COMMAND_PLATFORM_STATUS << 16, 0x100020000ull),
                     0x80040000u | SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get(MAILBOX_CMDBUF_LO), 0x20000); /* Left as the driver wrote them. */
    assert_int_equal(get(MAILBOX_CMDBUF_HI), 1);
}

static void polled_command_raises_nothing(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, UINT32_MAX);
    (void)serve(NOP, 0);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
    assert_int_equal(hosted_doorbell_rings(), 1);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE);
}

static void ioc_sets_the_status_and_interrupts_if_enabled(void **state)
{
    (void)state;
    set(MAILBOX_INTEN, 0);
    assert_int_equal(serve(NOP | MAILBOX_CMDRESP_IOC, 0), 0x80000000u | NOP);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE);
    set(MAILBOX_INTSTS, 0);
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    (void)serve(NOP | MAILBOX_CMDRESP_IOC, 0);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    set(MAILBOX_INTEN, ~MAILBOX_INT_COMPLETE);
    (void)serve(NOP | MAILBOX_CMDRESP_IOC, 0);
    assert_int_equal(hosted_doorbell_last(), DOORBELL_COMPLETE);
}

static void other_interrupt_bits_stay(void **state)
{
    (void)state;
    set(MAILBOX_INTSTS, 0xF0);
    (void)serve(NOP | MAILBOX_CMDRESP_IOC, 0);
    assert_int_equal(get(MAILBOX_INTSTS), 0xF0 | MAILBOX_INT_COMPLETE);
}

static void failing_command_answers_too_and_is_logged(void **state)
{
    (void)state;
    assert_int_equal(serve((SEV_COMMAND_GET_ID << 16) | MAILBOX_CMDRESP_IOC, UINT64_MAX),
                     0x800C0000u | SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_non_null(strstr(hosted_log(), "GET_ID (ch): status 9h"));
}

static void served_request_is_not_served_again(void **state)
{
    (void)state;
    (void)serve(NOP, 0);
    assert_false(mailbox_serve());
    assert_int_equal(hosted_doorbell_rings(), 1);
}

/** No id makes the firmware stop or answer with a status it does not list (T26). */
static void every_id_is_answered(void **state)
{
    (void)state;
    for (uint32_t id = 1; id < 0x800; id++) {
        const uint32_t response = serve(id << 16, BOARD_PARAMETERS);
        assert_int_equal(response >> 16, 0x8000u | id);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open_mailbox_is_idle_and_advertises_sev),
        TEST(zero_and_bit_31_are_no_request),
        TEST(response_echoes_the_id_and_carries_the_status),
        TEST(reserved_bits_do_not_change_the_command),
        TEST(address_is_taken_from_both_registers),
        TEST(polled_command_raises_nothing),
        TEST(ioc_sets_the_status_and_interrupts_if_enabled),
        TEST(other_interrupt_bits_stay),
        TEST(failing_command_answers_too_and_is_logged),
        TEST(served_request_is_not_served_again),
        TEST(every_id_is_answered),
    };

    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
