/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip whose board was started in another way than by these tools, or may not be looked at, is not
 * free.
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

#include "host/lib/run_lock.h"
#include "host/lib/runner.h"
#include "host/lib/status.h"
#include "tests/host/one_chip.h"

#define STRANGER 65534     /* a user who owns nothing */
#define QEMU_LOCK_BYTE 100 /* where QEMU locks its images */

/* As QEMU does with the image of a flash bank, whatever else its command line says. */
static void board_that_only_locks_its_flash_is_found(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct flock byte = {
        .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = QEMU_LOCK_BYTE, .l_len = 1};
    assert_true(board_path(path, chip.directory, "nv.img"));
    const int nv = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(nv, F_OFD_SETLK, &byte), 0);
    assert_int_equal(run_lock_holder(chip.directory), getpid());
    assert_int_equal(one_chip_try(SUPPORT_READY SUPPORT_SERVE), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "already running"));
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
    one_chip_start(); /* makes run/ */
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
    assert_true(board_path(path, chip.directory, "run/pid"));
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
    assert_int_equal(run_lock_holder(chip.directory), by_hand);
    assert_int_equal(one_chip_try(SUPPORT_READY SUPPORT_SERVE), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "already running"));
    assert_int_equal(board_stop_directory(&chip.board, chip.directory, NULL), BOARD_OK);
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
        results[0] = board_stop_directory(&other, chip.directory, NULL);
        results[1] = board_open(&other, chip.directory);
        results[2] = status_look(&other, chip.directory, &view);
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
    one_chip_start();
    assert_true(board_path(path, chip.directory, "run"));
    assert_int_equal(chmod(chip.directory, 0755), 0);
    assert_int_equal(chmod(path, 0000), 0);
    results_of_a_stranger(results);
    assert_int_equal(chmod(path, 0700), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(results[i], BOARD_FAILED);
    }
    assert_int_equal(run_lock_holder(chip.directory), chip.board.pid);
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST(board_that_may_not_be_looked_at_is_not_said_to_be_stopped),
        ONE_CHIP_TEST(board_that_only_locks_its_flash_is_found),
        ONE_CHIP_TEST(board_that_was_started_by_hand_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
