/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a user gives to a board: what is refused stays as it is, to the byte, and nothing
 * is made.
 */
#include <errno.h>
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
#include "host/lib/board_path.h"
#include "host/lib/board_places.h"
#include "tests/host/places.h"

#define MIB 0x100000

static struct board_places found;

static void assert_refused(enum board_result result, const char *reason)
{
    assert_int_equal(board_places_find(&places.board, &places.options, &found), result);
    places_assert_said(reason);
}

static void size_of_a_memory_file_is_the_size_of_the_memory(void **state)
{
    (void)state;
    places.options.dram = places_make_file("file", "kernel", 6 * MIB);
    assert_int_equal(board_places_find(&places.board, &places.options, &found), BOARD_OK);
    assert_int_equal(found.memory_mib, 6);
    places.options.memory_mib = 6;
    assert_int_equal(board_places_find(&places.board, &places.options, &found), BOARD_OK);
    places_assert_file(places.options.dram, "kernel", 6 * MIB);
}

static void memory_of_another_size_than_its_file_is_refused(void **state)
{
    (void)state;
    places.options.dram = places_make_file("file", "kernel", 6 * MIB);
    places.options.memory_mib = 4;
    assert_refused(BOARD_BAD_USAGE, "has 6 MiB, but the memory shall have 4");
    places.options.memory_mib = 8;
    assert_refused(BOARD_BAD_USAGE, "has 6 MiB, but the memory shall have 8");
    places_assert_file(places.options.dram, "kernel", 6 * MIB);
}

static void memory_files_of_odd_sizes_are_refused(void **state)
{
    (void)state;
    static const off_t sizes[] = {0, 2 * MIB, 5 * MIB, 6 * MIB - 1, 6 * MIB + 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        places.options.dram = places_make_file("file", "", sizes[i]);
        assert_refused(BOARD_FAILED, "even number of MiB");
        places_assert_file(places.options.dram, "", sizes[i]);
    }
}

static void memory_has_a_default_without_file_and_option(void **state)
{
    (void)state;
    assert_int_equal(board_places_find(&places.board, &places.options, &found), BOARD_OK);
    assert_int_equal(found.memory_mib, BOARD_DEFAULT_MEMORY_MIB);
    places.options.dram = places_name("file");
    assert_int_equal(board_places_find(&places.board, &places.options, &found), BOARD_OK);
    assert_int_equal(found.memory_mib, BOARD_DEFAULT_MEMORY_MIB);
    assert_false(found.dram.exists);
    assert_int_equal(access(places.options.dram, F_OK), -1);
}

static void mailbox_and_fabric_of_other_sizes_are_refused(void **state)
{
    (void)state;
    static const off_t sizes[] = {0, MIB, 2 * MIB - 1, 2 * MIB + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        places.options.mailbox = places_make_file("file", "", sizes[i]);
        places.options.fabric = NULL;
        assert_refused(BOARD_FAILED, "should have 2097152");
        places.options.fabric = places.options.mailbox;
        places.options.mailbox = NULL;
        assert_refused(BOARD_FAILED, "should have 2097152");
        places_assert_file(places.options.fabric, "", sizes[i]);
    }
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    places.options.dram = places.directory;
    assert_refused(BOARD_FAILED, "is a directory");
    places.options.dram = "/dev/null";
    assert_refused(BOARD_FAILED, "is not a regular file");
    places.options.dram = places_name("none/file");
    assert_refused(BOARD_FAILED, "No such file or directory");
    places.options.dram = places_name("none/");
    assert_refused(BOARD_FAILED, "not the name of a file");
    places.options.dram = places_name("link");
    assert_int_equal(symlink("nothing", places.options.dram), 0);
    assert_refused(BOARD_FAILED, "is a link to nothing");
    assert_int_equal(access(places_name("nothing"), F_OK), -1);
}

static void file_without_permission_is_refused_as_such(void **state)
{
    (void)state;
    places.options.dram = places_make_file("file", "", 4 * MIB);
    assert_int_equal(chmod(places.options.dram, 0400), 0);
    if (access(places.options.dram, W_OK) == 0) {
        skip(); /* root may do everything */
    }
    assert_refused(BOARD_FAILED, "cannot be read and written: Permission denied");
}

static void one_file_for_two_purposes_is_refused_by_whatever_name(void **state)
{
    (void)state;
    places.options.mailbox = places_make_file("file", "", 2 * MIB);
    places.options.fabric = places.options.mailbox;
    assert_refused(BOARD_FAILED, "two purposes");
    places.options.fabric = places_name("link");
    assert_int_equal(symlink("file", places.options.fabric), 0);
    assert_refused(BOARD_FAILED, "two purposes");
    places.options.fabric = places_name("other");
    assert_int_equal(link(places.options.mailbox, places.options.fabric), 0);
    assert_refused(BOARD_FAILED, "two purposes");
    places.options.mailbox = places_name("new");
    places.options.fabric = places_name("run/../new");
    assert_refused(BOARD_FAILED, "two purposes");
    places.options.fabric = NULL;
    places.options.doorbell = places_name("new");
    assert_refused(BOARD_FAILED, "two purposes");
}

static void files_of_the_chip_are_refused(void **state)
{
    (void)state;
    places.options.dram = places_make_file("nv.img", "identity", 4 * MIB);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
    places.options.dram = places_name("other");
    assert_int_equal(link(places_name("nv.img"), places.options.dram), 0);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
    places.options.flash = places.options.dram;
    assert_int_equal(unlink(places_name("nv.img")), 0);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
}

static void files_of_another_chip_are_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir(places_name("other"), 0700), 0);
    places.options.dram = places_make_file("other/nv.img", "identity", 4 * MIB);
    assert_refused(BOARD_FAILED, "chip's own files");
    places_assert_file(places.options.dram, "identity", 4 * MIB);
    assert_int_equal(unlink(places.options.dram), 0);
}

static void files_in_run_are_refused(void **state)
{
    (void)state;
    places.options.dram = places_make_file("run/dram", "kernel", 4 * MIB);
    assert_refused(BOARD_FAILED, "makes the files in its run/ itself");
    places_assert_file(places.options.dram, "kernel", 4 * MIB);
    places.options.dram = NULL;
    places.options.doorbell = places_name("run/doorbell");
    assert_refused(BOARD_FAILED, "makes the files in its run/ itself");
}

static void too_long_a_name_has_its_error_number(void **state)
{
    char directory[PATH_MAX];
    char path[PATH_MAX];
    (void)state;
    memset(directory, 'd', sizeof directory);
    directory[sizeof directory - sizeof "/run"] = '\0';
    errno = 0;
    assert_true(board_path(path, directory, "run"));
    assert_int_equal(errno, 0);
    assert_false(board_path(path, directory, "runs"));
    assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACES_TEST(size_of_a_memory_file_is_the_size_of_the_memory),
        PLACES_TEST(memory_of_another_size_than_its_file_is_refused),
        PLACES_TEST(memory_files_of_odd_sizes_are_refused),
        PLACES_TEST(memory_has_a_default_without_file_and_option),
        PLACES_TEST(mailbox_and_fabric_of_other_sizes_are_refused),
        PLACES_TEST(what_is_no_file_is_refused),
        PLACES_TEST(file_without_permission_is_refused_as_such),
        PLACES_TEST(one_file_for_two_purposes_is_refused_by_whatever_name),
        PLACES_TEST(files_of_the_chip_are_refused),
        PLACES_TEST(files_of_another_chip_are_refused),
        PLACES_TEST(files_in_run_are_refused),
        PLACES_TEST(too_long_a_name_has_its_error_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
