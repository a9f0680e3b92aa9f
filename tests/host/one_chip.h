/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What most tests of boards start from: a chip whose board is a script, and which is free at the end.
 */
#ifndef TESTS_HOST_ONE_CHIP_H
#define TESTS_HOST_ONE_CHIP_H

#include "tests/host/support.h"

#define ONE_CHIP_END_MS 60000 /**< Longest wait for what must come to an end. */

extern struct one_chip {
    char directory[PATH_MAX];
    struct board board;
    struct board_options options;
} chip;

int one_chip_set_up(void **state);
int one_chip_set_up_without_doorbell(void **state);
int one_chip_tear_down(void **state);

/** The name of a file in the chip's directory, until the next call. */
const char *one_chip_path(const char *name);

/** support_start_board() of it, with a script that is ready and serves. */
void one_chip_start(void);

/** board_start() of what SCRIPT does. */
enum board_result one_chip_try(const char *script);

/** Waits until a process holds the chip's lock. @return the process */
pid_t one_chip_wait_for_holder(void);

#define ONE_CHIP_TEST(function)                                                                    \
    cmocka_unit_test_setup_teardown(function, one_chip_set_up, one_chip_tear_down)

#define ONE_CHIP_TEST_WITHOUT_DOORBELL(function)                                                   \
    cmocka_unit_test_setup_teardown(function, one_chip_set_up_without_doorbell, one_chip_tear_down)

#endif
