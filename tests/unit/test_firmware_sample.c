/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples that other tests start from: every command of the table succeeds in its example, with
 * a status that its row lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/command_table.h"

#include "tests/unit/firmware_rows.h"

#include "tests/unit/firmware_sample.h"

static void every_command_succeeds(void **state)
{
    static struct sample sample;
    const struct command_row *row;

    (void)state;
    for (size_t i = 0; (row = sev_row_at(i)) != NULL; i++) {
        sample_prepare(&sample, row);
        const enum sev_status status = sample_run(&sample);
        if (status != sample.expected) {
            print_message("%s: status %xh\n", row->name, (unsigned int)status);
        }
        assert_int_equal(status, sample.expected);
        assert_true((row->statuses & (1ull << status)) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_command_succeeds)};

    return cmocka_run_group_tests_name("examples of commands", tests, NULL, NULL);
}
