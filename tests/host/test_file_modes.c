/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may open the files of a board: new ones their owner alone, and of others is warned.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/file_modes.h"
#include "host/lib/runner.h"
#include "tests/host/one_chip.h"

static char said[4][FILE_MODES_TEXT_BYTES];
static size_t count;

static void say(void *context, const char *text)
{
    (void)context;
    assert_true(count < sizeof said / sizeof said[0]);
    (void)snprintf(said[count++], sizeof said[0], "%s", text);
}

static void look(void)
{
    count = 0;
    file_modes_warn(chip.directory, say, NULL);
}

static void new_files_are_their_owners_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"run/mailbox", "run/fabric", "run/dram", "run/emulator.log",
                                        "run/pid"};
    struct stat status;
    const mode_t before = umask(0);
    one_chip_start();
    (void)umask(before);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(stat(one_chip_path(names[i]), &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
    }
    assert_int_equal(stat(one_chip_path("run"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    look();
    assert_int_equal(count, 0);
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

static void file_that_is_open_to_others_is_warned_of(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        mode_t mode;
        const char *words; /* NULL: nothing is wrong */
    } files[] = {
        {"run/fabric", 0644, "run/fabric has mode 0644: others may read it, and the memory keys"},
        {"run/fabric", 0602, "run/fabric has mode 0602: others may write it"},
        {"run/dram", 0640, "run/dram has mode 0640: others may read it, and it is the x86 memory"},
        {"run/mailbox", 0660, "run/mailbox has mode 0660: others may read and write it, and comm"},
        {"fuses.bin", 0604, "fuses.bin has mode 0604: others may read it, and the chip's secret"},
        {"nv.img", 0620, "nv.img has mode 0620: others may write it, and the chip's identity"},
        {"flash.img", 0644, NULL},
        {"flash.img", 0646, "flash.img has mode 0646: others may write it, and the boot ROM"},
        {"run/fabric", 0711, NULL},
    };
    support_write_file(one_chip_path("flash.img"), "x", 0600);
    one_chip_start();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(chmod(one_chip_path(files[i].name), files[i].mode), 0);
        look();
        assert_int_equal(count, files[i].words != NULL ? 1 : 0);
        if (files[i].words != NULL && strstr(said[0], files[i].words) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", said[0], files[i].words);
        }
        assert_int_equal(chmod(one_chip_path(files[i].name), 0600), 0);
    }
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

/* A user's file is named by where it is, and keeps its mode. */
static void file_behind_a_link_is_named(void **state)
{
    (void)state;
    static char fabric[PATH_MAX];
    struct stat status;
    (void)snprintf(fabric, sizeof fabric, "%s", one_chip_path("fabric"));
    support_write_file(fabric, "", 0600);
    assert_int_equal(truncate(fabric, FABRIC_FILE_BYTES), 0);
    assert_int_equal(chmod(fabric, 0644), 0);
    chip.options.fabric = fabric;
    one_chip_start();
    look();
    assert_int_equal(count, 1);
    assert_int_equal(strncmp(said[0], fabric, strlen(fabric)), 0);
    assert_int_equal(stat(fabric, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);
    assert_int_equal(board_kill(&chip.board), BOARD_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE_CHIP_TEST(new_files_are_their_owners_alone),
        ONE_CHIP_TEST(file_that_is_open_to_others_is_warned_of),
        ONE_CHIP_TEST(file_behind_a_link_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
