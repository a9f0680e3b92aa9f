/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox client against a security processor that rings too often, too early, or never.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "host/lib/deadline.h"
#include "host/lib/mailbox.h"
#include "host/lib/shared_file.h"
#include "tests/host/support.h"

#define ROUNDS 20000
#define SLOW_US 900000 /* a lost wake-up costs the client's fallback of one second */

struct fixture {
    char directory[PATH_MAX];
    char mailbox[PATH_MAX + 16];
    char doorbell[PATH_MAX + 16];
    struct shared_file file;
    struct fake_processor fake;
    struct mailbox_client client;
};

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    memset(&fixture, 0, sizeof fixture);
    support_make_directory(fixture.directory);
    (void)snprintf(fixture.mailbox, sizeof fixture.mailbox, "%s/mailbox", fixture.directory);
    (void)snprintf(fixture.doorbell, sizeof fixture.doorbell, "%s/doorbell", fixture.directory);
    return shared_file_create(fixture.mailbox, MAILBOX_FILE_BYTES) &&
                   shared_file_open(&fixture.file, fixture.mailbox, MAILBOX_FILE_BYTES)
               ? 0
               : -1;
}

static void start(bool with_doorbell, struct fake_behaviour behaviour)
{
    const char *doorbell = with_doorbell ? fixture.doorbell : NULL;
    fake_start(&fixture.fake, fixture.file.bytes, doorbell, behaviour);
    assert_int_equal(
        mailbox_open(&fixture.client, fixture.file.bytes, fixture.file.descriptor, doorbell, 0),
        MAILBOX_OK);
}

static int tear_down(void **state)
{
    (void)state;
    mailbox_close(&fixture.client);
    fake_stop(&fixture.fake);
    shared_file_close(&fixture.file);
    support_remove_directory(fixture.directory);
    return 0;
}

static void command_reaches_the_firmware_and_its_status_returns(void **state)
{
    (void)state;
    uint16_t status = 0;
    start(true, (struct fake_behaviour){.status = 0x0016});
    assert_int_equal(
        mailbox_command(&fixture.client, SEV_COMMAND_GET_ID, 0x123456789000ull, &status, 1000),
        MAILBOX_OK);
    assert_int_equal(status, 0x0016);
    assert_int_equal(fixture.fake.last_id, SEV_COMMAND_GET_ID);
    assert_int_equal(fixture.fake.last_paddr, 0x123456789000ull);
    assert_true(mailbox_is_idle(&fixture.client));
}

static void run_rounds(unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        int64_t started = deadline_now_us();
        assert_int_equal(mailbox_nop(&fixture.client, 10000), MAILBOX_OK);
        assert_true(deadline_now_us() - started < SLOW_US);
    }
    assert_int_equal(fixture.fake.served, rounds);
}

static void no_wake_up_is_lost(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){0});
    run_rounds(ROUNDS);
}

static void no_wake_up_is_lost_without_interrupts(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){0});
    fixture.client.interrupt = false;
    run_rounds(ROUNDS / 4);
}

static void no_wake_up_is_lost_while_others_are_drained(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.nervous = true});
    run_rounds(ROUNDS);
}

static void stale_bytes_do_no_harm(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.chatters = true});
    run_rounds(ROUNDS / 20);
}

static void response_without_intsts_is_not_yet_complete(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.late_intsts = true});
    for (int i = 0; i < 50; i++) {
        assert_int_equal(mailbox_nop(&fixture.client, 1000), MAILBOX_OK);
        assert_int_equal(mailbox_read(&fixture.client, MAILBOX_INTSTS), MAILBOX_INT_COMPLETE);
    }
}

static void firmware_that_forgets_to_ring_is_slow_but_served(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.forgets_bell = true});
    assert_int_equal(mailbox_nop(&fixture.client, 5000), MAILBOX_OK);
}

static void mailbox_works_without_a_doorbell(void **state)
{
    (void)state;
    start(false, (struct fake_behaviour){0});
    run_rounds(100);
}

static void silence_ends_in_a_timeout_and_then_busy(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.silent = true});
    int64_t started = deadline_now_us();
    assert_int_equal(mailbox_nop(&fixture.client, 50), MAILBOX_TIMEOUT);
    int64_t duration = deadline_now_us() - started;
    assert_in_range(duration, 50000, SLOW_US);
    assert_int_equal(mailbox_nop(&fixture.client, 50), MAILBOX_BUSY);
}

static void closed_doorbell_is_noticed_at_once(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.hangs_up = true});
    int64_t started = deadline_now_us();
    assert_int_equal(mailbox_nop(&fixture.client, 30000), MAILBOX_GONE);
    assert_true(deadline_now_us() - started < 5000000);
}

static void firmware_that_is_not_ready_gets_no_command(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){0});
    mailbox_write(&fixture.client, MAILBOX_FEATURE, 0);
    assert_int_equal(mailbox_nop(&fixture.client, 50), MAILBOX_NOT_READY);
    assert_int_equal(fixture.fake.served, 0);
}

static void status_of_nop_other_than_success_is_an_error(void **state)
{
    (void)state;
    start(true, (struct fake_behaviour){.status = 1});
    assert_int_equal(mailbox_nop(&fixture.client, 1000), MAILBOX_ERROR);
}

static void second_client_is_kept_out(void **state)
{
    (void)state;
    struct shared_file again;
    struct mailbox_client second;
    start(true, (struct fake_behaviour){0});
    assert_true(shared_file_open(&again, fixture.mailbox, MAILBOX_FILE_BYTES));
    assert_int_equal(mailbox_open(&second, again.bytes, again.descriptor, NULL, 30),
                     MAILBOX_IN_USE);
    mailbox_close(&fixture.client);
    assert_int_equal(mailbox_open(&second, again.bytes, again.descriptor, NULL, 30), MAILBOX_OK);
    mailbox_close(&second);
    shared_file_close(&again);
}

static void missing_doorbell_is_an_error_and_frees_the_mailbox(void **state)
{
    (void)state;
    struct mailbox_client client;
    assert_int_equal(
        mailbox_open(&client, fixture.file.bytes, fixture.file.descriptor, fixture.doorbell, 0),
        MAILBOX_ERROR);
    start(true, (struct fake_behaviour){0});
}

/* Registers as a reset leaves them, and as a firmware has them that has started. */
static void reset_is_noticed(void **state)
{
    (void)state;
    uint16_t status = 0x1234;
    for (uint16_t stands_still = 0; stands_still < 2; stands_still++) {
        start(true, (struct fake_behaviour){.resets = true, .status = stands_still});
        assert_int_equal(mailbox_command(&fixture.client, SEV_COMMAND_GET_ID, 0, &status, 20000),
                         MAILBOX_GONE);
        assert_int_equal(status, 0x1234);
        mailbox_close(&fixture.client);
        fake_stop(&fixture.fake);
        (void)unlink(fixture.doorbell);
    }
    start(true, (struct fake_behaviour){0});
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(command_reaches_the_firmware_and_its_status_returns),
        TEST(no_wake_up_is_lost),
        TEST(no_wake_up_is_lost_without_interrupts),
        TEST(no_wake_up_is_lost_while_others_are_drained),
        TEST(stale_bytes_do_no_harm),
        TEST(response_without_intsts_is_not_yet_complete),
        TEST(firmware_that_forgets_to_ring_is_slow_but_served),
        TEST(mailbox_works_without_a_doorbell),
        TEST(silence_ends_in_a_timeout_and_then_busy),
        TEST(closed_doorbell_is_noticed_at_once),
        TEST(reset_is_noticed),
        TEST(firmware_that_is_not_ready_gets_no_command),
        TEST(status_of_nop_other_than_success_is_an_error),
        TEST(second_client_is_kept_out),
        TEST(missing_doorbell_is_an_error_and_frees_the_mailbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
