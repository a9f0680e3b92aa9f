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
#include "tests/host/support.h"

/* Writes CmdResp = 80000000h and the feature register, as firmware that is ready does. */
#define READY                                                                                      \
    "printf '\\000\\000\\000\\200' | dd of=mailbox bs=1 seek=67968 conv=notrunc 2>/dev/null\n"     \
    "printf '\\001\\000\\000\\000' | dd of=mailbox bs=1 seek=68092 conv=notrunc 2>/dev/null\n"

_Static_assert(MAILBOX_CMDRESP == 67968 && MAILBOX_FEATURE == 68092, "READY is out of date");

#define SERVE "exec sleep 100\n"

static char directory[PATH_MAX];
static char program[PATH_MAX + 8];
static struct board board;
static struct board_options options;

static void write_file(const char *path, const char *text, mode_t mode)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(close(descriptor), 0);
}

static int set_up(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    support_make_directory(directory);
    (void)snprintf(program, sizeof program, "%s/board", directory);
    (void)snprintf(path, sizeof path, "%s/fuses.bin", directory);
    write_file(path, "x", 0600);
    (void)snprintf(path, sizeof path, "%s/nv.img", directory);
    write_file(path, "x", 0600);
    options = board_default_options;
    options.directory = directory;
    options.hosted = program;
    options.memory_mib = 8;
    options.timeout_ms = 10000;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(run_lock_holder(directory), 0);
    support_remove_directory(directory);
    return 0;
}

/* Starts a board that does what the script says; a real doorbell is not part of it. */
static enum board_result start(const char *script)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "#!/bin/sh\n%s", script);
    write_file(program, text, 0700);
    return board_start(&board, &options);
}

static void refusal_by_the_boot_rom_is_reported(void **state)
{
    (void)state;
    assert_int_equal(start("echo 'boot ROM: image refused: BAD_SIGNATURE' >uart.log\n"),
                     BOARD_REFUSED);
    assert_non_null(strstr(board.message, "BAD_SIGNATURE"));
    assert_int_equal(start("echo 'boot ROM: image refused: BAD_BODY' >uart.log\n" SERVE),
                     BOARD_REFUSED);
}

static void stopped_firmware_is_reported(void **state)
{
    (void)state;
    assert_int_equal(start("echo 'firmware: stopped: self-test' >uart.log\n"), BOARD_STOPPED);
    assert_int_equal(start("echo 'fault: data abort' >uart.log\n" SERVE), BOARD_STOPPED);
}

static void emulator_that_ends_is_reported_with_its_last_words(void **state)
{
    (void)state;
    assert_int_equal(start("echo first >&2; echo 'no such machine' >&2; exit 1\n"),
                     BOARD_NOT_STARTED);
    assert_non_null(strstr(board.message, "no such machine"));
}

static void emulator_that_does_not_exist_is_reported(void **state)
{
    (void)state;
    options.hosted = "/nonexistent/board";
    assert_int_equal(board_start(&board, &options), BOARD_NOT_STARTED);
}

static void firmware_that_never_gets_ready_is_stopped(void **state)
{
    (void)state;
    options.timeout_ms = 300;
    assert_int_equal(start(SERVE), BOARD_NOT_ANSWERING);
}

static void stale_ready_mailbox_is_not_believed(void **state)
{
    (void)state;
    assert_int_not_equal(start(READY "exit 0\n"), BOARD_OK);
    options.timeout_ms = 300;
    assert_int_equal(start(SERVE), BOARD_NOT_ANSWERING);
    assert_non_null(strstr(board.message, "not ready within 300 ms"));
}

/* A fabric of the user's, with what an earlier firmware said and how often one was started. */
static void stale_status_is_not_believed(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    struct shared_file fabric;
    (void)snprintf(path, sizeof path, "%s/fabric", directory);
    assert_true(shared_file_create(path, FABRIC_FILE_BYTES));
    assert_true(shared_file_open(&fabric, path, FABRIC_FILE_BYTES));
    struct fabric_status *block = (void *)(fabric.bytes + FABRIC_STATUS_OFFSET);
    *block = (struct fabric_status){.magic = FABRIC_STATUS_MAGIC, .generation = 4, .boot_count = 9};
    options.fabric = path;
    options.timeout_ms = 300;
    assert_int_equal(start(SERVE), BOARD_NOT_ANSWERING);
    assert_int_equal(block->magic, 0);
    assert_int_equal(block->boot_count, 9);
    shared_file_close(&fabric);
    assert_int_equal(unlink(path), 0);
}

static void missing_chip_is_reported(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/fuses.bin", directory);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(start(SERVE), BOARD_FAILED);
    assert_non_null(strstr(board.message, "fuses.bin"));
}

static void senseless_memory_sizes_are_refused(void **state)
{
    (void)state;
    options.memory_mib = 7;
    assert_int_equal(start(SERVE), BOARD_BAD_USAGE);
    options.memory_mib = 2;
    assert_int_equal(start(SERVE), BOARD_BAD_USAGE);
}

static void assert_size(const char *name, off_t bytes)
{
    char path[PATH_MAX + 16];
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
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
    (void)snprintf(doorbell, sizeof doorbell, "%s/doorbell", directory);
    (void)snprintf(path, sizeof path, "%s/mailbox", directory);
    assert_true(shared_file_create(path, MAILBOX_FILE_BYTES));
    assert_true(shared_file_open(&first_mailbox, path, MAILBOX_FILE_BYTES));
    fake_start(&fake, first_mailbox.bytes, doorbell, (struct fake_behaviour){0});
    (void)snprintf(text, sizeof text, "ln -s ../doorbell doorbell\n%s", script);
    assert_int_equal(start(text), BOARD_OK);
    /* The thread serves the registers of the running board from here on. */
    __atomic_store_n(&fake.bar, board.mailbox_file.bytes, __ATOMIC_RELEASE);
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
    assert_true(run_lock_holder(directory) > 0);
    assert_int_equal(mailbox_nop(&board.mailbox, 5000), MAILBOX_OK);
    assert_int_equal(board.dram_file.length, 8 * 0x100000);
    stop_thread();
    assert_int_equal(board_stop(&board), BOARD_OK);
    assert_int_equal(run_lock_holder(directory), 0);
}

static void files_of_the_user_are_used_as_they_are(void **state)
{
    (void)state;
    char dram[PATH_MAX + 16];
    struct shared_file file;
    (void)snprintf(dram, sizeof dram, "%s/dram", directory);
    assert_true(shared_file_create(dram, 6 * (size_t)0x100000));
    assert_true(shared_file_open(&file, dram, 1));
    memset(file.bytes, 0x5A, file.length);
    options.dram = dram;
    options.memory_mib = 0;
    start_with_doorbell(READY SERVE);
    assert_int_equal(board.dram_file.length, 6 * 0x100000);
    stop_thread();
    assert_int_equal(board_kill(&board), BOARD_OK);
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
    memset(board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET, 0xC3, sizeof(struct fabric_memctl));
    stop_thread();
    assert_int_equal(board_kill(&board), BOARD_OK);
    (void)snprintf(path, sizeof path, "%s/run/fabric", directory);
    assert_true(shared_file_open(&fabric, path, FABRIC_FILE_BYTES));
    assert_null(memchr(fabric.bytes + FABRIC_MEMCTL_OFFSET, 0xC3, sizeof(struct fabric_memctl)));
    shared_file_close(&fabric);
}

static void second_board_of_a_chip_is_refused(void **state)
{
    (void)state;
    struct board second;
    start_with_doorbell(READY SERVE);
    assert_int_equal(board_start(&second, &options), BOARD_FAILED);
    assert_non_null(strstr(second.message, "already running"));
    assert_true(run_lock_holder(directory) > 0);
    stop_thread();
    assert_int_equal(board_kill(&board), BOARD_OK);
}

static void board_that_ignores_sigterm_is_killed(void **state)
{
    (void)state;
    start_with_doorbell("trap '' TERM\n" READY "while :; do sleep 0.1; done\n");
    stop_thread();
    assert_int_equal(board_stop(&board), BOARD_OK);
}

static void nothing_runs_nothing_to_stop(void **state)
{
    (void)state;
    const int input = fcntl(STDIN_FILENO, F_GETFD);
    assert_int_equal(board_stop_directory(&board, directory, NULL), BOARD_NOT_ANSWERING);
    assert_int_equal(board_open(&board, directory), BOARD_NOT_ANSWERING);
    board_close(&board);
    board_close(&board);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), input); /* no descriptor of others was closed */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refusal_by_the_boot_rom_is_reported),
        TEST(stopped_firmware_is_reported),
        TEST(emulator_that_ends_is_reported_with_its_last_words),
        TEST(emulator_that_does_not_exist_is_reported),
        TEST(firmware_that_never_gets_ready_is_stopped),
        TEST(stale_ready_mailbox_is_not_believed),
        TEST(stale_status_is_not_believed),
        TEST(missing_chip_is_reported),
        TEST(senseless_memory_sizes_are_refused),
        TEST(files_of_the_user_are_used_as_they_are),
        TEST(ready_board_serves_commands_until_it_is_stopped),
        TEST(killed_board_leaves_no_keys_on_the_disk),
        TEST(second_board_of_a_chip_is_refused),
        TEST(board_that_ignores_sigterm_is_killed),
        TEST(nothing_runs_nothing_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
