/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards with and without the cipher engine: shell scripts in place of QEMU, which has the device or
 * has not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/image.h"
#include "host/lib/board_path.h"
#include "host/lib/runner.h"
#include "tests/host/support.h"

/* Asked for the device, answers; otherwise writes its arguments to ../runs. */
#define HAS_DEVICE                                                                                 \
    "case \"$*\" in '-device virtio-crypto-device,help')\n"                                        \
    "    echo 'virtio-crypto-device options:'; exit 0 ;;\n"                                        \
    "esac\n" NOTE
#define HAS_NO_DEVICE                                                                              \
    "case \"$*\" in '-device virtio-crypto-device,help')\n"                                        \
    "    echo \"Device 'virtio-crypto-device' not found\" >&2; exit 0 ;;\n"                        \
    "esac\n" NOTE "case \"$*\" in *cryptodev-backend-builtin*)\n"                                  \
    "    echo \"'virtio-crypto-device' is not a valid device model name\" >&2; exit 1 ;;\n"        \
    "esac\n"
#define NOTE "echo \"$*\" >>../runs\n"
#define ENDS "echo 'no such machine' >&2; exit 1\n"
#define SERVE SUPPORT_READY "exec sleep 100\n"

static char directory[PATH_MAX];
static struct board board;
static struct board_options options;

static void make_bank(const char *name)
{
    char path[PATH_MAX];
    assert_true(board_path(path, directory, name));
    static const uint32_t branch = 0xEAFFFFFEu; /* What a boot ROM can begin with. */
    static const uint64_t magic = IMAGE_MAGIC;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(&branch, sizeof branch, 1, file), 1);
    assert_int_equal(fseek(file, IMAGE_FLASH_OFFSET, SEEK_SET), 0);
    assert_int_equal(fwrite(&magic, sizeof magic, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(truncate(path, (off_t)IMAGE_FLASH_BYTES), 0);
}

static int set_up(void **state)
{
    (void)state;
    support_make_chip(directory, &options);
    make_bank("flash.img");
    make_bank("nv.img");
    options.qemu = options.hosted;
    options.hosted = NULL;
    return 0;
}

static int tear_down(void **state)
{
    char path[PATH_MAX];
    (void)state;
    if (board_path(path, directory, "runs")) {
        (void)unlink(path);
    }
    support_remove_chip(directory, &options);
    return 0;
}

/* How often the emulator was started, and how often with the engine. */
static void count_runs(unsigned *runs, unsigned *with_engine)
{
    char path[PATH_MAX];
    char line[8192];
    assert_true(board_path(path, directory, "runs"));
    FILE *file = fopen(path, "r");
    *runs = 0;
    *with_engine = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        *runs += 1;
        *with_engine += strstr(line, "-object cryptodev-backend-builtin,id=cipher -device "
                                     "virtio-crypto-device,cryptodev=cipher,"
                                     "bus=virtio-mmio-bus.2") != NULL;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

/* Starts and stops the board, which must come up. */
static void check(const char *script, bool lacks_engine, unsigned runs, unsigned with_engine)
{
    unsigned found;
    unsigned found_with_engine;
    const enum board_result result = support_try_board(&board, &options, script);
    if (result != BOARD_OK) {
        fail_msg("%s", board.message);
    }
    assert_int_equal(board.lacks_engine, lacks_engine);
    assert_int_equal(board_kill(&board), BOARD_OK);
    count_runs(&found, &found_with_engine);
    assert_int_equal(found, runs);
    assert_int_equal(found_with_engine, with_engine);
}

static void board_has_the_engine(void **state)
{
    (void)state;
    check(HAS_DEVICE SERVE, false, 1, 1);
}

static void board_has_none_if_none_is_wanted(void **state)
{
    (void)state;
    options.no_engine = true;
    check(HAS_DEVICE SERVE, false, 1, 0);
    options.no_engine = false;
    options.icount = true; /* Time would depend on it. */
    check(HAS_DEVICE SERVE, false, 2, 0);
}

static void emulator_without_the_device_runs_without_it(void **state)
{
    (void)state;
    check(HAS_NO_DEVICE SERVE, true, 2, 1);
}

static void emulator_that_ends_for_another_reason_is_not_started_again(void **state)
{
    unsigned runs;
    unsigned with_engine;
    (void)state;
    assert_int_equal(support_try_board(&board, &options, HAS_DEVICE ENDS), BOARD_NOT_STARTED);
    assert_non_null(strstr(board.message, "no such machine"));
    count_runs(&runs, &with_engine);
    assert_int_equal(runs, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(board_has_the_engine),
        TEST(board_has_none_if_none_is_wanted),
        TEST(emulator_without_the_device_runs_without_it),
        TEST(emulator_that_ends_for_another_reason_is_not_started_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
