/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell's bytes are hints (docs/mailbox.md): a client that takes none of them is answered as
 * usual, and one that only listens gets every one.
 */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/unix_socket.h"
#include "tests/common/doorbell.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

#define RINGING 2000u /**< Commands; a socket that is not read holds a few hundred bytes. */
#define SILENT 500u
#define HEARD 50u
#define QUIET_MS 200 /**< So long silent: the doorbell has said all it had to say. */
/** Far above what the commands take; a firmware that waits for each byte takes longer. */
#define RINGING_MAX_US 120000000

/** Issues NOP and looks at CmdResp until it is answered; reads nothing from the doorbell. */
static void answered_nop(bool ring)
{
    const int64_t end = deadline_now_us() + (int64_t)SUITE_COMMAND_TIMEOUT_MS * 1000;
    const uint8_t look = DOORBELL_LOOK;

    mailbox_write(&suite.board.mailbox, MAILBOX_CMDRESP,
                  (uint32_t)SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT);
    if (ring) {
        assert_int_equal(send(suite_doorbell(), &look, 1, MSG_NOSIGNAL), 1);
    }
    while ((mailbox_read(&suite.board.mailbox, MAILBOX_CMDRESP) & MAILBOX_CMDRESP_RESPONSE) == 0) {
        if (deadline_now_us() > end) {
            suite.gone = true;
            fail_msg("the board answers no more");
        }
        deadline_sleep_us(20);
    }
    assert_int_equal(mailbox_read(&suite.board.mailbox, MAILBOX_CMDRESP), 0x800E0000u);
}

/** Reads until nothing comes any more. @return how many came */
static size_t take_bytes(void)
{
    struct pollfd event = {.fd = suite_doorbell(), .events = POLLIN};
    size_t count = 0;
    uint8_t bytes[64];

    while (poll(&event, 1, QUIET_MS) > 0) {
        const ssize_t got = recv(event.fd, bytes, sizeof bytes, 0);

        assert_true(got > 0);
        for (ssize_t i = 0; i < got; i++) {
            assert_int_equal(bytes[i], DOORBELL_COMPLETE);
        }
        count += (size_t)got;
    }
    return count;
}

/** Hangs up, and calls again as another client does. */
static void call_again(void)
{
    assert_int_equal(close(suite_doorbell()), 0);
    suite.board.mailbox.doorbell = unix_socket_connect(suite.doorbell, BOARD_READY_TIMEOUT_MS);
    assert_true(suite.board.mailbox.doorbell >= 0);
}

static void client_that_never_reads_is_answered_as_usual(void **state)
{
    const int64_t start = deadline_now_us();

    (void)state;
    to_uninit();
    (void)take_bytes();
    for (unsigned i = 0; i < RINGING; i++) {
        answered_nop(true);
    }
    const int64_t taken = deadline_now_us() - start;

    (void)printf("             unread: %.0f us a command\n", (double)taken / RINGING);
    assert_true(taken < RINGING_MAX_US);
}

static void client_that_neither_rings_nor_reads_is_answered(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SILENT; i++) {
        answered_nop(false);
    }
    assert_true(take_bytes() <= RINGING + SILENT);
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS); /* It reads again, and is rung. */
}

static void next_client_finds_all_well(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SILENT; i++) {
        answered_nop(true);
    }
    call_again();
    assert_status(suite_issue(SEV_COMMAND_NOP, 0), SUCCESS);
}

static void client_that_only_listens_gets_a_byte_for_each_response(void **state)
{
    (void)state;
    assert_true(doorbell_settle(&suite.board.mailbox));
    for (unsigned i = 0; i < HEARD; i++) {
        answered_nop(i % 2 == 0);
        assert_int_equal(doorbell_take(&suite.board.mailbox), DOORBELL_COMPLETE);
    }
    assert_int_equal(take_bytes(), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(client_that_never_reads_is_answered_as_usual),
    cmocka_unit_test(client_that_neither_rings_nor_reads_is_answered),
    cmocka_unit_test(next_client_finds_all_well),
    cmocka_unit_test(client_that_only_listens_gets_a_byte_for_each_response),
};

TEST_GROUP(doorbell, tests);
