/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Linux board with files in place of its devices, as virtasp-sp runs it: what the other side
 * sees, what survives, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "abi/image.h"
#include "abi/mailbox.h"
#include "hal/flash.h"
#include "hal/fuses.h"
#include "hal/hosted/hosted.h"
#include "hal/log.h"
#include "hal/mailbox.h"

#define PATH_BYTES 64

static char directory[] = "/tmp/virtasp-test-XXXXXX";
static char error[256];

static const char *const names[] = {"mailbox", "dram", "nv", "fuses", "log", "doorbell"};

static const char *path(const char *name)
{
    static char paths[4][PATH_BYTES];
    static unsigned int next;
    char *result = paths[next++ % 4];

    (void)snprintf(result, PATH_BYTES, "%s/%s", directory, name);
    return result;
}

static int new_directory(void **state)
{
    (void)state;
    memcpy(directory + sizeof(directory) - 7, "XXXXXX", 7);
    hosted_reset();
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int remove_directory(void **state)
{
    (void)state;
    hosted_reset();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)unlink(path(names[i]));
    }
    return rmdir(directory);
}

static void write_file(const char *name, const void *data, size_t length)
{
    FILE *file = fopen(path(name), "we");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *name, long offset, void *data, size_t length)
{
    FILE *file = fopen(path(name), "re");

    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    const size_t got = fread(data, 1, length, file);
    assert_int_equal(fclose(file), 0);
    return got;
}

static bool attach(struct hosted_files files)
{
    return hosted_attach_files(&files, error, sizeof(error));
}

static void mailbox_file_is_made_and_shared(void **state)
{
    uint32_t value = 0;

    (void)state;
    assert_true(attach((struct hosted_files){.mailbox = path("mailbox")}));
    hal_mailbox_write(MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
    assert_int_equal(read_file("mailbox", MAILBOX_FEATURE, &value, 4), 4);
    assert_int_equal(value, MAILBOX_FEATURE_SEV);
    assert_int_equal(read_file("mailbox", MAILBOX_FILE_BYTES - 1, &value, 4), 1);
}

static void dram_has_the_size_of_its_file(void **state)
{
    static const uint8_t pages[3 * 4096] = {[8192] = 7};

    (void)state;
    write_file("dram", pages, sizeof(pages));
    assert_true(attach((struct hosted_files){.dram = path("dram")}));
    assert_int_equal(hosted_dram_bytes(), sizeof(pages));
    assert_int_equal(hosted_dram()[8192], 7);
}

static void unusable_files_are_refused_with_a_reason(void **state)
{
    static const char zeros[4097];

    (void)state;
    assert_false(attach((struct hosted_files){.dram = path("dram")}));
    assert_non_null(strstr(error, "No such file"));
    write_file("dram", zeros, 4097);
    assert_false(attach((struct hosted_files){.dram = path("dram")}));
    assert_non_null(strstr(error, "multiple of 4096"));
    write_file("mailbox", zeros, 4096);
    assert_false(attach((struct hosted_files){.mailbox = path("mailbox")}));
    assert_non_null(strstr(error, "fewer than"));
    write_file("nv", zeros, 4096);
    assert_false(attach((struct hosted_files){.nv = path("nv")}));
    assert_non_null(strstr(error, "fewer than"));
    write_file("fuses", zeros, sizeof(struct fuses));
    assert_false(attach((struct hosted_files){.fuses = path("fuses")}));
    assert_non_null(strstr(error, "not fuses"));
    write_file("doorbell", zeros, 1);
    assert_false(attach((struct hosted_files){.doorbell = path("doorbell")}));
    assert_non_null(strstr(error, "in use"));
}

static void fuses_come_from_the_file_of_exactly_their_size(void **state)
{
    struct fuses fuses[2] = {{.magic = FUSES_MAGIC, .chip_secret = "another test chip"}};
    struct fuses found;

    (void)state;
    write_file("fuses", fuses, sizeof(fuses[0]) + 1);
    assert_false(attach((struct hosted_files){.fuses = path("fuses")}));
    write_file("fuses", fuses, sizeof(fuses[0]));
    assert_true(attach((struct hosted_files){.fuses = path("fuses")}));
    assert_true(hal_fuses_read(&found));
    assert_memory_equal(&found, &fuses[0], sizeof(found));
}

static void nv_image_is_a_blank_bank_that_keeps_what_was_programmed(void **state)
{
    uint8_t found[16];
    struct stat status;

    (void)state;
    assert_true(attach((struct hosted_files){.nv = path("nv")}));
    assert_int_equal(stat(path("nv"), &status), 0);
    assert_int_equal(status.st_size, IMAGE_FLASH_BYTES);
    assert_true(hal_flash_program(8, "persists", 8));
    hosted_reset();
    assert_int_equal(hosted_flash()[8], 0xFF);
    assert_true(attach((struct hosted_files){.nv = path("nv")}));
    hal_flash_read(0, found, 16);
    assert_memory_equal(found, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFpersists", 16);
}

static void nv_image_serves_one_board_at_a_time(void **state)
{
    char found[16];

    (void)state;
    assert_true(attach((struct hosted_files){.nv = path("nv")}));
    assert_false(attach((struct hosted_files){.nv = path("nv")}));
    assert_non_null(strstr(error, "another board"));
    write_file("log", "of the first", 12);
    assert_false(attach((struct hosted_files){.nv = path("nv"), .log = path("log")}));
    assert_int_equal(read_file("log", 0, found, sizeof(found)), 12); /* It was left alone. */
}

static void log_goes_to_its_file(void **state)
{
    char found[16] = "";

    (void)state;
    write_file("log", "old text", 8);
    assert_true(attach((struct hosted_files){.log = path("log")}));
    hal_log_write("new\n", 4);
    assert_int_equal(read_file("log", 0, found, sizeof(found)), 4);
    assert_memory_equal(found, "new\n", 4);
    assert_string_equal(hosted_log(), "new\n");
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, new_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(mailbox_file_is_made_and_shared),
        FILE_TEST(dram_has_the_size_of_its_file),
        FILE_TEST(unusable_files_are_refused_with_a_reason),
        FILE_TEST(fuses_come_from_the_file_of_exactly_their_size),
        FILE_TEST(nv_image_is_a_blank_bank_that_keeps_what_was_programmed),
        FILE_TEST(nv_image_serves_one_board_at_a_time),
        FILE_TEST(log_goes_to_its_file),
    };

    return cmocka_run_group_tests_name("hosted files", tests, NULL, NULL);
}
