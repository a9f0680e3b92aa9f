/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of files and sockets that a user gives to a board start from: a directory of their
 * own with a run/ in it.
 */
#ifndef TESTS_HOST_PLACES_H
#define TESTS_HOST_PLACES_H

#include <limits.h>
#include <sys/types.h>

#include "host/lib/board_places.h"

/** What a test works on. */
extern struct places {
    char directory[PATH_MAX];
    struct board board; /**< Closed; its DIRECTORY is set. */
    struct board_options options;
} places;

/** The name of something in the test's directory; it stays valid for 31 more calls. */
const char *places_name(const char *name);

/** Makes a file that begins with a text, and zeros up to @p bytes. @return its places_name() */
const char *places_make_file(const char *name, const char *text, off_t bytes);

/** The file has that size and begins with that text. */
void places_assert_file(const char *path, const char *text, off_t bytes);

/** The board's message says so. */
void places_assert_said(const char *reason);

int places_set_up(void **state);
int places_tear_down(void **state);

#define PLACES_TEST(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, places_set_up, places_tear_down)

#endif
