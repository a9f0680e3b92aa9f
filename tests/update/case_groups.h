/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests of tests/update/cases.h, which two files hold.
 */
#ifndef TESTS_UPDATE_CASE_GROUPS_H
#define TESTS_UPDATE_CASE_GROUPS_H

void good_files_are_accepted(void **state);
void every_field_of_the_wrapper_is_checked(void **state);
void every_field_of_the_image_is_checked(void **state);

#endif
