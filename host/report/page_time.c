/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time line of commands, and how often the guest was left.
 */
#include "host/report/page.h"

#include <inttypes.h>

#include "host/lib/sev.h"

#define BAR_WIDTH 1000
#define BAR_MIN 4

static const char *outcome_class(const struct report_row *row)
{
    return row->result == SEV_STATUS_SUCCESS ? "good" : "bad";
}

static const char *outcome_of(const struct report_row *row)
{
    return row->kind == REPORT_COMMAND ? sev_result_text(row->result)
           : row->result == 0          ? "done"
                                       : "failed";
}

/* A row's place in its phase. It repeats what the row says in numbers. */
static void bar(FILE *file, const struct report_row *row, int64_t from, int64_t until)
{
    const int64_t whole = until > from ? until - from : 1;
    int64_t x = (row->began - from) * BAR_WIDTH / whole;
    int64_t width = (row->ended - row->began) * BAR_WIDTH / whole;
    width = width < BAR_MIN ? BAR_MIN : width;
    x = x < 0 ? 0 : x + width > BAR_WIDTH ? BAR_WIDTH - width : x;
    (void)fprintf(file,
                  "<svg class=\"bar\" viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" "
                  "aria-hidden=\"true\"><rect class=\"%s\" x=\"%" PRId64 "\" width=\"%" PRId64
                  "\" height=\"10\"/></svg>",
                  BAR_WIDTH, row->kind == REPORT_GUEST ? "guest" : outcome_class(row), x, width);
}

static void write_row(FILE *file, const struct report_row *row, int64_t from, int64_t until)
{
    html_markup(file, "<li><span class=\"what\">");
    if (row->kind == REPORT_GUEST) {
        html_markup(file, "<strong>the guest runs</strong>");
    } else if (row->kind == REPORT_EVENT) {
        html_print(file, "%s", row->text);
    } else {
        html_markup(file, "<code>");
        html_print(file, "%s", sev_command_name(row->id));
        html_markup(file, "</code>");
        if (row->count > 1) {
            html_markup(file, "<span class=\"times\">&#xD7;&nbsp;");
            html_print(file, "%" PRIu32, row->count);
            html_markup(file, "</span>");
        }
    }
    html_markup(file, "</span> <span class=\"outcome\">");
    if (row->kind == REPORT_COMMAND || row->kind == REPORT_EVENT) {
        html_markup(file, "<span class=\"");
        html_markup(file, outcome_class(row));
        html_markup(file, "\">");
        html_print(file, "%s", outcome_of(row));
        html_markup(file, "</span>");
    }
    html_markup(file, "</span> <span class=\"time\">");
    html_duration(file, row->kind == REPORT_COMMAND ? row->spent : row->ended - row->began);
    html_markup(file, "</span> ");
    bar(file, row, from, until);
    if (row->kind == REPORT_EVENT && row->detail[0] != '\0') {
        html_markup(file, " <span class=\"detail\">");
        html_print(file, "%s", row->detail);
        html_markup(file, "</span>");
    }
    html_markup(file, "</li>\n");
}

/* @return the row behind the last of a phase */
static uint32_t write_phase(const struct report *report, FILE *file, uint32_t first)
{
    const struct report_row *phase = &report->rows[first];
    uint32_t end = first + 1;
    int64_t spent = 0;
    int64_t until = phase->began;
    while (end < report->row_count && report->rows[end].kind != REPORT_PHASE) {
        spent += report->rows[end].spent;
        until = report->rows[end].ended > until ? report->rows[end].ended : until;
        end++;
    }
    if (end == first + 1) {
        return end;
    }
    const int64_t from = report->rows[first + 1].began;
    html_markup(file, "<li class=\"phase\"><h3>");
    html_print(file, "%s", phase->title);
    html_markup(file, "</h3> <p>");
    html_markup(file, "at ");
    html_duration(file, from - report_origin(report));
    html_markup(file, ", for ");
    html_duration(file, until - from);
    html_markup(file, ", of them in commands ");
    html_duration(file, spent);
    html_markup(file, "</p>\n<ol class=\"rows\">\n");
    for (uint32_t i = first + 1; i < end; i++) {
        write_row(file, &report->rows[i], from, until);
    }
    html_markup(file, "</ol></li>\n");
    return end;
}

void page_timeline(const struct report *report, FILE *file)
{
    uint32_t row = 0;
    while (row < report->row_count) {
        row = report->rows[row].kind == REPORT_PHASE ? write_phase(report, file, row) : row + 1;
    }
    if (report->rows_lost != 0) {
        html_markup(file, "<li>");
        html_print(file, "%" PRIu32 " more commands have no room here.", report->rows_lost);
        html_markup(file, "</li>\n");
    }
}

void page_exits(const struct report *report, FILE *file)
{
    uint64_t most = 1;
    for (uint32_t i = 0; i < report->exit_count; i++) {
        most = report->exits[i].count > most ? report->exits[i].count : most;
    }
    for (uint32_t i = 0; i < report->exit_count; i++) {
        const struct report_exit *exit = &report->exits[i];
        const uint64_t width = exit->count * BAR_WIDTH / most;
        html_markup(file, "<li><span class=\"what\"><code>");
        html_print(file, "%s", exit->name);
        html_markup(file, "</code></span> <span class=\"time\">");
        html_print(file, "%" PRIu64, exit->count);
        (void)fprintf(file,
                      "</span> <svg class=\"bar\" viewBox=\"0 0 %d 10\" "
                      "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"guest\" "
                      "width=\"%" PRIu64 "\" height=\"10\"/></svg></li>\n",
                      BAR_WIDTH, width < BAR_MIN ? (uint64_t)BAR_MIN : width);
    }
}
