/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case of a suite: its name to the outside, and what it turns out to be about while it runs. From
 * that the catalogue is written (catalogue.h).
 */
#ifndef TESTS_CONFORMANCE_CASE_H
#define TESTS_CONFORMANCE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "abi/sev_status.h"
#include "tests/conformance/group.h"

#define CASE_ID_BYTES 128u

/** Makes "group.test", of small letters, digits and underscores. */
void case_id(char id[CASE_ID_BYTES], const char *group, const char *test);

/** Begins a case: nothing has been sent, seen or needed yet. */
void case_begin(void);

/**
 * Notes that a case wants a command's status. What helpers ask for, which bring the platform into a
 * state, counts only in cases that ask for nothing themselves.
 *
 * @param status    of the last command
 * @param expected  that it was to return
 * @param file      in which that is asked for
 */
void case_note_status(int status, enum sev_status expected, const char *file);

/** Says what the running case is about, where that is not what it asks most. @param id  of a command */
void case_about(uint32_t id);

/**
 * Writes what the case was about as lines of the catalogue: the command that it says it is
 * about, is named after, or asks most about, and then the others.
 */
void case_record(FILE *file, const char *id, const struct test_group *group,
                 const struct CMUnitTest *test);

#endif
