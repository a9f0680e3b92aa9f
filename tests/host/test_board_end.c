/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However a board comes to its end, its keys are gone when the chip is free again, and it is told what
 * end it was. Shell scripts take the place of the board.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/fabric.h"
#include "host/lib/dead_board.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

#define KEY 0xC3
#define SLOT_CORES_BYTES (FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores))

static void open_file(struct shared_file *file, const char *name, size_t bytes)
{
    char path[PATH_MAX];
    assert_true(board_path(path, chip.directory, name));
    assert_true(shared_file_open(file, path, bytes));
}

/* What the firmware leaves when it is not asked before it ends. */
static void put_keys(void)
{
    struct shared_file fabric;
    open_file(&fabric, "run/fabric", FABRIC_FILE_BYTES);
    memset(fabric.bytes + FABRIC_MEMCTL_OFFSET, KEY, sizeof(struct fabric_memctl));
    memset(fabric.bytes + FABRIC_SLOT_CORES_OFFSET, KEY, SLOT_CORES_BYTES);
    memset(fabric.bytes + FABRIC_STATUS_OFFSET, KEY, sizeof(struct fabric_status));
    shared_file_close(&fabric);
}

static bool has_keys(void)
{
    struct shared_file fabric;
    open_file(&fabric, "run/fabric", FABRIC_FILE_BYTES);
    const bool found =
        memchr(fabric.bytes + FABRIC_MEMCTL_OFFSET, KEY, sizeof(struct fabric_memctl)) != NULL ||
        memchr(fabric.bytes + FABRIC_SLOT_CORES_OFFSET, KEY, SLOT_CORES_BYTES) != NULL ||
        memchr(fabric.bytes + FABRIC_STATUS_OFFSET, KEY, sizeof(uint64_t)) != NULL;
    assert_non_null(fabric_configuration(fabric.bytes));
    shared_file_close(&fabric);
    return found;
}

static void board_ended_by(int signal)
{
    one_chip_start();
    put_keys();
    assert_true(chip.board.pid > 0);
    assert_int_equal(run_lock_holder(chip.directory), chip.board.pid);
    assert_int_equal(kill(chip.board.pid, signal), 0);
    assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
    assert_false(has_keys());
}

static void terminated_board_leaves_no_keys(void **state)
{
    (void)state;
    board_ended_by(SIGTERM);
}

static void killed_board_leaves_no_keys(void **state)
{
    (void)state;
    board_ended_by(SIGKILL);
}

static void background_board_that_is_killed_leaves_no_keys(void **state)
{
    (void)state;
    chip.options.daemon = true;
    board_ended_by(SIGKILL);
}

static void board_whose_starter_dies_ends_and_leaves_no_keys(void **state)
{
    (void)state;
    const pid_t starter = fork();
    assert_true(starter >= 0);
    if (starter == 0) {
        one_chip_start();
        put_keys();
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    for (int left = ONE_CHIP_END_MS; run_lock_holder(chip.directory) != 0 && left > 0; left--) {
        assert_int_equal(usleep(1000), 0);
    }
    assert_int_equal(run_lock_holder(chip.directory), 0);
    assert_false(has_keys());
}

static void keys_of_a_dead_board_are_forgotten_and_those_of_a_live_one_kept(void **state)
{
    (void)state;
    one_chip_start();
    put_keys();
    dead_board_forget_keys(chip.directory);
    assert_true(has_keys());
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
    put_keys();
    assert_int_equal(board_open(&chip.board, chip.directory), BOARD_NOT_ANSWERING);
    assert_false(has_keys());
    put_keys();
    assert_int_equal(board_stop_directory(&chip.board, chip.directory, NULL), BOARD_NOT_ANSWERING);
    assert_false(has_keys());
}

static void full_disk_is_reported_as_such(void **state)
{
    (void)state;
    assert_int_equal(one_chip_try("kill -BUS $$\n"), BOARD_NOT_STARTED);
    assert_non_null(strstr(chip.board.message, "the disk is full"));
}

static void board_that_crashes_is_told_from_one_that_was_asked_to_end(void **state)
{
    (void)state;
    static const struct {
        int signal;
        enum board_result result;
    } ends[] = {
        {SIGTERM, BOARD_OK},          {SIGINT, BOARD_OK},           {SIGHUP, BOARD_OK},
        {SIGKILL, BOARD_NOT_STARTED}, {SIGSEGV, BOARD_NOT_STARTED}, {SIGABRT, BOARD_NOT_STARTED},
        {SIGBUS, BOARD_NOT_STARTED},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        one_chip_start();
        assert_int_equal(kill(chip.board.pid, ends[i].signal), 0);
        assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
        assert_int_equal(board_explain_end(&chip.board), ends[i].result);
    }
}

static void exit_status_of_a_board_tells_whether_it_crashed(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "trap 'exit 0' USR1\n" SUPPORT_READY "while :; do sleep 0.1; done\n",
        "trap 'exit 1' USR1\n" SUPPORT_READY "while :; do sleep 0.1; done\n",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        support_start_board(&chip.board, &chip.options, scripts[i]);
        assert_int_equal(kill(chip.board.pid, SIGUSR1), 0);
        assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
        assert_int_equal(board_explain_end(&chip.board), i == 0 ? BOARD_OK : BOARD_NOT_STARTED);
    }
    assert_non_null(strstr(chip.board.message, "exit status 1"));
}

static void board_whose_warden_is_killed_has_crashed(void **state)
{
    (void)state;
    one_chip_start();
    assert_int_equal(kill(chip.board.warden, SIGKILL), 0);
    assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
    assert_int_equal(board_explain_end(&chip.board), BOARD_NOT_STARTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST(terminated_board_leaves_no_keys),
        ONE_CHIP_TEST(killed_board_leaves_no_keys),
        ONE_CHIP_TEST(background_board_that_is_killed_leaves_no_keys),
        ONE_CHIP_TEST(board_whose_starter_dies_ends_and_leaves_no_keys),
        ONE_CHIP_TEST(keys_of_a_dead_board_are_forgotten_and_those_of_a_live_one_kept),
        ONE_CHIP_TEST(full_disk_is_reported_as_such),
        ONE_CHIP_TEST(board_that_crashes_is_told_from_one_that_was_asked_to_end),
        ONE_CHIP_TEST(exit_status_of_a_board_tells_whether_it_crashed),
        ONE_CHIP_TEST(board_whose_warden_is_killed_has_crashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
