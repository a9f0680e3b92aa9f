/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stopping a board: what was done is said, also to who is just starting it; and what runs in the chip
 * by then is left alone.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/run_lock.h"
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

/* A board that ends when QEMU's control socket says so is in tests/running. */
static void board_that_is_stopped_is_named_with_what_it_took(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int signal;
    } boards[] = {
        {SUPPORT_READY SUPPORT_SERVE, SIGTERM},
        {"trap '' TERM\n" SUPPORT_READY "while :; do sleep 0.1; done\n", SIGKILL},
    };
    for (size_t i = 0; i < sizeof boards / sizeof boards[0]; i++) {
        struct board stopper;
        support_start_board(&chip.board, &chip.options, boards[i].script);
        const pid_t pid = chip.board.pid;
        assert_int_equal(board_stop_directory(&stopper, chip.directory, NULL), BOARD_OK);
        assert_int_equal(stopper.ended, pid);
        assert_int_equal(stopper.end_signal, boards[i].signal);
        assert_true(board_wait_end(&chip.board, ONE_CHIP_END_MS));
        assert_int_equal(board_explain_end(&chip.board), BOARD_OK);
    }
}

/* What another process, which starts the board, comes to know. */
struct outcome {
    enum board_result result;
    char message[BOARD_MESSAGE_BYTES];
};

static void start_that_is_stopped_says_so(void **state)
{
    (void)state;
    struct board stopper;
    char process[64];
    struct outcome *outcome =
        mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(outcome != MAP_FAILED);
    const pid_t starter = fork();
    assert_true(starter >= 0);
    if (starter == 0) {
        outcome->result = one_chip_try(SUPPORT_SERVE); /* is never ready */
        memcpy(outcome->message, chip.board.message, sizeof outcome->message);
        _exit(0);
    }
    const pid_t pid = one_chip_wait_for_holder();
    assert_int_equal(board_stop_directory(&stopper, chip.directory, NULL), BOARD_OK);
    assert_int_equal(stopper.ended, pid);
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    assert_int_equal(outcome->result, BOARD_FAILED);
    (void)snprintf(process, sizeof process, "virtasp stop: process %ld ends", (long)getpid());
    assert_non_null(strstr(outcome->message, "was stopped before its firmware served commands"));
    assert_non_null(strstr(outcome->message, process));
    assert_int_equal(munmap(outcome, sizeof *outcome), 0);
}

/* The lock is there before the number of the process is. */
static void board_whose_number_is_not_known_yet_is_waited_for(void **state)
{
    (void)state;
    struct board stopper;
    int ready[2];
    char byte;
    one_chip_start(); /* makes run/ */
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
    assert_int_equal(pipe(ready), 0);
    const pid_t late = fork();
    assert_true(late >= 0);
    if (late == 0) {
        const int lock = run_lock_take(chip.directory);
        const bool done = lock >= 0 && write(ready[1], "", 1) == 1 && usleep(200000) == 0 &&
                          run_lock_write_pid(lock, getpid());
        (void)sleep(done ? 100 : 0);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(run_lock_holder(chip.directory), -1);
    assert_int_equal(board_stop_directory(&stopper, chip.directory, NULL), BOARD_OK);
    assert_int_equal(stopper.ended, late);
    assert_int_equal(stopper.end_signal, SIGTERM);
    assert_int_equal(waitpid(late, NULL, 0), late);
    assert_true(close(ready[0]) == 0 && close(ready[1]) == 0);
}

/* Who started the first board has not yet looked when the chip has its second. */
static void end_of_one_board_does_not_end_the_next(void **state)
{
    (void)state;
    struct board first;
    one_chip_start();
    first = chip.board;
    assert_int_equal(kill(first.pid, SIGKILL), 0);
    while (run_lock_holder(chip.directory) != 0) {
        assert_int_equal(usleep(1000), 0);
    }
    one_chip_start();
    assert_true(board_wait_end(&first, ONE_CHIP_END_MS));
    assert_int_equal(board_stop(&first), BOARD_OK);
    assert_int_equal(board_kill(&first), BOARD_OK);
    assert_int_equal(run_lock_holder(chip.directory), chip.board.pid);
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST(board_that_is_stopped_is_named_with_what_it_took),
        ONE_CHIP_TEST(start_that_is_stopped_says_so),
        ONE_CHIP_TEST(board_whose_number_is_not_known_yet_is_waited_for),
        ONE_CHIP_TEST(end_of_one_board_does_not_end_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
