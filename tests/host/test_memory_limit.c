/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory a board of QEMU can have, with shell scripts in place of QEMU.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/runner_internal.h"
#include "tests/host/support.h"

static char directory[PATH_MAX];
static char program[PATH_MAX + 8];
static struct board board;
static struct board_options options;

static int set_up(void **state)
{
    (void)state;
    support_make_directory(directory);
    (void)snprintf(program, sizeof program, "%s/board", directory);
    options = board_default_options;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    support_remove_directory(directory);
    return 0;
}

/* What becomes of a board with so much memory, whose emulator is the script. */
static enum board_result check(const char *script, const char *cpu, uint32_t memory_mib)
{
    int descriptor = open(program, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_true(descriptor >= 0);
    assert_true(dprintf(descriptor, "#!/bin/sh\n%s\n", script) > 0);
    assert_int_equal(close(descriptor), 0);
    options.cpu = cpu;
    board = (struct board)BOARD_CLOSED;
    return runner_check_memory(&board, &options, program, memory_mib);
}

#define VERSION(version) "[ \"$1\" = --version ] && echo 'QEMU emulator version " version "'"

static void cpu_with_32_bits_of_address_has_3_gib_less_20_mib(void **state)
{
    (void)state;
    assert_int_equal(check(VERSION("7.2.22 (Debian)"), "max", 3052), BOARD_OK);
    assert_int_equal(check(VERSION("7.2.22 (Debian)"), "max", 3054), BOARD_BAD_USAGE);
    assert_non_null(strstr(board.message, "QEMU 7 has room for 3052 MiB"));
    assert_non_null(strstr(board.message, "--cpu cortex-a15 or a newer QEMU"));
}

static void lowest_limit_that_applies_is_named(void **state)
{
    (void)state;
    assert_int_equal(check(VERSION("7.2.22 (Debian)"), "max", 1048576), BOARD_BAD_USAGE);
    assert_non_null(strstr(board.message, "QEMU 7 has room for 3052 MiB"));
    assert_non_null(strstr(board.message, "has room for 523244"));
    assert_int_equal(check(VERSION("7.2.22 (Debian)"), "cortex-a15", 1048576), BOARD_BAD_USAGE);
    assert_null(strstr(board.message, "3052"));
}

static void others_have_40_bits(void **state)
{
    (void)state;
    assert_int_equal(check(VERSION("7.2.22 (Debian)"), "cortex-a15", 8192), BOARD_OK);
    assert_int_equal(check(VERSION("10.0.2"), "max", 8192), BOARD_OK);
    assert_int_equal(check(VERSION("10.0.2"), "max", 523244), BOARD_OK);
    assert_int_equal(check(VERSION("10.0.2"), "max", 523246), BOARD_BAD_USAGE);
    assert_non_null(strstr(board.message, "room for 523244 MiB"));
}

static void emulator_that_does_not_tell_its_version_is_tried(void **state)
{
    (void)state;
    assert_int_equal(check("exit 1", "max", 8192), BOARD_OK);
    assert_int_equal(check("echo something else", "max", 8192), BOARD_OK);
    assert_int_equal(check(VERSION("7.2.22") "; exit 3", "max", 8192), BOARD_OK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cpu_with_32_bits_of_address_has_3_gib_less_20_mib),
        TEST(lowest_limit_that_applies_is_named),
        TEST(others_have_40_bits),
        TEST(emulator_that_does_not_tell_its_version_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
