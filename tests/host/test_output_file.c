/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tool may write, and that what stands under a snapshot's name is lost only to a whole one.
 */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/psp_header.h"
#include "host/lib/output_file.h"
#include "host/lib/snapshot.h"
#include "tests/host/support.h"

static char directory[PATH_MAX];
static char path[2 * PATH_MAX];

static const char *in_directory(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void write_at(const char *name, size_t offset, const void *bytes, size_t length)
{
    int descriptor = open(in_directory(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(pwrite(descriptor, bytes, length, (off_t)offset), length);
    assert_int_equal(close(descriptor), 0);
}

static void assert_refused(const char *name, const struct output_kind *kind, const char *why)
{
    const char *refusal = output_refusal(in_directory(name), kind);
    if (refusal == NULL || strstr(refusal, why) == NULL) {
        fail_msg("%s: %s, but it should be: %s", name, refusal != NULL ? refusal : "taken", why);
    }
}

static int set_up(void **state)
{
    (void)state;
    support_make_directory(directory);
    return 0;
}

static int remove_one(const char *name, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(name);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void own_files_of_a_chip_stay(void **state)
{
    static const char *const names[] = {
        "chip/fuses.bin", "chip/nv.img",         "chip/flash.img",     "chip/chip.json",
        "chip/vendor/x",  "chip/kds/cek/id/new", "chip/run/../nv.img", "chip/kds/../flash.img",
        "link",           "chip/kds/ark.cert",
    };
    static const char *const others[] = {"chip/guest.snapshot", "chip/run/new", "flash.img", "new"};
    static const char *const made[] = {"chip",     "chip/run",     "chip/vendor",
                                       "chip/kds", "chip/kds/cek", "chip/kds/cek/id"};
    const uint64_t magic = SNAPSHOT_MAGIC;
    (void)state;
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        assert_int_equal(mkdir(in_directory(made[i]), 0700), 0);
    }
    write_at("chip/fuses.bin", 0, &magic, sizeof magic);
    write_at("chip/flash.img", 0, &magic, sizeof magic);
    assert_int_equal(symlink("chip/flash.img", in_directory("link")), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_refused(names[i], &output_snapshot, "own files");
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_null(output_refusal(in_directory(others[i]), &output_snapshot));
    }
    /* What is left of a chip that has lost its fuses is one, too. */
    assert_int_equal(unlink(in_directory("chip/fuses.bin")), 0);
    write_at("chip/nv.img", 0, "", 1);
    assert_refused("chip/flash.img", &output_snapshot, "own files");
}

#define KINDS 7u

static void files_of_another_kind_stay(void **state)
{
    const struct output_kind *const kinds[] = {&output_flash_bank, &output_image, &output_sbin,
                                               &output_snapshot,   &output_xml,   &output_page,
                                               &output_trace};
    static const char *const names[] = {"flash", "image", "sbin", "snapshot",
                                        "xml",   "page",  "trace"};
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        write_at(names[i], (size_t)kinds[i]->offset, &kinds[i]->magic, kinds[i]->magic_bytes);
    }
    write_at("text", 0, "notes", 5);
    write_at("empty", 0, "", 0);
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < KINDS; j++) {
            if (i == j) {
                assert_null(output_refusal(in_directory(names[j]), kinds[i]));
            } else {
                assert_refused(names[j], kinds[i], "another kind");
            }
        }
        assert_refused("text", kinds[i], "another kind");
        assert_null(output_refusal(in_directory("empty"), kinds[i]));
        assert_null(output_refusal(in_directory("none"), kinds[i]));
    }
}

static void text_is_known_by_its_beginning(void **state)
{
    static const struct {
        const struct output_kind *kind;
        const char *text;
    } texts[] = {
        {&output_xml, "<?xml version=\"1.0\"?>"},
        {&output_page, "<!DOCTYPE html>"},
        {&output_trace, "{\"us\":1,\"event\":\"run\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_at("text", 0, texts[i].text, strlen(texts[i].text));
        assert_null(output_text_refusal(in_directory("text"), texts[i].kind));
        assert_int_equal(unlink(in_directory("text")), 0);
        write_at("text", 0, "notes", 5);
        assert_non_null(output_text_refusal(in_directory("text"), texts[i].kind));
        assert_null(output_text_refusal("/dev/null", texts[i].kind));
    }
}

static void what_is_no_regular_file_stays(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in_directory("fifo"), 0600), 0);
    assert_int_equal(symlink("nothing", in_directory("link")), 0);
    assert_refused("fifo", &output_image, "not a regular file");
    assert_refused("link", &output_image, "link to nothing");
    assert_refused("", &output_image, "not a regular file");
    assert_non_null(output_refusal("/dev/null", &output_image));
}

static size_t size_of(const char *name)
{
    struct stat status;
    assert_int_equal(stat(in_directory(name), &status), 0);
    return (size_t)status.st_size;
}

static size_t count_files(void)
{
    char command[PATH_MAX + 32];
    unsigned count = 0;
    (void)snprintf(command, sizeof command, "ls '%s' | wc -l", directory);
    FILE *list = popen(command, "re");
    assert_non_null(list);
    assert_int_equal(fscanf(list, "%u", &count), 1);
    assert_int_equal(pclose(list), 0);
    return count;
}

static void snapshot_replaces_only_when_it_is_whole(void **state)
{
    static struct snapshot snapshot;
    const struct snapshot_header header = {.policy = 1};
    const uint64_t magic = SNAPSHOT_MAGIC;
    (void)state;
    write_at("a", 0, &magic, sizeof magic);
    assert_true(snapshot_create(&snapshot, in_directory("a"), &header));
    assert_int_equal(size_of("a"), sizeof magic);
    snapshot_close(&snapshot);
    assert_int_equal(size_of("a"), sizeof magic);
    assert_int_equal(count_files(), 1);
    assert_true(snapshot_create(&snapshot, in_directory("a"), &header));
    assert_true(snapshot_finish(&snapshot));
    assert_int_equal(size_of("a"), sizeof header + SNAPSHOT_DIGEST_BYTES);
    assert_int_equal(count_files(), 1);
    assert_true(snapshot_open(&snapshot, in_directory("a")));
    snapshot_close(&snapshot);
    write_at("text", 0, "notes", 5);
    assert_false(snapshot_create(&snapshot, in_directory("text"), &header));
    assert_int_equal(size_of("text"), 5);
    assert_int_equal(count_files(), 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(own_files_of_a_chip_stay),
        TEST(files_of_another_kind_stay),
        TEST(text_is_known_by_its_beginning),
        TEST(what_is_no_regular_file_stays),
        TEST(snapshot_replaces_only_when_it_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
