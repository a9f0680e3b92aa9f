/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that count themselves. A test of which all checks hold counts as one that passed.
 */
#include "tests/migration/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "host/lib/sev.h"

static struct {
    char name[128];
    bool begun;
    bool failed;
    unsigned checks; /* in this test */
    unsigned passed;
    unsigned failures;
} state;

static void finish_test(void)
{
    if (state.begun && state.checks == 0) {
        (void)printf("FAIL: %s: it checked nothing\n", state.name);
        state.failed = true;
    }
    if (state.begun) {
        *(state.failed ? &state.failures : &state.passed) += 1;
    }
    state.begun = false;
}

void check_begin(const char *format, ...)
{
    finish_test();
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(state.name, sizeof state.name, format, arguments);
    va_end(arguments);
    state.begun = true;
    state.failed = false;
    state.checks = 0;
}

bool check_that(bool holds, const char *what, const char *file, int line)
{
    state.checks++;
    if (!holds) {
        (void)printf("FAIL: %s: %s:%d: %s\n", state.name, file, line, what);
        state.failed = true;
    }
    return holds;
}

bool check_status(int result, enum sev_status expected, const char *what, const char *file,
                  int line)
{
    state.checks++;
    if (result != (int)expected) {
        (void)printf("FAIL: %s: %s:%d: %s: %s instead of %s\n", state.name, file, line, what,
                     sev_result_text(result), sev_result_text((int)expected));
        state.failed = true;
    }
    return result == (int)expected;
}

int check_end(void)
{
    finish_test();
    (void)printf("%u passed, %u failed\n", state.passed, state.failures);
    return state.failures == 0 && state.passed != 0 ? 0 : 1;
}
