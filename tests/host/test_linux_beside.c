/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a Linux guest's snapshot: which ones are replaced, and why one could not be written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/snapshot.h"
#include "host/linux/beside.h"
#include "host/linux/shape.h"
#include "host/linux/sleep_head.h"
#include "host/linux/snapshot.h"

static char directory[] = "/tmp/virtasp-beside-XXXXXX";
static char path[sizeof directory + 8];
static struct travel_outcome outcome;

static const char *beside(const char *suffix)
{
    static char name[sizeof path + 16];
    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    return name;
}

static void write_file(const char *suffix, const void *bytes, size_t length)
{
    FILE *file = fopen(beside(suffix), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    memcpy(strrchr(directory, '-') + 1, "XXXXXX", 6);
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/sleep", directory);
    outcome = (struct travel_outcome){.text = ""};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(beside(""));
    (void)unlink(beside(".machine"));
    (void)unlink(beside(".shared"));
    return rmdir(directory);
}

/* Nor is the guest touched: it has no board and no machine here. */
static void files_of_another_kind_stay(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", ".machine", ".shared"};
    static const struct guest_options options;
    struct guest *guest = guest_new(&options, "");
    assert_non_null(guest);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        struct stat status;
        write_file(suffixes[i], "a diary of many years", 21);
        assert_false(snapshot_save(guest, path, &outcome));
        assert_non_null(strstr(outcome.text, beside(suffixes[i])));
        assert_non_null(strstr(outcome.text, "is a file of another kind, and stays"));
        assert_false(outcome.lost || guest->paused || guest->ended);
        assert_int_equal(stat(beside(suffixes[i]), &status), 0);
        assert_int_equal(status.st_size, 21);
        assert_int_equal(unlink(beside(suffixes[i])), 0);
    }
    free(guest);
}

static void those_of_the_same_kind_are_replaced(void **state)
{
    (void)state;
    const uint64_t magic = SNAPSHOT_MAGIC;
    assert_true(beside_may_write(path, &outcome));
    write_file("", &magic, sizeof magic);
    write_file(".machine", "QEVM and so on", 14);
    write_file(".shared", "SHPAGES1 and so on", 18);
    assert_true(beside_may_write(path, &outcome));
    write_file(".machine", "", 0);
    assert_true(beside_may_write(path, &outcome));
}

static void a_file_is_copied_whole_for_its_owner(void **state)
{
    (void)state;
    struct stat status;
    const int from = memfd_create("state", MFD_CLOEXEC);
    assert_int_equal(ftruncate(from, 100001), 0);
    write_file(".machine", "QEVM", 4);
    assert_int_equal(chmod(beside(".machine"), 0644), 0);
    struct beside_file file;
    assert_true(beside_create(&file, path, &beside_machine, &outcome));
    assert_true(beside_close(&file, beside_copy(file.file, from), &outcome));
    assert_int_equal(stat(beside(".machine"), &status), 0);
    assert_int_equal(status.st_size, 4); /* until all files are whole */
    assert_true(beside_keep(&file, &outcome));
    beside_discard(&file);
    assert_int_equal(stat(beside(".machine"), &status), 0);
    assert_int_equal(status.st_size, 100001);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(close(from), 0);
}

static void why_it_cannot_be_written_is_told(void **state)
{
    (void)state;
    const int from = memfd_create("state", MFD_CLOEXEC);
    assert_int_equal(ftruncate(from, 100001), 0);
    struct beside_file file;
    assert_true(beside_create(&file, path, &beside_machine, &outcome));
    assert_non_null(freopen("/dev/full", "we", file.file));
    assert_false(beside_close(&file, beside_copy(file.file, from), &outcome));
    assert_non_null(strstr(outcome.text, "sleep.machine: No space left on device"));
    beside_discard(&file);
    assert_true(beside_create(&file, path, &beside_machine, &outcome));
    assert_non_null(freopen("/dev/full", "we", file.file));
    assert_int_equal(fputc('x', file.file), 'x');
    errno = EIO; /* of what failed first, though it cannot be closed either */
    assert_false(beside_close(&file, false, &outcome));
    assert_non_null(strstr(outcome.text, "sleep.machine: Input/output error"));
    beside_discard(&file);
    assert_int_equal(mkdir(beside(".shared"), 0700), 0);
    assert_true(beside_create(&file, path, &beside_shared, &outcome));
    assert_true(beside_close(&file, true, &outcome));
    assert_false(beside_keep(&file, &outcome));
    assert_non_null(strstr(outcome.text, "sleep.shared: Is a directory"));
    beside_discard(&file); /* else the directory would not be empty in the end */
    assert_int_equal(rmdir(beside(".shared")), 0);
    assert_int_equal(close(from), 0);
}

static void assert_told(const struct guest_options *options, const char *text, const char *told)
{
    outcome = (struct travel_outcome){.text = ""};
    assert_false(shape_suits(options, text, &outcome));
    assert_non_null(strstr(outcome.text, told));
}

static void another_machine_is_told_by_its_option(void **state)
{
    (void)state;
    char text[SHAPE_BYTES];
    const struct guest_options slept = {
        .image = {.cpus = 2, .c_bit = 51}, .disk = "disk", .network = true};
    struct guest_options woken = slept;
    shape_write(&slept, text);
    assert_true(shape_suits(&slept, text, &outcome));
    woken.image.cpus = 1;
    assert_told(&woken, text, "it had 2 CPUs: --vcpus must say so");
    woken = slept;
    woken.image.c_bit = 47;
    assert_told(&woken, text, "its C-bit was bit 51: --c-bit");
    woken = slept;
    woken.network = false;
    assert_told(&woken, text, "it had a network");
    woken = slept;
    woken.disk = NULL;
    assert_told(&woken, text, "it had a disk");
    shape_write(&woken, text);
    assert_told(&slept, text, "it had no disk");
}

static void a_text_that_is_no_shape_is_refused(void **state)
{
    (void)state;
    char text[SHAPE_BYTES];
    const struct guest_options options = {.image = {.cpus = 2, .c_bit = 51}};
    memset(text, '1', sizeof text);
    assert_told(&options, text, "does not say");
    shape_write(&options, text);
    text[SHAPE_BYTES - 2] = '1';
    assert_told(&options, text, "does not say");
}

/* Whoever copies one of three files, or is killed between them, has files of two snapshots. */
static void files_of_two_snapshots_are_told(void **state)
{
    (void)state;
    static const struct guest_options options = {.image = {.cpus = 1, .c_bit = 51}};
    struct sev_session session = {.nonce = {1}};
    const char *machine = beside(".machine");
    struct sleep_head head;
    assert_false(sleep_head_make(&head, &options, &session, machine));
    write_file(".machine", "QEVM and registers", 18);
    assert_true(sleep_head_make(&head, &options, &session, machine));
    assert_true(sleep_head_suits(&head, &options, &session, machine, &outcome));
    write_file(".machine", "QEVM and registerz", 18);
    assert_false(sleep_head_suits(&head, &options, &session, machine, &outcome));
    assert_non_null(strstr(outcome.text, "it belongs to another snapshot"));
    write_file(".machine", "QEVM and registers", 18);
    assert_true(sleep_head_suits(&head, &options, &session, machine, &outcome));
    session.nonce[0] = 2;
    assert_false(sleep_head_suits(&head, &options, &session, machine, &outcome));
    session.nonce[0] = 1;
    assert_int_equal(unlink(machine), 0);
    assert_false(sleep_head_suits(&head, &options, &session, machine, &outcome));
    head.magic++;
    assert_false(sleep_head_suits(&head, &options, &session, machine, &outcome));
    assert_string_equal(outcome.text, "not what belongs to it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_of_another_kind_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_of_the_same_kind_are_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_copied_whole_for_its_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(why_it_cannot_be_written_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_of_two_snapshots_are_told, set_up, tear_down),
        cmocka_unit_test(another_machine_is_told_by_its_option),
        cmocka_unit_test(a_text_that_is_no_shape_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
