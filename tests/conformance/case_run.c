/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one case (case_run.h). cmocka prints for people to read at a terminal; the report is made of
 * what it says of the failure, without its frame.
 */
#include "tests/conformance/case_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "tests/conformance/exchange.h"

#define LINE_BYTES 4096u

/** The standard streams while they are turned to a file. */
struct capture {
    int file;
    int output;
    int error;
};

static bool capture_begin(struct capture *capture)
{
    (void)fflush(stdout);
    (void)fflush(stderr);
    *capture = (struct capture){
        .file = memfd_create("case", MFD_CLOEXEC), .output = dup(1), .error = dup(2)};
    return capture->file >= 0 && capture->output >= 0 && capture->error >= 0 &&
           dup2(capture->file, 1) == 1 && dup2(capture->file, 2) == 2;
}

static bool capture_end(const struct capture *capture)
{
    (void)fflush(stdout);
    (void)fflush(stderr);
    const bool back = dup2(capture->output, 1) == 1 && dup2(capture->error, 2) == 2;

    (void)close(capture->output);
    (void)close(capture->error);
    return back;
}

/** Copies what was said, but for the lines that cmocka frames each test with. */
static void copy_words(FILE *said, FILE *text)
{
    static const char *const marks[] = {"[  ERROR   ] --- ", "[   LINE   ] --- "};
    char line[LINE_BYTES];

    while (fgets(line, sizeof line, said) != NULL) {
        const char *words = line;

        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            words += strncmp(words, marks[i], strlen(marks[i])) == 0 ? strlen(marks[i]) : 0;
        }
        if (words[0] == '[' || words[0] == '\n' || strstr(words, " FAILED TEST(S)") != NULL) {
            continue;
        }
        (void)fprintf(text, CASE_MESSAGE "%s", words);
        if (strchr(words, '\n') == NULL) {
            (void)fprintf(text, "\n");
        }
    }
}

/** What a reader of the failure is told. */
static char *explain(int file, unsigned command)
{
    char *words = NULL;
    size_t length = 0;
    FILE *text = open_memstream(&words, &length);
    FILE *said = lseek(file, 0, SEEK_SET) == 0 ? fdopen(dup(file), "r") : NULL;

    if (text == NULL || said == NULL) {
        return NULL;
    }
    exchange_explain(text, command);
    copy_words(said, text);
    (void)fclose(said);
    return fclose(text) == 0 ? words : NULL;
}

bool case_run(const struct CMUnitTest *test, unsigned command, struct case_result *result)
{
    const int64_t start = deadline_now_us();
    struct capture capture;

    case_begin();
    if (!capture_begin(&capture)) {
        return false;
    }
    const int failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);

    if (!capture_end(&capture)) {
        return false;
    }
    result->outcome = failed == 0 ? CASE_PASSED : CASE_FAILED;
    result->seconds = (double)(deadline_now_us() - start) / 1e6;
    result->text = failed == 0 ? NULL : explain(capture.file, command);
    (void)close(capture.file);
    return failed == 0 || result->text != NULL;
}
