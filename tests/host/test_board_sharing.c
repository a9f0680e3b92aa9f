/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that one board has are not another's: no second board is started on them, and who finds the
 * first board dead takes nothing out of them. Shell scripts take the place of boards.
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

#include "abi/fabric.h"
#include "host/lib/dead_board.h"
#include "host/lib/fabric.h"
#include "host/lib/runner.h"
#include "host/lib/status.h"
#include "tests/host/support.h"

#define KEY 0xC3
#define SERVE SUPPORT_READY SUPPORT_SERVE

/* A chip with a script as its board. */
struct chip {
    char directory[PATH_MAX];
    char program[PATH_MAX];
    struct board_options options;
    struct board board;
};

static struct chip first;
static struct chip second;
static char elsewhere[PATH_MAX]; /* a directory that is no chip's */
static char fabric[PATH_MAX];    /* a file in it */

static void make_chip(struct chip *chip)
{
    support_make_chip(chip->directory, &chip->options);
    assert_true(board_path(chip->program, chip->directory, "board"));
    chip->options.hosted = chip->program;
    chip->board = (struct board)BOARD_CLOSED;
}

static int set_up(void **state)
{
    (void)state;
    make_chip(&first);
    make_chip(&second);
    support_make_directory(elsewhere);
    assert_true(board_path(fabric, elsewhere, "fabric"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    support_remove_chip(first.directory, &first.options);
    support_remove_chip(second.directory, &second.options);
    support_remove_directory(elsewhere);
    return 0;
}

static void start(struct chip *chip)
{
    support_start_board(&chip->board, &chip->options, SERVE);
}

static void stop(struct chip *chip)
{
    assert_int_equal(board_kill(&chip->board), BOARD_OK);
}

static void fill(const char *path, off_t offset, int byte, size_t length)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(pwrite(file, &(uint8_t){(uint8_t)byte}, 1, offset + (off_t)i), 1);
    }
    assert_int_equal(close(file), 0);
}

/* What a firmware writes. */
static void put_keys(void)
{
    fill(fabric, FABRIC_MEMCTL_OFFSET + 64, KEY, 64);
}

static bool has_keys(void)
{
    uint8_t key = 0;
    int file = open(fabric, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &key, 1, FABRIC_MEMCTL_OFFSET + 64), 1);
    assert_int_equal(close(file), 0);
    return key == KEY;
}

static bool is_link(const struct chip *chip)
{
    char path[PATH_MAX];
    struct stat status;
    assert_true(board_path(path, chip->directory, "run/fabric"));
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/* As somebody who runs boards by hand makes it. */
static void make_link(const struct chip *chip, const char *target)
{
    char path[PATH_MAX];
    assert_true(board_path(path, chip->directory, "run/fabric"));
    assert_true(unlink(path) == 0 || access(path, F_OK) != 0);
    assert_int_equal(symlink(target, path), 0);
}

static void look_at(const struct chip *chip)
{
    struct board board;
    struct status_view view;
    assert_int_equal(status_look(&board, chip->directory, &view), BOARD_NOT_ANSWERING);
    assert_int_equal(board_stop_directory(&board, chip->directory, NULL), BOARD_NOT_ANSWERING);
    assert_int_equal(board_reset_directory(&board, chip->directory, NULL, 0), BOARD_NOT_ANSWERING);
    assert_int_equal(board_open(&board, chip->directory), BOARD_NOT_ANSWERING);
}

static void stopped_chip_leaves_a_fabric_that_is_anothers_by_now_alone(void **state)
{
    (void)state;
    first.options.fabric = fabric;
    second.options.fabric = fabric;
    start(&first);
    put_keys();
    assert_true(is_link(&first));
    stop(&first);
    assert_false(has_keys());
    assert_false(is_link(&first));
    start(&second);
    put_keys();
    look_at(&first);
    assert_true(has_keys());
    /* Not even when there still is a link, as of a board that was started by hand. */
    make_link(&first, fabric);
    look_at(&first);
    assert_true(has_keys());
    assert_false(is_link(&first));
    stop(&second);
    assert_false(has_keys());
}

static void keys_behind_a_link_are_taken_away_once(void **state)
{
    (void)state;
    first.options.fabric = fabric;
    start(&first);
    stop(&first);
    make_link(&first, fabric);
    look_at(&first);
    assert_true(is_link(&first)); /* there was nothing to do */
    put_keys();
    look_at(&first);
    assert_false(has_keys());
    assert_false(is_link(&first));
    put_keys();
    look_at(&first);
    assert_true(has_keys());
}

static void file_that_is_no_fabric_stays_as_it_is(void **state)
{
    (void)state;
    start(&first);
    stop(&first);
    put_keys(); /* in a file that is too short, and then in one without a magic number */
    for (int i = 0; i < 2; i++) {
        make_link(&first, fabric);
        look_at(&first);
        assert_true(has_keys());
        assert_true(is_link(&first));
        assert_int_equal(truncate(fabric, FABRIC_FILE_BYTES), 0);
    }
    const uint64_t magic = FABRIC_MAGIC;
    int file = open(fabric, O_RDWR | O_CLOEXEC);
    assert_int_equal(pwrite(file, &magic, sizeof magic, 0), sizeof magic);
    assert_int_equal(ftruncate(file, FABRIC_FILE_BYTES + 1), 0);
    look_at(&first);
    assert_true(has_keys());
    assert_int_equal(ftruncate(file, FABRIC_FILE_BYTES), 0);
    assert_int_equal(close(file), 0);
    look_at(&first);
    assert_false(has_keys());
}

static void assert_refused(struct chip *chip, const char *reason)
{
    assert_int_equal(support_try_board(&chip->board, &chip->options, SERVE), BOARD_FAILED);
    if (strstr(chip->board.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", chip->board.message, reason);
    }
}

static void files_of_a_running_board_are_no_second_boards(void **state)
{
    (void)state;
    char mailbox[PATH_MAX];
    char dram[PATH_MAX];
    assert_true(board_path(mailbox, elsewhere, "mailbox"));
    assert_true(board_path(dram, elsewhere, "dram"));
    const struct {
        const char **of_first;
        const char **of_second;
        const char *path;
    } files[] = {
        {&first.options.mailbox, &second.options.mailbox, mailbox},
        {&first.options.fabric, &second.options.fabric, fabric},
        {&first.options.dram, &second.options.dram, dram},
    };
    first.options.daemon = true; /* the locks are the board's, not this program's */
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        *files[i].of_first = files[i].path;
        start(&first);
        fill(files[i].path, 0x10000, KEY, 1);
        *files[i].of_second = files[i].path;
        assert_refused(&second, "has it locked");
        stop(&first);
        *files[i].of_first = NULL;
        start(&second); /* now it may be */
        stop(&second);
        *files[i].of_second = NULL;
    }
}

static void refusal_names_the_file_and_who_has_it(void **state)
{
    (void)state;
    char dram[PATH_MAX];
    assert_true(board_path(dram, elsewhere, "dram"));
    first.options.dram = dram;
    start(&first);
    fill(dram, 0, KEY, 1);
    second.options.dram = dram;
    assert_refused(&second, dram);
    assert_refused(&second, "has it locked");
    stop(&first);
    /* As a QEMU has an image. */
    struct flock byte = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 1};
    int image = open(dram, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(image, F_OFD_SETLK, &byte), 0);
    assert_refused(&second, "has it locked");
    assert_int_equal(close(image), 0);
}

static void files_of_another_chip_are_refused(void **state)
{
    (void)state;
    char path[PATH_MAX];
    static const char *const names[] = {"nv.img", "flash.img", "fuses.bin"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(board_path(path, first.directory, names[i]));
        fill(path, 0, KEY, 1);
        assert_int_equal(truncate(path, 8 << 20), 0);
        second.options.dram = path;
        assert_refused(&second, "one of another chip's own files");
    }
    second.options.dram = NULL;
    start(&first);
    stop(&first);
    assert_true(board_path(path, first.directory, "run/dram"));
    second.options.dram = path;
    assert_refused(&second, "makes the files in its run/ itself");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stopped_chip_leaves_a_fabric_that_is_anothers_by_now_alone),
        TEST(keys_behind_a_link_are_taken_away_once),
        TEST(file_that_is_no_fabric_stays_as_it_is),
        TEST(files_of_a_running_board_are_no_second_boards),
        TEST(refusal_names_the_file_and_who_has_it),
        TEST(files_of_another_chip_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
