/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip for the tests of boards.
 */
#include "tests/host/one_chip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/deadline.h"
#include "host/lib/run_lock.h"

struct one_chip chip;

int one_chip_set_up(void **state)
{
    (void)state;
    support_make_chip(chip.directory, &chip.options);
    return 0;
}

int one_chip_set_up_without_doorbell(void **state)
{
    (void)state;
    support_make_chip_without_doorbell(chip.directory, &chip.options);
    return 0;
}

int one_chip_tear_down(void **state)
{
    (void)state;
    assert_int_equal(run_lock_holder(chip.directory), 0);
    support_remove_chip(chip.directory, &chip.options);
    return 0;
}

const char *one_chip_path(const char *name)
{
    static char path[PATH_MAX];
    assert_true(board_path(path, chip.directory, name));
    return path;
}

void one_chip_start(void)
{
    support_start_board(&chip.board, &chip.options, SUPPORT_READY SUPPORT_SERVE);
}

enum board_result one_chip_try(const char *script)
{
    return support_try_board(&chip.board, &chip.options, script);
}

pid_t one_chip_wait_for_holder(void)
{
    const int64_t deadline = deadline_after(ONE_CHIP_END_MS);
    pid_t holder = run_lock_holder(chip.directory);
    while (holder <= 0 && deadline_left_ms(deadline) > 0) {
        deadline_sleep_us(1000);
        holder = run_lock_holder(chip.directory);
    }
    assert_true(holder > 0);
    return holder;
}
