/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a group of tests (record.h).
 */
#include "tests/conformance/record.h"

#include "tests/conformance/case.h"

int record_group(FILE *file, const struct test_group *group)
{
    int failed = 0;

    if (file == NULL) {
        return _cmocka_run_group_tests(group->name, group->tests, group->count, NULL, NULL);
    }
    for (size_t i = 0; i < group->count; i++) {
        char id[CASE_ID_BYTES];

        case_id(id, group->name, group->tests[i].name);
        case_begin();
        failed += _cmocka_run_group_tests(id, &group->tests[i], 1, NULL, NULL);
        case_record(file, id, group, &group->tests[i]);
    }
    return failed;
}
