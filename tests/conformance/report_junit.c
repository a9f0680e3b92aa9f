/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports in JUnit's XML (report.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/conformance/report.h"

/** Text as XML takes it; what it does not take at all is shown as a question mark. */
static void print_escaped(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char character = (unsigned char)text[i];

        if (character == '&') {
            (void)fprintf(file, "&amp;");
        } else if (character == '<') {
            (void)fprintf(file, "&lt;");
        } else if (character == '>') {
            (void)fprintf(file, "&gt;");
        } else if (character == '"') {
            (void)fprintf(file, "&quot;");
        } else if ((character < 0x20 && character != '\n' && character != '\t') ||
                   character >= 0x7F) {
            (void)fputc('?', file);
        } else {
            (void)fputc(character, file);
        }
    }
}

/** The line that tells most in short: what the case said first, or whatever comes first. */
static const char *find_message(const char *text)
{
    const char *line = text;

    while (line != NULL && strncmp(line, CASE_MESSAGE, strlen(CASE_MESSAGE)) != 0) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return line != NULL ? line + strlen(CASE_MESSAGE) : text;
}

static void print_failure(FILE *file, const char *text)
{
    const char *message = find_message(text);

    (void)fprintf(file, "    <failure message=\"");
    print_escaped(file, message, strcspn(message, "\n"));
    (void)fprintf(file, "\">");
    print_escaped(file, text, strlen(text));
    (void)fprintf(file, "</failure>\n");
}

static void print_skipped(FILE *file, unsigned missing)
{
    char *text = NULL;
    size_t length = 0;
    FILE *words = open_memstream(&text, &length);

    if (words == NULL) {
        return;
    }
    report_missing(words, missing);
    if (fclose(words) == 0) {
        (void)fprintf(file, "    <skipped message=\"");
        print_escaped(file, text, length);
        (void)fprintf(file, "\"/>\n");
    }
    free(text);
}

void report_junit_case(FILE *file, const struct report *report, const struct case_result *result)
{
    const char *dot = strchr(result->id, '.');
    const int group = dot != NULL ? (int)(dot - result->id) : 0;

    (void)fprintf(file, "  <testcase classname=\"%s.%.*s\" name=\"", report->suite, group,
                  result->id);
    print_escaped(file, dot != NULL ? dot + 1 : result->id,
                  strlen(dot != NULL ? dot + 1 : result->id));
    (void)fprintf(file, "\" time=\"%.3f\">\n", result->seconds);
    if (result->outcome == CASE_FAILED && result->text != NULL) {
        print_failure(file, result->text);
    }
    if (result->outcome == CASE_LEFT_OUT) {
        print_skipped(file, result->missing);
    }
    (void)fprintf(file, "  </testcase>\n");
}

static bool cannot_write(const struct report *report)
{
    (void)fprintf(stderr, "virtasp conformance: %s: %s\n", report->junit_path, strerror(errno));
    return false;
}

bool report_junit_end(struct report *report)
{
    const bool kept = fclose(report->cases) == 0;
    struct stat file;

    if (fstat(fileno(report->junit), &file) != 0 ||
        (S_ISREG(file.st_mode) && ftruncate(fileno(report->junit), 0) != 0)) {
        return cannot_write(report);
    }
    (void)fprintf(report->junit,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuite name=\"virtasp.conformance.%s\" tests=\"%zu\" failures=\"%zu\" "
                  "errors=\"0\" skipped=\"%zu\" time=\"%.3f\">\n%s</testsuite>\n",
                  report->suite, report->done, report->counts[CASE_FAILED],
                  report->counts[CASE_LEFT_OUT], report->seconds,
                  kept && report->cases_text != NULL ? report->cases_text : "");
    free(report->cases_text);
    const bool written = ferror(report->junit) == 0;

    if (fclose(report->junit) != 0 || !written || !kept) {
        return cannot_write(report);
    }
    return true;
}
