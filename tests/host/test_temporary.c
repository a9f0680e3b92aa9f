/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of files that are not complete yet: what a killed process left goes, what a living one writes
 * stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/provision/temporary.h"
#include "tests/host/places.h"

static char temporary[PATH_MAX];

static int create(const char *name)
{
    const int file = temporary_create(places_name(name), 0600, temporary);
    assert_true(file >= 0);
    return file;
}

static bool is_there(const char *name)
{
    return access(places_name(name), F_OK) == 0;
}

static void file_has_the_mode_that_is_wanted_and_the_name_of_its_process(void **state)
{
    (void)state;
    struct stat status;
    char name[64];
    const int file = create("file");
    (void)snprintf(name, sizeof name, "file.new-%ld", (long)getpid());
    assert_string_equal(temporary, places_name(name));
    assert_int_equal(stat(temporary, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(unlink(temporary), 0);
    assert_int_equal(close(file), 0);
}

static void file_that_a_killed_process_left_is_removed(void **state)
{
    (void)state;
    char name[64];
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        (void)create("file");
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    (void)snprintf(name, sizeof name, "file.new-%ld", (long)writer);
    assert_true(is_there(name));
    assert_int_equal(close(create("other")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_true(is_there(name)); /* it is no business of another file's */
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_false(is_there(name));
}

static void file_that_a_living_process_writes_stays(void **state)
{
    (void)state;
    char name[64];
    char byte;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        (void)create("file");
        (void)sleep(write(ready[1], "", 1) == 1 ? 100 : 0);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)snprintf(name, sizeof name, "file.new-%ld", (long)writer);
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_true(is_there(name));
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_false(is_there(name));
    assert_true(close(ready[0]) == 0 && close(ready[1]) == 0);
}

/* As that of a process which this one cannot see: its number may not be known here. */
static void file_that_somebody_has_locked_stays(void **state)
{
    (void)state;
    char name[64];
    const pid_t dead = fork();
    assert_true(dead >= 0);
    if (dead == 0) {
        _exit(0);
    }
    assert_int_equal(waitpid(dead, NULL, 0), dead);
    (void)snprintf(name, sizeof name, "file.new-%ld", (long)dead);
    const int file = open(places_make_file(name, "", 0), O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(file, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_true(is_there(name));
    assert_int_equal(close(file), 0);
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    assert_false(is_there(name));
}

static void what_only_looks_like_such_a_file_stays(void **state)
{
    (void)state;
    char own[64]; /* of a process that lives, but does not write it */
    const char *const names[] = {"file.new-", "file.new-99999x", "file.new", "a-file.new-1", own};
    (void)snprintf(own, sizeof own, "file.new-%ld", (long)getppid());
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)places_make_file(names[i], "", 0);
    }
    assert_int_equal(symlink("file.new", places_name("file.new-1")), 0);
    assert_int_equal(mkdir(places_name("file.new-2"), 0700), 0);
    assert_int_equal(close(create("file")), 0);
    assert_int_equal(unlink(temporary), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(unlink(places_name(names[i])), 0);
    }
    assert_int_equal(unlink(places_name("file.new-1")), 0);
    assert_int_equal(rmdir(places_name("file.new-2")), 0);
}

static void directory_that_is_not_there_is_reported(void **state)
{
    (void)state;
    char name[PATH_MAX + 2];
    assert_int_equal(temporary_create(places_name("none/file"), 0600, temporary), -1);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(temporary, "");
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(temporary_create(name, 0600, temporary), -1);
    assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACES_TEST(file_has_the_mode_that_is_wanted_and_the_name_of_its_process),
        PLACES_TEST(file_that_a_killed_process_left_is_removed),
        PLACES_TEST(file_that_a_living_process_writes_stays),
        PLACES_TEST(file_that_somebody_has_locked_stays),
        PLACES_TEST(what_only_looks_like_such_a_file_stays),
        PLACES_TEST(directory_that_is_not_there_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
