/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading what a firmware tells about itself: only whole copies count, and looking changes nothing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/run_lock.h"
#include "host/lib/status.h"
#include "tests/host/support.h"

#define COPIES 20000u
#define PATIENCE_MS 60000

static uint8_t *fabric;
static struct fabric_status *block; /* in FABRIC */
static char directory[PATH_MAX];
static int lock;

static int set_up(void **state)
{
    (void)state;
    char path[PATH_MAX + 16];
    fabric = calloc(1, FABRIC_FILE_BYTES);
    assert_non_null(fabric);
    block = (void *)(fabric + FABRIC_STATUS_OFFSET);
    *block = (struct fabric_status){
        .magic = FABRIC_STATUS_MAGIC, .generation = 2, .boot_count = 1, .build = 7};
    support_make_directory(directory);
    (void)snprintf(path, sizeof path, "%s/run", directory);
    assert_int_equal(mkdir(path, 0700), 0);
    lock = -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (lock >= 0) {
        (void)close(lock);
    }
    free(fabric);
    support_remove_directory(directory);
    return 0;
}

/* Plays a running board: the lock is held, and its fabric has LENGTH bytes. */
static void run_board(size_t length)
{
    char path[PATH_MAX + 16];
    lock = run_lock_take(directory);
    assert_true(lock >= 0);
    (void)snprintf(path, sizeof path, "%s/run/fabric", directory);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0400);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, fabric, length), length);
    assert_int_equal(close(descriptor), 0);
}

static void magic_says_whether_commands_are_served(void **state)
{
    (void)state;
    struct fabric_status copy;
    assert_int_equal(status_copy(fabric, 0, &copy), STATUS_SERVING);
    assert_memory_equal(&copy, block, sizeof copy);
    block->magic = 0;
    assert_int_equal(status_copy(fabric, 0, &copy), STATUS_STOPPED);
    assert_int_equal(copy.build, 7);
    block->magic = FABRIC_STATUS_MAGIC + 1;
    assert_int_equal(status_copy(fabric, 0, &copy), STATUS_STOPPED);
    *block = (struct fabric_status){0};
    assert_int_equal(status_copy(fabric, 0, &copy), STATUS_ABSENT);
}

static void change_that_never_ends_is_given_up(void **state)
{
    (void)state;
    struct fabric_status copy;
    block->generation = 3;
    assert_int_equal(status_copy(fabric, 20, &copy), STATUS_CHANGING);
}

/* Changes the block as the firmware does, all fields to the same number. */
static void *keep_changing(void *context)
{
    const bool *stop = context;
    for (uint32_t value = 1; !__atomic_load_n(stop, __ATOMIC_RELAXED); value++) {
        (void)__atomic_add_fetch((uint64_t *)(void *)&fabric[FABRIC_STATUS_OFFSET + 8], 1,
                                 __ATOMIC_SEQ_CST);
        for (size_t i = 0; i < FABRIC_STATUS_ID_WORDS; i++) {
            __atomic_store_n((uint32_t *)(void *)&fabric[FABRIC_STATUS_OFFSET + 0xC0 + 4 * i],
                             value, __ATOMIC_RELAXED);
        }
        (void)__atomic_add_fetch((uint64_t *)(void *)&fabric[FABRIC_STATUS_OFFSET + 8], 1,
                                 __ATOMIC_SEQ_CST);
        usleep(value % 50);
    }
    return NULL;
}

static void copy_is_never_half_of_a_change(void **state)
{
    (void)state;
    struct fabric_status copy;
    bool stop = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, keep_changing, &stop), 0);
    unsigned halves = 0;
    unsigned failures = 0;
    for (unsigned i = 0; i < COPIES; i++) {
        failures += status_copy(fabric, PATIENCE_MS, &copy) != STATUS_SERVING ? 1 : 0;
        for (size_t k = 1; k < FABRIC_STATUS_ID_WORDS; k++) {
            halves += copy.ids[k] != copy.ids[0] ? 1 : 0;
        }
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(failures, 0);
    assert_int_equal(halves, 0);
}

static void board_that_does_not_run_is_reported(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    run_board(FABRIC_FILE_BYTES);
    (void)close(lock);
    lock = -1;
    assert_int_equal(status_look(&board, directory, &view), BOARD_NOT_ANSWERING);
    assert_non_null(strstr(board.message, "no board is running"));
    assert_int_equal(view.process, 0);
}

static void directory_that_does_not_exist_is_named(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    assert_int_equal(status_look(&board, "/nonexistent/chip", &view), BOARD_FAILED);
    assert_string_equal(board.message, "/nonexistent/chip: No such file or directory");
}

static void running_board_is_seen_through_a_file_that_cannot_be_written(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    struct fabric_config *configuration = (void *)fabric;
    configuration->cores = 9;
    run_board(FABRIC_FILE_BYTES);
    assert_true(run_lock_write_pid(lock, 4711));
    assert_int_equal(status_look(&board, directory, &view), BOARD_OK);
    assert_int_equal(view.process, 4711);
    assert_memory_equal(&view.block, block, sizeof view.block);
    assert_int_equal(view.configuration.magic, 0); /* Nobody has finished one. */
    assert_int_equal(view.configuration.cores, 0);
}

static void configuration_is_read_too(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    struct fabric_config *configuration = (void *)fabric;
    *configuration = (struct fabric_config){.magic = FABRIC_MAGIC, .cores = 9};
    run_board(FABRIC_FILE_BYTES);
    assert_int_equal(status_look(&board, directory, &view), BOARD_OK);
    assert_memory_equal(&view.configuration, configuration, sizeof view.configuration);
}

static void stopped_firmware_is_reported_with_its_last_words(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    block->magic = 0;
    run_board(FABRIC_FILE_BYTES);
    assert_int_equal(status_look(&board, directory, &view), BOARD_STOPPED);
    assert_non_null(strstr(board.message, "serves no commands"));
    assert_int_equal(view.block.build, 7);
}

static void firmware_that_has_not_started_is_reported(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    *block = (struct fabric_status){0};
    run_board(FABRIC_FILE_BYTES);
    assert_int_equal(status_look(&board, directory, &view), BOARD_NOT_ANSWERING);
    assert_non_null(strstr(board.message, "not started yet"));
    assert_int_not_equal(view.process, 0);
}

static void fabric_that_is_missing_or_short_is_named(void **state)
{
    (void)state;
    struct board board;
    struct status_view view;
    char path[PATH_MAX + 16];
    run_board(FABRIC_FILE_BYTES - 1);
    assert_int_equal(status_look(&board, directory, &view), BOARD_FAILED);
    assert_non_null(strstr(board.message, "run/fabric: too short"));
    (void)snprintf(path, sizeof path, "%s/run/fabric", directory);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(status_look(&board, directory, &view), BOARD_FAILED);
    assert_non_null(strstr(board.message, "run/fabric: No such file"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(magic_says_whether_commands_are_served),
        TEST(change_that_never_ends_is_given_up),
        TEST(copy_is_never_half_of_a_change),
        TEST(board_that_does_not_run_is_reported),
        TEST(directory_that_does_not_exist_is_named),
        TEST(running_board_is_seen_through_a_file_that_cannot_be_written),
        TEST(configuration_is_read_too),
        TEST(stopped_firmware_is_reported_with_its_last_words),
        TEST(firmware_that_has_not_started_is_reported),
        TEST(fabric_that_is_missing_or_short_is_named),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
