/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page's head: which guest, how it ended, what it said.
 */
#include "host/emulator/report/page.h"

#include <inttypes.h>
#include <string.h>

void page_name(const struct report *report, FILE *file)
{
    html_text(file, report->run.name, strlen(report->run.name));
}

static bool is_good(const struct report_run *run)
{
    return run->launched && run->stop == VM_ENDED && run->verdict == 0;
}

void page_verdict_class(const struct report *report, FILE *file)
{
    html_markup(file, is_good(&report->run) ? "good" : "bad");
}

void page_verdict(const struct report *report, FILE *file)
{
    const struct report_run *run = &report->run;
    if (is_good(run)) {
        html_markup(file, "All of its checks hold");
    } else if (!run->launched) {
        html_markup(file, "It was not launched");
    } else if (run->stop == VM_ENDED) {
        html_print(file, "%" PRIu32 " of its checks %s not hold", run->verdict,
                   run->verdict == 1 ? "does" : "do");
    } else if (run->stop == VM_TIME) {
        html_markup(file, "It has not ended in time");
    } else {
        html_print(file, "It cannot go on: %s", run->problem);
    }
}

void page_protection(const struct report *report, FILE *file)
{
    const uint32_t flags = report->run.machine.flags;
    html_markup(file, (flags & GUEST_SNP) != 0   ? "SEV-SNP"
                      : (flags & GUEST_ES) != 0  ? "SEV-ES"
                      : (flags & GUEST_SEV) != 0 ? "SEV"
                                                 : "no encryption");
}

static void begin_fact(FILE *file, const char *name)
{
    html_markup(file, "<div><dt>");
    html_markup(file, name);
    html_markup(file, "</dt><dd>");
}

static void fact(FILE *file, const char *name, uint64_t value)
{
    begin_fact(file, name);
    html_print(file, "%" PRIu64, value);
    html_markup(file, "</dd></div>\n");
}

static void time_fact(FILE *file, const char *name, int64_t microseconds)
{
    begin_fact(file, name);
    html_duration(file, microseconds);
    html_markup(file, "</dd></div>\n");
}

void page_facts(const struct report *report, FILE *file)
{
    const struct report_run *run = &report->run;
    time_fact(file, "Launch", run->launch_us);
    time_fact(file, "Run", run->run_us);
    fact(file, "Exits", run->exits);
    fact(file, "Exceptions", run->exceptions);
    fact(file, "Pages filled", run->fills);
    fact(file, "Lines decrypted", run->lines_read);
    begin_fact(file, "Memory");
    html_print(file, "%" PRIu64, run->machine.memory_bytes >> 20);
    html_markup(file, "&nbsp;MiB</dd></div>\n");
    fact(file, "Virtual CPUs", run->machine.vcpus);
    if (page_is_encrypted(report)) {
        begin_fact(file, "Policy");
        html_print(file, "%" PRIx64 "h", run->policy);
        html_markup(file, "</dd></div>\n");
        fact(file, "ASID", run->asid);
        begin_fact(file, "C-bit");
        html_print(file, "bit %" PRIu32, run->machine.c_bit);
        html_markup(file, "</dd></div>\n");
    }
}

void page_serial(const struct report *report, FILE *file)
{
    if (report->run.text_length != 0) {
        html_text(file, report->run.text, report->run.text_length);
    } else {
        html_markup(file, "(nothing)");
    }
}
