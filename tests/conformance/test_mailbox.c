/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox (section 1): registers, interrupts, ids that are no command, a client without a
 * doorbell.
 */
#include <stdio.h>
#include <sys/socket.h>

#include "abi/mailbox.h"
#include "abi/snp_command_id.h"
#include "host/lib/deadline.h"
#include "tests/common/doorbell.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/states.h"

#define ANSWER_MS 20
#define TRIES 25
#define TRIES_MAX 1000 /**< On a busy machine it takes more until one comes in time. */

static uint32_t get(uint32_t offset)
{
    return mailbox_read(&suite.board.mailbox, offset);
}

static void set(uint32_t offset, uint32_t value)
{
    mailbox_write(&suite.board.mailbox, offset, value);
}

/** Waits until CmdResp holds a response. @return microseconds, or -1 when there is none in time */
static int64_t wait_response(int timeout_ms)
{
    const int64_t start = deadline_now_us();

    while ((get(MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        if (deadline_now_us() - start > (int64_t)timeout_ms * 1000) {
            return -1;
        }
        deadline_sleep_us(100);
    }
    return deadline_now_us() - start;
}

/** The next byte of the doorbell is that of the next command. */
static void settle(void)
{
    suite_need(NEEDS_DOORBELL);
    assert_true(doorbell_settle(&suite.board.mailbox));
}

/** Issues NOP with the given request bits and rings. @return the byte that the doorbell brings */
static uint8_t ring_nop(uint32_t bits)
{
    const uint32_t nop = (uint32_t)SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT;

    suite_need(NEEDS_DOORBELL);
    const int answer = doorbell_command(&suite.board.mailbox, nop | bits, 0);

    assert_true(answer >= 0);
    assert_int_equal(get(MAILBOX_CMDRESP), MAILBOX_CMDRESP_RESPONSE | nop);
    return (uint8_t)answer;
}

static void feature_register_reads_exactly_1(void **state)
{
    (void)state;
    to_uninit();
    assert_int_equal(get(MAILBOX_FEATURE), 1);
}

static void response_has_bit_31_the_id_and_the_status(void **state)
{
    (void)state;
    to_uninit();
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
    assert_int_equal(get(MAILBOX_CMDRESP), 0x800E0000u);
    assert_status(suite_issue(SEV_COMMAND_PEK_GEN, 0), INVALID_PLATFORM_STATE);
    assert_int_equal(get(MAILBOX_CMDRESP), 0x80050001u);
    assert_status(suite_issue(0x7FF, 0), INVALID_COMMAND);
    assert_int_equal(get(MAILBOX_CMDRESP), 0x87FF0011u);
}

static void address_registers_stay(void **state)
{
    (void)state;
    to_uninit();
    assert_status(suite_issue(SEV_COMMAND_NOP, 0x123456789ABCDEFCull), SUCCESS);
    assert_int_equal(get(MAILBOX_CMDBUF_LO), 0x9ABCDEFCu);
    assert_int_equal(get(MAILBOX_CMDBUF_HI), 0x12345678u);
    assert_status(suite_issue(SEV_COMMAND_PLATFORM_STATUS, 0xFFFFFFFFFFFFFFFFull), INVALID_ADDRESS);
    assert_int_equal(get(MAILBOX_CMDBUF_LO), 0xFFFFFFFFu);
    assert_int_equal(get(MAILBOX_CMDBUF_HI), 0xFFFFFFFFu);
}

static void interrupt_needs_ioc_and_inten(void **state)
{
    (void)state;
    to_uninit();
    settle();
    set(MAILBOX_INTEN, 0xFFFFFFFFu);
    assert_int_equal(ring_nop(MAILBOX_CMDRESP_IOC), DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(ring_nop(0), DOORBELL_COMPLETE);
    assert_int_equal(get(MAILBOX_INTSTS), 0);
    set(MAILBOX_INTEN, 0);
    assert_int_equal(ring_nop(MAILBOX_CMDRESP_IOC), DOORBELL_COMPLETE);
    assert_int_equal(get(MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    assert_int_equal(ring_nop(0), DOORBELL_COMPLETE);
    set(MAILBOX_INTEN, MAILBOX_INT_COMPLETE);
    assert_int_equal(ring_nop(MAILBOX_CMDRESP_IOC), DOORBELL_COMPLETE | DOORBELL_INTERRUPT);
    set(MAILBOX_INTEN, 0);
}

static void other_interrupt_status_bits_stay(void **state)
{
    (void)state;
    to_uninit();
    settle();
    set(MAILBOX_INTSTS, 0x80000001u);
    set(MAILBOX_CMDRESP,
        (uint32_t)SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT | MAILBOX_CMDRESP_IOC);
    assert_true(wait_response(SUITE_COMMAND_TIMEOUT_MS) >= 0);
    /* INTSTS follows CmdResp, and the doorbell follows INTSTS. */
    assert_int_equal(doorbell_take(&suite.board.mailbox), DOORBELL_COMPLETE);
    assert_int_equal(get(MAILBOX_INTSTS), 0x80000001u | MAILBOX_INT_COMPLETE);
    set(MAILBOX_INTSTS, 0);
}

static void zero_is_no_request(void **state)
{
    const uint8_t look = DOORBELL_LOOK;

    (void)state;
    to_uninit();
    set(MAILBOX_CMDRESP, 0);
    assert_int_equal(send(suite_doorbell(), &look, 1, MSG_NOSIGNAL), 1);
    assert_int_equal(wait_response(100), -1);
    set(MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
}

static void rings_without_a_request_do_nothing(void **state)
{
    const uint8_t bytes[] = {0, 1, 0x55, 0xAA, 0xFF};

    (void)state;
    to_uninit();
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
    for (size_t i = 0; i < 200; i++) {
        assert_true(send(suite_doorbell(), bytes, sizeof bytes, MSG_NOSIGNAL) > 0);
    }
    deadline_sleep_us(50000);
    assert_int_equal(get(MAILBOX_CMDRESP), 0x800E0000u);
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
}

/** Sections 1.3: the doorbell is a courtesy; the CmdResp write is the request. */
static void client_without_doorbell_is_answered(void **state)
{
    int64_t best = INT64_MAX;
    int64_t worst = 0;

    (void)state;
    to_uninit();
    for (int i = 0; i < TRIES || (best > ANSWER_MS * 1000 && i < TRIES_MAX); i++) {
        set(MAILBOX_CMDRESP, (uint32_t)SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
        const int64_t taken = wait_response(SUITE_COMMAND_TIMEOUT_MS);

        assert_true(taken >= 0);
        best = taken < best ? taken : best;
        worst = taken > worst ? taken : worst;
        deadline_sleep_us(1000 * (i % 7));
    }
    (void)printf("             without a doorbell: %.1f ms at best, %.1f ms at worst\n",
                 (double)best / 1000, (double)worst / 1000);
    assert_true(best <= ANSWER_MS * 1000);
}

/** Whether an id is that of a command: SEV-SNP's are commands on products that have it. */
static bool is_command(uint32_t id)
{
    static const uint16_t snp_ids[] = {
#define SNP_ID(name, id) id,
        SNP_COMMAND_LIST(SNP_ID)
#undef SNP_ID
    };
    bool found = row_find(id) != NULL;

    for (size_t i = 0; suite.has_snp && i < sizeof snp_ids / sizeof snp_ids[0]; i++) {
        found |= snp_ids[i] == id;
    }
    return found;
}

/** Section 1.5, step 1: also when the address and the platform state are wrong. */
static void ids_without_a_command(void **state)
{
    (void)state;
    for (unsigned platform = suite.quick ? SEV_PLATFORM_WORKING : SEV_PLATFORM_UNINIT;
         platform <= SEV_PLATFORM_WORKING; platform++) {
        to_platform_state((enum sev_platform_state)platform);
        snapshot_take();
        for (uint32_t id = 0; id < 0x800; id++) {
            if (!is_command(id)) {
                assert_status(suite_issue(id, id % 2 == 0 ? 0 : 0xFFFFFFFFFFFFFFFFull),
                              INVALID_COMMAND);
            }
        }
        snapshot_compare(__FILE__, __LINE__);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(feature_register_reads_exactly_1),
    cmocka_unit_test(response_has_bit_31_the_id_and_the_status),
    cmocka_unit_test(address_registers_stay),
    cmocka_unit_test(interrupt_needs_ioc_and_inten),
    cmocka_unit_test(other_interrupt_status_bits_stay),
    cmocka_unit_test(zero_is_no_request),
    cmocka_unit_test(rings_without_a_request_do_nothing),
    cmocka_unit_test(client_without_doorbell_is_answered),
    cmocka_unit_test(ids_without_a_command),
};
TEST_GROUP(mailbox, tests);
