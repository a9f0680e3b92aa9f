/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page's head: which guest, how it ended, what it said.
 */
#include "host/report/page.h"

#include <inttypes.h>
#include <string.h>

void page_name(const struct report *report, FILE *file)
{
    html_text(file, report->name, strlen(report->name));
}

void page_verdict_class(const struct report *report, FILE *file)
{
    html_markup(file, report->good ? "good" : "bad");
}

void page_verdict(const struct report *report, FILE *file)
{
    html_print(file, "%s", report->verdict);
}

void page_protection(const struct report *report, FILE *file)
{
    html_markup(file, page_is_encrypted(report) ? report->protection : "no encryption");
}

void page_facts(const struct report *report, FILE *file)
{
    for (uint32_t i = 0; i < report->fact_count; i++) {
        html_markup(file, "<div><dt>");
        html_markup(file, report->facts[i].name);
        html_markup(file, "</dt><dd>");
        html_print(file, "%s", report->facts[i].value);
        html_markup(file, "</dd></div>\n");
    }
}

void page_serial(const struct report *report, FILE *file)
{
    if (report->text_lost != 0) {
        html_print(file, "(%" PRIu64 " characters before this are not kept)\n", report->text_lost);
    }
    if (report->text_length != 0) {
        html_text(file, report->text, report->text_length);
    } else {
        html_markup(file, "(nothing)");
    }
}
