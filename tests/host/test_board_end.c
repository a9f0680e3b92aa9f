/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However a board comes to its end, its keys are gone when the chip is free again; and a chip whose
 * board was started in another way is not free. Shell scripts take the place of the board.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/fabric.h"
#include "host/lib/dead_board.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner.h"
#include "host/lib/status.h"
#include "tests/host/support.h"

#define END_MS 60000
#define KEY 0xC3
#define STRANGER 65534 /* a user who owns nothing */
#define SLOT_CORES_BYTES (FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores))
#define QEMU_LOCK_BYTE 100 /* where QEMU locks its images */

static char directory[PATH_MAX];
static struct board board;
static struct board_options options;

static int set_up(void **state)
{
    (void)state;
    support_make_chip(directory, &options);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(run_lock_holder(directory), 0);
    support_remove_chip(directory, &options);
    return 0;
}

static void open_file(struct shared_file *file, const char *name, size_t bytes)
{
    char path[PATH_MAX];
    assert_true(board_path(path, directory, name));
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
    support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
    put_keys();
    assert_true(board.pid > 0);
    assert_int_equal(run_lock_holder(directory), board.pid);
    assert_int_equal(kill(board.pid, signal), 0);
    assert_true(board_wait_end(&board, END_MS));
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
    options.daemon = true;
    board_ended_by(SIGKILL);
}

static void board_whose_starter_dies_ends_and_leaves_no_keys(void **state)
{
    (void)state;
    const pid_t starter = fork();
    assert_true(starter >= 0);
    if (starter == 0) {
        support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
        put_keys();
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    for (int left = END_MS; run_lock_holder(directory) != 0 && left > 0; left--) {
        assert_int_equal(usleep(1000), 0);
    }
    assert_int_equal(run_lock_holder(directory), 0);
    assert_false(has_keys());
}

static void keys_of_a_dead_board_are_forgotten_and_those_of_a_live_one_kept(void **state)
{
    (void)state;
    support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
    put_keys();
    dead_board_forget_keys(directory);
    assert_true(has_keys());
    assert_int_equal(board_kill(&board), BOARD_OK);
    put_keys();
    assert_int_equal(board_open(&board, directory), BOARD_NOT_ANSWERING);
    assert_false(has_keys());
    put_keys();
    assert_int_equal(board_stop_directory(&board, directory, NULL), BOARD_NOT_ANSWERING);
    assert_false(has_keys());
}

static void full_disk_is_reported_as_such(void **state)
{
    (void)state;
    assert_int_equal(support_try_board(&board, &options, "kill -BUS $$\n"), BOARD_NOT_STARTED);
    assert_non_null(strstr(board.message, "the disk is full"));
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
        support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
        assert_int_equal(kill(board.pid, ends[i].signal), 0);
        assert_true(board_wait_end(&board, END_MS));
        assert_int_equal(board_explain_end(&board), ends[i].result);
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
        support_start_board(&board, &options, scripts[i]);
        assert_int_equal(kill(board.pid, SIGUSR1), 0);
        assert_true(board_wait_end(&board, END_MS));
        assert_int_equal(board_explain_end(&board), i == 0 ? BOARD_OK : BOARD_NOT_STARTED);
    }
    assert_non_null(strstr(board.message, "exit status 1"));
}

static void board_whose_warden_is_killed_has_crashed(void **state)
{
    (void)state;
    support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
    assert_int_equal(kill(board.warden, SIGKILL), 0);
    assert_true(board_wait_end(&board, END_MS));
    assert_int_equal(board_explain_end(&board), BOARD_NOT_STARTED);
}

/* As QEMU does with the image of a flash bank, whatever else its command line says. */
static void board_that_only_locks_its_flash_is_found(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct flock byte = {
        .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = QEMU_LOCK_BYTE, .l_len = 1};
    assert_true(board_path(path, directory, "nv.img"));
    const int nv = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(nv, F_OFD_SETLK, &byte), 0);
    assert_int_equal(run_lock_holder(directory), getpid());
    assert_int_equal(support_try_board(&board, &options, SUPPORT_READY SUPPORT_SERVE),
                     BOARD_FAILED);
    assert_non_null(strstr(board.message, "already running"));
    assert_int_equal(close(nv), 0);
}

/* As QEMU does with -pidfile: a lock of the process, which only another one can see. */
static void board_that_was_started_by_hand_is_found(void **state)
{
    (void)state;
    char path[PATH_MAX];
    int ready[2];
    char byte;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE); /* makes run/ */
    assert_int_equal(board_kill(&board), BOARD_OK);
    assert_true(board_path(path, directory, "run/pid"));
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    const pid_t by_hand = fork();
    assert_true(by_hand >= 0);
    if (by_hand == 0) {
        const int file = open(path, O_RDWR | O_CLOEXEC);
        const bool done = ftruncate(file, 0) == 0 && fcntl(file, F_SETLK, &whole) == 0 &&
                          dprintf(file, "%ld\n", (long)getpid()) > 0 && write(ready[1], "", 1) == 1;
        (void)sleep(done ? 100 : 0);
        _exit(0);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(run_lock_holder(directory), by_hand);
    assert_int_equal(support_try_board(&board, &options, SUPPORT_READY SUPPORT_SERVE),
                     BOARD_FAILED);
    assert_non_null(strstr(board.message, "already running"));
    assert_int_equal(board_stop_directory(&board, directory, NULL), BOARD_OK);
    assert_int_equal(waitpid(by_hand, NULL, 0), by_hand);
    (void)close(ready[0]);
}

/* In another process, because this one may be the superuser's. */
static void results_of_a_stranger(enum board_result results[3])
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    const pid_t stranger = fork();
    assert_true(stranger >= 0);
    if (stranger == 0) {
        struct board other;
        struct status_view view;
        if (geteuid() == 0 && (setgid(STRANGER) != 0 || setuid(STRANGER) != 0)) {
            _exit(1);
        }
        results[0] = board_stop_directory(&other, directory, NULL);
        results[1] = board_open(&other, directory);
        results[2] = status_look(&other, directory, &view);
        _exit(write(ends[1], results, 3 * sizeof *results) > 0 ? 0 : 1);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], results, 3 * sizeof *results), 3 * sizeof *results);
    (void)close(ends[0]);
    assert_int_equal(waitpid(stranger, NULL, 0), stranger);
}

static void board_that_may_not_be_looked_at_is_not_said_to_be_stopped(void **state)
{
    (void)state;
    char path[PATH_MAX];
    enum board_result results[3];
    support_start_board(&board, &options, SUPPORT_READY SUPPORT_SERVE);
    assert_true(board_path(path, directory, "run"));
    assert_int_equal(chmod(directory, 0755), 0);
    assert_int_equal(chmod(path, 0000), 0);
    results_of_a_stranger(results);
    assert_int_equal(chmod(path, 0700), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(results[i], BOARD_FAILED);
    }
    assert_int_equal(run_lock_holder(directory), board.pid);
    assert_int_equal(board_kill(&board), BOARD_OK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(terminated_board_leaves_no_keys),
        TEST(killed_board_leaves_no_keys),
        TEST(background_board_that_is_killed_leaves_no_keys),
        TEST(board_whose_starter_dies_ends_and_leaves_no_keys),
        TEST(keys_of_a_dead_board_are_forgotten_and_those_of_a_live_one_kept),
        TEST(full_disk_is_reported_as_such),
        TEST(board_that_crashes_is_told_from_one_that_was_asked_to_end),
        TEST(exit_status_of_a_board_tells_whether_it_crashed),
        TEST(board_whose_warden_is_killed_has_crashed),
        TEST(board_that_may_not_be_looked_at_is_not_said_to_be_stopped),
        TEST(board_that_only_locks_its_flash_is_found),
        TEST(board_that_was_started_by_hand_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
