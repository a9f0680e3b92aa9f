/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards that are not started because of their files: nothing is changed then.
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
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

static int set_up(void **state)
{
    const int result = one_chip_set_up_without_doorbell(state);
    support_write_file(chip.options.hosted, "#!/bin/sh\nexit 1\n", 0700);
    return result;
}

static void refused_file_costs_nothing(void **state)
{
    (void)state;
    char mailbox[PATH_MAX + 16];
    char dram[PATH_MAX + 16];
    char fabric[PATH_MAX + 16];
    struct shared_file file;
    struct stat status;
    (void)snprintf(mailbox, sizeof mailbox, "%s/mailbox", chip.directory);
    (void)snprintf(dram, sizeof dram, "%s/dram", chip.directory);
    (void)snprintf(fabric, sizeof fabric, "%s/fabric", chip.directory);
    assert_true(shared_file_create(mailbox, MAILBOX_FILE_BYTES));
    assert_true(shared_file_open(&file, mailbox, MAILBOX_FILE_BYTES));
    memset(file.bytes, 0xA5, MAILBOX_FILE_BYTES);
    assert_true(shared_file_create(dram, 3 * (size_t)0x100000));
    chip.options.mailbox = mailbox;
    chip.options.fabric = fabric;
    chip.options.dram = dram;
    chip.options.memory_mib = 0;
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    chip.options.dram = NULL;
    chip.options.hosted = "/nonexistent/board";
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_NOT_STARTED);
    assert_int_equal(access(fabric, F_OK), -1); /* a file that does not exist is not made */
    for (size_t i = 0; i < MAILBOX_FILE_BYTES; i++) {
        assert_int_equal(file.bytes[i], 0xA5);
    }
    shared_file_close(&file);
    assert_int_equal(stat(dram, &status), 0);
    assert_int_equal(status.st_size, 3 * 0x100000);
}

static void files_that_are_no_flash_banks_are_refused(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/flash.img", chip.directory);
    support_write_file(path, "x", 0600);
    chip.options.hosted = NULL;
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "flash.img: is not a flash bank"));
    assert_int_equal(truncate(path, 0x4000000), 0);
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "nv.img: is not a flash bank"));
}

static void banks_without_rom_or_image_are_refused(void **state)
{
    static const uint8_t branch[] = {0xFE, 0xFF, 0xFF, 0xEA};
    static const uint8_t erased[] = {0xFF, 0xFF, 0xFF, 0xFF};
    char path[PATH_MAX + 16];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/nv.img", chip.directory);
    assert_int_equal(truncate(path, 0x4000000), 0);
    (void)snprintf(path, sizeof path, "%s/flash.img", chip.directory);
    support_write_file(path, "root:x:0:0", 0600);
    assert_int_equal(truncate(path, 0x4000000), 0);
    chip.options.hosted = NULL;
    chip.options.qemu = one_chip_path("board"); /* ends at once, if it is started */
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "flash.img: has no boot ROM"));
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(descriptor, erased, sizeof erased, 0), sizeof erased);
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "flash.img: has no boot ROM"));
    assert_int_equal(pwrite(descriptor, branch, sizeof branch, 0), sizeof branch);
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(strstr(chip.board.message, "flash.img: has no firmware image at byte 262144"));
    assert_int_equal(pwrite(descriptor, "VAIMAGE1", 8, 0x40000), 8);
    assert_int_equal(close(descriptor), 0);
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_NOT_STARTED);
}

/* Nothing is known of such a board but that its log is empty. */
static void silent_board_is_said_to_be_silent(void **state)
{
    (void)state;
    support_write_file(chip.options.hosted, "#!/bin/sh\n: >uart.log\nexec sleep 60\n", 0700);
    chip.options.timeout_ms = 100;
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_NOT_ANSWERING);
    assert_non_null(strstr(chip.board.message, "not ready within 100 ms"));
    assert_non_null(strstr(chip.board.message, "neither boot ROM nor firmware has logged a line"));
}

static void directory_that_is_no_chip_is_left_alone(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    static const char *const names[] = {"fuses.bin", "nv.img"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", chip.directory, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    (void)snprintf(path, sizeof path, "%s/run", chip.directory);
    assert_int_equal(access(path, F_OK), -1);
}

static void file_of_the_chip_without_permission_is_refused_as_such(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/nv.img", chip.directory);
    assert_int_equal(chmod(path, 0400), 0);
    if (access(path, W_OK) == 0) {
        skip(); /* root may do everything */
    }
    assert_int_equal(board_start(&chip.board, &chip.options), BOARD_FAILED);
    assert_non_null(
        strstr(chip.board.message, "nv.img: cannot be read and written: Permission denied"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, one_chip_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refused_file_costs_nothing),
        TEST(files_that_are_no_flash_banks_are_refused),
        TEST(banks_without_rom_or_image_are_refused),
        TEST(silent_board_is_said_to_be_silent),
        TEST(directory_that_is_no_chip_is_left_alone),
        TEST(file_of_the_chip_without_permission_is_refused_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
