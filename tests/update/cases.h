/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that DOWNLOAD_FIRMWARE must refuse, and some that it must not, each with its status. The same
 * cases are put to the function that judges files, to the firmware as a Linux process, and to the
 * board; what differs is how a file is judged.
 */
#ifndef TESTS_UPDATE_CASES_H
#define TESTS_UPDATE_CASES_H

#include "tests/update/material.h"

/**
 * Judges a file and compares the status.
 *
 * @param what      the case in words
 * @param expected  SUCCESS for a good file
 */
typedef void judge_file(const char *what, const struct provision_bytes *file,
                        enum sev_status expected);

struct subject {
    struct material material;
    judge_file *judge;
    size_t stride; /**< Distance of the bytes that are damaged one by one. */
};

extern struct subject subject;

/** The tests, one for each kind of case. */
extern const struct CMUnitTest update_cases[];
extern const size_t update_case_count;

/** Judges copies of a file with each of some bytes damaged. @param what printf format of the offset */
void cases_flip(const char *what, const struct provision_bytes *file, size_t start, size_t end,
                size_t stride, enum sev_status expected);

#endif
