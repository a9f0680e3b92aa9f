/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports for people and in TAP (report.h).
 */
#include "tests/conformance/report.h"

#include <errno.h>
#include <string.h>

#include "host/lib/output_file.h"

bool report_begin(struct report *report, size_t total)
{
    if (report->junit_path != NULL) {
        const char *refusal = output_text_refusal(report->junit_path, &output_xml);
        if (refusal != NULL) {
            (void)fprintf(stderr, "virtasp conformance: %s: %s\n", report->junit_path, refusal);
            return false;
        }
        report->junit = fopen(report->junit_path, "a"); /* An earlier report stays for now. */
        report->cases = open_memstream(&report->cases_text, &report->cases_length);
        if (report->junit == NULL || report->cases == NULL) {
            (void)fprintf(stderr, "virtasp conformance: %s: %s\n", report->junit_path,
                          strerror(errno));
            return false;
        }
    }
    if (report->tap) {
        (void)printf("TAP version 13\n1..%zu\n", total);
    }
    return true;
}

void report_missing(FILE *file, unsigned missing)
{
    const char *between = "needs ";

    for (size_t i = 0; i < NEEDS_COUNT; i++) {
        if ((missing >> i & 1u) != 0) {
            (void)fprintf(file, "%s%s", between, need_text(i));
            between = ", ";
        }
    }
}

/** Each line of a text behind a mark. */
static void print_lines(const char *mark, const char *text)
{
    while (text != NULL && *text != '\0') {
        const size_t length = strcspn(text, "\n");

        (void)printf("%s%.*s\n", mark, (int)length, text);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

static void print_tap(const struct report *report, const struct case_result *result)
{
    (void)printf("%s %zu - %s", result->outcome == CASE_FAILED ? "not ok" : "ok", report->done,
                 result->id);
    if (result->outcome == CASE_LEFT_OUT) {
        (void)printf(" # SKIP ");
        report_missing(stdout, result->missing);
    }
    (void)printf("\n");
    print_lines("# ", result->text);
}

static void print_text(const struct case_result *result)
{
    if (result->outcome == CASE_LEFT_OUT) {
        return; /* The sums at the end say so, by what is missing. */
    }
    (void)printf("%s %s\n", result->outcome == CASE_FAILED ? "FAILED" : "ok    ", result->id);
    print_lines("       ", result->text);
}

void report_case(struct report *report, const struct case_result *result)
{
    report->done++;
    report->counts[result->outcome]++;
    report->seconds += result->seconds;
    if (report->tap) {
        print_tap(report, result);
    } else {
        print_text(result);
    }
    (void)fflush(stdout);
    if (report->cases != NULL) {
        report_junit_case(report->cases, report, result);
    }
}

void report_give_up(struct report *report, const char *why)
{
    (void)printf("%s%s\n", report->tap ? "Bail out! " : "given up: ", why);
}

bool report_end(struct report *report)
{
    if (!report->tap) {
        (void)printf("%zu passed, %zu failed, %zu left out\n", report->counts[CASE_PASSED],
                     report->counts[CASE_FAILED], report->counts[CASE_LEFT_OUT]);
    }
    const bool printed = fflush(stdout) == 0 && ferror(stdout) == 0;

    return (report->junit == NULL || report_junit_end(report)) && printed;
}
