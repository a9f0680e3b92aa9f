/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory for the tests of what a user gives to a board.
 */
#include "tests/host/places.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/runner.h"
#include "tests/host/support.h"

#define NAMES 32

struct places places;

const char *places_name(const char *name)
{
    static char names[NAMES][PATH_MAX + 128];
    static unsigned next;
    char *text = names[next++ % NAMES];
    (void)snprintf(text, sizeof names[0], "%s/%s", places.directory, name);
    return text;
}

const char *places_make_file(const char *name, const char *text, off_t bytes)
{
    const char *path = places_name(name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(ftruncate(descriptor, bytes), 0);
    assert_int_equal(close(descriptor), 0);
    return path;
}

void places_assert_file(const char *path, const char *text, off_t bytes)
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

void places_assert_said(const char *reason)
{
    if (strstr(places.board.message, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", places.board.message, reason);
    }
}

int places_set_up(void **state)
{
    (void)state;
    support_make_directory(places.directory);
    places.board = (struct board)BOARD_CLOSED;
    memcpy(places.board.directory, places.directory, sizeof places.board.directory);
    places.options = board_default_options;
    places.options.directory = places.directory;
    return mkdir(places_name("run"), 0700);
}

int places_tear_down(void **state)
{
    (void)state;
    static const char *const made[] = {"file", "other", "link", "socket"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        (void)remove(places_name(made[i]));
    }
    support_remove_directory(places.directory);
    return 0;
}
