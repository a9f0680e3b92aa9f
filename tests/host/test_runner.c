/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting and stopping boards, with shell scripts in place of the board: each is a way to come up,
 * or not to.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/deadline.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

#define READY SUPPORT_READY
#define SERVE SUPPORT_SERVE

static void refusal_by_the_boot_rom_is_reported(void **state)
{
    (void)state;
    assert_int_equal(one_chip_try("echo 'boot ROM: image refused: BAD_SIGNATURE' >uart.log\n"),
                     BOARD_REFUSED);
    assert_non_null(strstr(chip.board.message, "BAD_SIGNATURE"));
    assert_int_equal(one_chip_try("echo 'boot ROM: image refused: BAD_BODY' >uart.log\n" SERVE),
                     BOARD_REFUSED);
}

static void stopped_firmware_is_reported(void **state)
{
    (void)state;
    assert_int_equal(one_chip_try("echo 'firmware: stopped: self-test' >uart.log\n"),
                     BOARD_STOPPED);
    assert_int_equal(one_chip_try("echo 'fault: data abort' >uart.log\n" SERVE), BOARD_STOPPED);
}

static void emulator_that_ends_is_reported_with_its_last_words(void **state)
{
    (void)state;
    assert_int_equal(one_chip_try("echo first >&2; echo 'no such machine' >&2; exit 1\n"),
                     BOARD_NOT_STARTED);
    assert_non_null(strstr(chip.board.message, "no such machine"));
}

static void emulator_that_does_not_exist_is_reported(void **state)
{
    (void)state;
    chip.options.hosted = "/nonexistent/board";
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_NOT_STARTED);
}

static void firmware_that_never_gets_ready_is_stopped(void **state)
{
    (void)state;
    chip.options.timeout_ms = 300;
    assert_int_equal(one_chip_try(SERVE), BOARD_NOT_ANSWERING);
}

static void stale_ready_mailbox_is_not_believed(void **state)
{
    (void)state;
    assert_int_not_equal(one_chip_try(READY "exit 0\n"), BOARD_OK);
    chip.options.timeout_ms = 300;
    assert_int_equal(one_chip_try(SERVE), BOARD_NOT_ANSWERING);
    assert_non_null(strstr(chip.board.message, "not ready within 300 ms"));
}

/* A fabric of the user's, with what an earlier firmware said and how often one was started. */
static void stale_status_is_not_believed(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    struct shared_file fabric;
    (void)snprintf(path, sizeof path, "%s/fabric", chip.directory);
    assert_true(shared_file_create(path, FABRIC_FILE_BYTES));
    assert_true(shared_file_open(&fabric, path, FABRIC_FILE_BYTES));
    struct fabric_status *block = (void *)(fabric.bytes + FABRIC_STATUS_OFFSET);
    *block = (struct fabric_status){.magic = FABRIC_STATUS_MAGIC, .generation = 4, .boot_count = 9};
    chip.options.fabric = path;
    chip.options.timeout_ms = 300;
    assert_int_equal(one_chip_try(SERVE), BOARD_NOT_ANSWERING);
    assert_int_equal(block->magic, 0);
    assert_int_equal(block->boot_count, 9);
    shared_file_close(&fabric);
    assert_int_equal(unlink(path), 0);
}

static void missing_chip_is_reported(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/fuses.bin", chip.directory);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(one_chip_try(SERVE), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "fuses.bin"));
}

static void senseless_memory_sizes_are_refused(void **state)
{
    (void)state;
    chip.options.memory_mib = 7;
    assert_int_equal(one_chip_try(SERVE), BOARD_BAD_USAGE);
    chip.options.memory_mib = 2;
    assert_int_equal(one_chip_try(SERVE), BOARD_BAD_USAGE);
}

static void assert_size(const char *name, off_t bytes)
{
    char path[PATH_MAX + 16];
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/%s", chip.directory, name);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, bytes);
}

/* A thread plays the firmware's doorbell; the script is only the process. */
static struct fake_processor fake;
static struct shared_file first_mailbox; /* what the thread serves until the board runs */

static void start_with_doorbell(const char *script)
{
    static char doorbell[PATH_MAX + 16];
    static char path[PATH_MAX + 16];
    char text[1024];
    (void)snprintf(doorbell, sizeof doorbell, "%s/doorbell", chip.directory);
    (void)snprintf(path, sizeof path, "%s/mailbox", chip.directory);
    assert_true(shared_file_create(path, MAILBOX_FILE_BYTES));
    assert_true(shared_file_open(&first_mailbox, path, MAILBOX_FILE_BYTES));
    fake_start(&fake, first_mailbox.bytes, doorbell, (struct fake_behaviour){0});
    (void)snprintf(text, sizeof text, "ln -s ../doorbell doorbell\n%s", script);
    assert_int_equal(one_chip_try(text), BOARD_OK);
    /* The thread serves the registers of the running board from here on. */
    __atomic_store_n(&fake.bar, chip.board.mailbox_file.bytes, __ATOMIC_RELEASE);
}

static void stop_thread(void)
{
    fake_stop(&fake);
    shared_file_close(&first_mailbox);
}

static void ready_board_serves_commands_until_it_is_stopped(void **state)
{
    (void)state;
    start_with_doorbell(READY SERVE);
    assert_true(run_lock_holder(chip.directory) > 0);
    assert_int_equal(mailbox_nop(&chip.board.mailbox, 5000), MAILBOX_OK);
    assert_int_equal(chip.board.dram_file.length, 8 * 0x100000);
    stop_thread();
    assert_int_equal(board_stop(&chip.board), BOARD_OK);
    assert_int_equal(run_lock_holder(chip.directory), 0);
}

static void files_of_the_user_are_used_as_they_are(void **state)
{
    (void)state;
    char dram[PATH_MAX + 16];
    struct shared_file file;
    (void)snprintf(dram, sizeof dram, "%s/dram", chip.directory);
    assert_true(shared_file_create(dram, 6 * (size_t)0x100000));
    assert_true(shared_file_open(&file, dram, 1));
    memset(file.bytes, 0x5A, file.length);
    chip.options.dram = dram;
    chip.options.memory_mib = 0;
    start_with_doorbell(READY SERVE);
    assert_int_equal(chip.board.dram_file.length, 6 * 0x100000);
    stop_thread();
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
    assert_size("dram", 6 * 0x100000);
    for (size_t i = 0; i < file.length; i++) {
        assert_int_equal(file.bytes[i], 0x5A);
    }
    shared_file_close(&file);
}

static void killed_board_leaves_no_keys_on_the_disk(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    struct shared_file fabric;
    start_with_doorbell(READY SERVE);
    memset(chip.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET, 0xC3, sizeof(struct fabric_memctl));
    stop_thread();
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
    (void)snprintf(path, sizeof path, "%s/run/fabric", chip.directory);
    assert_true(shared_file_open(&fabric, path, FABRIC_FILE_BYTES));
    assert_null(memchr(fabric.bytes + FABRIC_MEMCTL_OFFSET, 0xC3, sizeof(struct fabric_memctl)));
    shared_file_close(&fabric);
}

static void second_board_of_a_chip_is_refused(void **state)
{
    (void)state;
    struct board second;
    start_with_doorbell(READY SERVE);
    assert_int_equal(board_start(&second, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(second.message, "already running"));
    assert_true(run_lock_holder(chip.directory) > 0);
    stop_thread();
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

static void board_that_ignores_sigterm_is_killed(void **state)
{
    (void)state;
    start_with_doorbell("trap '' TERM\n" READY "while :; do sleep 0.1; done\n");
    stop_thread();
    assert_int_equal(board_stop(&chip.board), BOARD_OK);
}

static void nothing_runs_nothing_to_stop(void **state)
{
    (void)state;
    const int input = fcntl(STDIN_FILENO, F_GETFD);
    assert_int_equal(board_stop_directory(&chip.board, chip.directory, NULL), BOARD_NOT_ANSWERING);
    assert_int_equal(board_open(&chip.board, chip.directory), BOARD_NOT_ANSWERING);
    board_close(&chip.board);
    board_close(&chip.board);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), input); /* no descriptor of others was closed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST_WITHOUT_DOORBELL(refusal_by_the_boot_rom_is_reported),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(stopped_firmware_is_reported),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(emulator_that_ends_is_reported_with_its_last_words),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(emulator_that_does_not_exist_is_reported),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(firmware_that_never_gets_ready_is_stopped),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(stale_ready_mailbox_is_not_believed),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(stale_status_is_not_believed),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(missing_chip_is_reported),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(senseless_memory_sizes_are_refused),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(files_of_the_user_are_used_as_they_are),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(ready_board_serves_commands_until_it_is_stopped),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(killed_board_leaves_no_keys_on_the_disk),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(second_board_of_a_chip_is_refused),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(board_that_ignores_sigterm_is_killed),
        ONE_CHIP_TEST_WITHOUT_DOORBELL(nothing_runs_nothing_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
