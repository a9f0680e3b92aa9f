/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's limit: what the x86 side can cause again and again fills no disk, and the log says what
 * is missing in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "firmware/log.h"
#include "firmware/mailbox.h"

#include "tests/unit/firmware_board.h"

#define BURST 32u
#define LINE_US 125000u
#define FULL_US ((uint64_t)BURST * LINE_US)

static const char *seen; /* Where the log ended at the last look. */

static int boot(void **state)
{
    (void)board_boot(state);
    mailbox_open(0, SEV_STATUS_SUCCESS);
    hosted_timer_stop();
    hosted_timer_advance(FULL_US); /* What an earlier test has spent is there again, */
    log_settle();                  /* and its lines are accounted for. */
    hosted_timer_advance(FULL_US);
    seen = hosted_log() + strlen(hosted_log());
    return 0;
}

/** Counts the lines that came since the last look. */
static unsigned new_lines(void)
{
    unsigned lines = 0;

    for (; *seen != '\0'; seen++) {
        lines += *seen == '\n' ? 1 : 0;
    }
    return lines;
}

/** Whether the newest line is @p text. */
static bool last_line_is(const char *text)
{
    const size_t length = strlen(text);
    const size_t logged = strlen(hosted_log());

    return logged >= length && strcmp(hosted_log() + logged - length, text) == 0;
}

/** Has @p count commands fail. */
static void fail_commands(unsigned count)
{
    const uint32_t request = (uint32_t)SEV_COMMAND_PEK_GEN << MAILBOX_CMDRESP_ID_SHIFT;

    for (unsigned i = 0; i < count; i++) {
        memcpy(hosted_mailbox() + MAILBOX_CMDRESP, &request, sizeof(request));
        assert_true(mailbox_serve());
    }
}

static void failures_are_logged_up_to_a_limit(void **state)
{
    (void)state;
    fail_commands(BURST - 1);
    assert_int_equal(new_lines(), BURST - 1);
    fail_commands(1000);
    assert_int_equal(new_lines(), 1);
    assert_true(last_line_is("firmware: PEK_GEN (5h): status 1h\n"));
}

static void lines_left_out_are_counted_before_the_next(void **state)
{
    (void)state;
    fail_commands(BURST + 7);
    assert_int_equal(new_lines(), BURST);
    hosted_timer_advance(2 * LINE_US - 1);
    fail_commands(1);
    assert_int_equal(new_lines(), 0);
    hosted_timer_advance(1); /* For the count and for a line. */
    fail_commands(1);
    assert_true(
        last_line_is("firmware: ... 8 lines left out\nfirmware: PEK_GEN (5h): status 1h\n"));
    assert_int_equal(new_lines(), 2);
}

static void failures_without_end_are_logged_at_a_steady_rate(void **state)
{
    (void)state;
    fail_commands(BURST);
    (void)new_lines();
    for (unsigned i = 0; i < 1000; i++) {
        hosted_timer_advance(10000);
        fail_commands(3);
    }
    assert_in_range(new_lines(), 78, 80); /* 8 in each of 10 seconds. */
}

static void lines_left_out_are_counted_when_it_is_quiet(void **state)
{
    (void)state;
    fail_commands(BURST + 1);
    assert_int_equal(new_lines(), BURST);
    hosted_timer_advance(FULL_US - 1);
    assert_false(mailbox_serve());
    assert_int_equal(new_lines(), 0);
    hosted_timer_advance(1);
    assert_false(mailbox_serve());
    assert_int_equal(new_lines(), 1);
    assert_true(last_line_is("firmware: ... 1 line left out\n"));
    hosted_timer_advance(FULL_US);
    assert_false(mailbox_serve());
    assert_int_equal(new_lines(), 0); /* Said once. */
    fail_commands(BURST + 1);
    assert_int_equal(new_lines(), BURST);
}

static void lines_of_start_and_end_have_no_limit(void **state)
{
    (void)state;
    fail_commands(2 * BURST);
    (void)new_lines();
    log_text("firmware: stopped: SHA-256\n");
    assert_int_equal(new_lines(), 1);
    log_line("what the x86 side has done");
    assert_int_equal(new_lines(), 0);
}

/** A description that is impossible in another way each time is looked at by each command. */
static void impossible_descriptions_are_logged_up_to_the_limit(void **state)
{
    struct fabric_config *config;

    (void)state;
    config = board_describe();
    for (unsigned i = 0; i < 1000; i++) {
        config->sockets = i % 2 != 0 ? 1 : 77;
        config->c_bit = i % 2 != 0 ? 3 : 51;
        (void)board_order(SEV_COMMAND_NOP);
    }
    assert_int_equal(new_lines(), BURST);
    assert_true(last_line_is("firmware: fabric: impossible description: C-bit\n"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, boot)
    const struct CMUnitTest tests[] = {
        TEST(failures_are_logged_up_to_a_limit),
        TEST(lines_left_out_are_counted_before_the_next),
        TEST(failures_without_end_are_logged_at_a_steady_rate),
        TEST(lines_left_out_are_counted_when_it_is_quiet),
        TEST(lines_of_start_and_end_have_no_limit),
        TEST(impossible_descriptions_are_logged_up_to_the_limit),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
