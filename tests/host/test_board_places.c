/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a user gives to a board: what is refused stays as it is, to the byte, and nothing
 * is made.
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
#include "host/lib/board_places.h"
#include "host/lib/runner.h"
#include "tests/host/support.h"

#define MIB 0x100000

static char directory[PATH_MAX];
static char names[8][PATH_MAX + 16];
static struct board board;
static struct board_options options;
static struct board_places places;

/* The name of a file in the test's directory; it stays valid until the test ends. */
static const char *name_of(const char *name)
{
    static unsigned next;
    char *text = names[next++ % 8];
    (void)snprintf(text, sizeof names[0], "%s/%s", directory, name);
    return text;
}

/* Makes a file of that size that begins with a text. */
static const char *make_file(const char *name, const char *text, off_t bytes)
{
    const char *path = name_of(name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(ftruncate(descriptor, bytes), 0);
    assert_int_equal(close(descriptor), 0);
    return path;
}

static void assert_file(const char *path, const char *text, off_t bytes)
{
    struct stat status;
    char start[64] = "";
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(fstat(descriptor, &status), 0);
    assert_int_equal(status.st_size, bytes);
    assert_int_equal(read(descriptor, start, strlen(text)), strlen(text));
    assert_string_equal(start, text);
    assert_int_equal(close(descriptor), 0);
}

static void assert_refused(enum board_result result, const char *reason)
{
    assert_int_equal(board_places_find(&board, &options, &places), result);
    if (strstr(board.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", board.message, reason);
    }
}

static int set_up(void **state)
{
    (void)state;
    support_make_directory(directory);
    board = (struct board)BOARD_CLOSED;
    memcpy(board.directory, directory, sizeof board.directory);
    options = board_default_options;
    options.directory = directory;
    return mkdir(name_of("run"), 0700);
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const made[] = {"file", "other", "link"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        (void)remove(name_of(made[i]));
    }
    support_remove_directory(directory);
    return 0;
}

static void size_of_a_memory_file_is_the_size_of_the_memory(void **state)
{
    (void)state;
    options.dram = make_file("file", "kernel", 6 * MIB);
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    assert_int_equal(places.memory_mib, 6);
    options.memory_mib = 6;
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    assert_file(options.dram, "kernel", 6 * MIB);
}

static void memory_of_another_size_than_its_file_is_refused(void **state)
{
    (void)state;
    options.dram = make_file("file", "kernel", 6 * MIB);
    options.memory_mib = 4;
    assert_refused(BOARD_BAD_USAGE, "has 6 MiB, but the memory shall have 4");
    options.memory_mib = 8;
    assert_refused(BOARD_BAD_USAGE, "has 6 MiB, but the memory shall have 8");
    assert_file(options.dram, "kernel", 6 * MIB);
}

static void memory_files_of_odd_sizes_are_refused(void **state)
{
    (void)state;
    static const off_t sizes[] = {0, 2 * MIB, 5 * MIB, 6 * MIB - 1, 6 * MIB + 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        options.dram = make_file("file", "", sizes[i]);
        assert_refused(BOARD_FAILED, "even number of MiB");
        assert_file(options.dram, "", sizes[i]);
    }
}

static void memory_has_a_default_without_file_and_option(void **state)
{
    (void)state;
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    assert_int_equal(places.memory_mib, BOARD_DEFAULT_MEMORY_MIB);
    options.dram = name_of("file");
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    assert_int_equal(places.memory_mib, BOARD_DEFAULT_MEMORY_MIB);
    assert_false(places.dram.exists);
    assert_int_equal(access(options.dram, F_OK), -1);
}

static void mailbox_and_fabric_of_other_sizes_are_refused(void **state)
{
    (void)state;
    static const off_t sizes[] = {0, MIB, 2 * MIB - 1, 2 * MIB + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        options.mailbox = make_file("file", "", sizes[i]);
        options.fabric = NULL;
        assert_refused(BOARD_FAILED, "should have 2097152");
        options.fabric = options.mailbox;
        options.mailbox = NULL;
        assert_refused(BOARD_FAILED, "should have 2097152");
        assert_file(options.fabric, "", sizes[i]);
    }
}

static void file_that_is_no_fabric_is_refused(void **state)
{
    (void)state;
    options.fabric = make_file("file", "", FABRIC_FILE_BYTES);
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    options.fabric = make_file("file", "VAFABRIC", FABRIC_FILE_BYTES);
    assert_int_equal(board_places_find(&board, &options, &places), BOARD_OK);
    options.fabric = make_file("file", "letters to home", FABRIC_FILE_BYTES);
    assert_refused(BOARD_FAILED, "something else than a fabric");
    assert_file(options.fabric, "letters to home", FABRIC_FILE_BYTES);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    options.dram = directory;
    assert_refused(BOARD_FAILED, "is a directory");
    options.dram = "/dev/null";
    assert_refused(BOARD_FAILED, "is not a regular file");
    options.dram = name_of("none/file");
    assert_refused(BOARD_FAILED, "No such file or directory");
    options.dram = name_of("none/");
    assert_refused(BOARD_FAILED, "not the name of a file");
    options.dram = name_of("link");
    assert_int_equal(symlink("nothing", options.dram), 0);
    assert_refused(BOARD_FAILED, "is a link to nothing");
    assert_int_equal(access(name_of("nothing"), F_OK), -1);
}

static void file_without_permission_is_refused_as_such(void **state)
{
    (void)state;
    options.dram = make_file("file", "", 4 * MIB);
    assert_int_equal(chmod(options.dram, 0400), 0);
    if (access(options.dram, W_OK) == 0) {
        skip(); /* root may do everything */
    }
    assert_refused(BOARD_FAILED, "cannot be read and written: Permission denied");
}

static void one_file_for_two_purposes_is_refused_by_whatever_name(void **state)
{
    (void)state;
    options.mailbox = make_file("file", "", 2 * MIB);
    options.fabric = options.mailbox;
    assert_refused(BOARD_FAILED, "two purposes");
    options.fabric = name_of("link");
    assert_int_equal(symlink("file", options.fabric), 0);
    assert_refused(BOARD_FAILED, "two purposes");
    options.fabric = name_of("other");
    assert_int_equal(link(options.mailbox, options.fabric), 0);
    assert_refused(BOARD_FAILED, "two purposes");
    options.mailbox = name_of("new");
    options.fabric = name_of("run/../new");
    assert_refused(BOARD_FAILED, "two purposes");
    options.fabric = NULL;
    options.doorbell = name_of("new");
    assert_refused(BOARD_FAILED, "two purposes");
}

static void files_of_the_chip_are_refused(void **state)
{
    (void)state;
    options.dram = make_file("nv.img", "identity", 4 * MIB);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
    options.dram = name_of("other");
    assert_int_equal(link(name_of("nv.img"), options.dram), 0);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
    options.flash = options.dram;
    assert_int_equal(unlink(name_of("nv.img")), 0);
    assert_refused(BOARD_FAILED, "one of the chip's own files");
}

static void files_of_another_chip_are_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir(name_of("other"), 0700), 0);
    options.dram = make_file("other/nv.img", "identity", 4 * MIB);
    assert_refused(BOARD_FAILED, "chip's own files");
    assert_file(options.dram, "identity", 4 * MIB);
    assert_int_equal(unlink(options.dram), 0);
}

static void files_in_run_are_refused(void **state)
{
    (void)state;
    options.dram = make_file("run/dram", "kernel", 4 * MIB);
    assert_refused(BOARD_FAILED, "makes the files in its run/ itself");
    assert_file(options.dram, "kernel", 4 * MIB);
    options.dram = NULL;
    options.doorbell = name_of("run/doorbell");
    assert_refused(BOARD_FAILED, "makes the files in its run/ itself");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(size_of_a_memory_file_is_the_size_of_the_memory),
        TEST(memory_of_another_size_than_its_file_is_refused),
        TEST(memory_files_of_odd_sizes_are_refused),
        TEST(memory_has_a_default_without_file_and_option),
        TEST(mailbox_and_fabric_of_other_sizes_are_refused),
        TEST(file_that_is_no_fabric_is_refused),
        TEST(what_is_no_file_is_refused),
        TEST(file_without_permission_is_refused_as_such),
        TEST(one_file_for_two_purposes_is_refused_by_whatever_name),
        TEST(files_of_the_chip_are_refused),
        TEST(files_of_another_chip_are_refused),
        TEST(files_in_run_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
