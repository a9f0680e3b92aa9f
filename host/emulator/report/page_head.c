/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page's head: which guest, how it ended, what it said.
 */
#include "host/emulator/report/page.h"

#include <inttypes.h>
#include <string.h>

void page_name(const struct report *report, FILE *file)
{
    const char *name = report->vm != NULL ? report->vm->options.name : "none";
    html_text(file, name, strlen(name));
}

static bool is_good(const struct report *report)
{
    return report->launched && report->stop == VM_ENDED && report->vm->devices.verdict == 0;
}

void page_verdict_class(const struct report *report, FILE *file)
{
    html_markup(file, is_good(report) ? "good" : "bad");
}

void page_verdict(const struct report *report, FILE *file)
{
    const struct vm *vm = report->vm;
    if (is_good(report)) {
        html_markup(file, "All of its checks hold");
    } else if (!report->launched) {
        html_markup(file, "It was not launched");
    } else if (report->stop == VM_ENDED) {
        html_print(file, "%" PRIu32 " of its checks do not hold", vm->devices.verdict);
    } else if (report->stop == VM_TIME) {
        html_markup(file, "It has not ended in time");
    } else {
        html_print(file, "It cannot go on: %s", vm->problem != NULL ? vm->problem : "");
    }
}

void page_protection(const struct report *report, FILE *file)
{
    const uint32_t flags = report->vm != NULL ? report->vm->machine.flags : 0;
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
    const struct vm *vm = report->vm;
    uint64_t fills = 0;
    uint64_t exceptions = 0;
    if (vm == NULL) {
        return;
    }
    for (uint32_t i = 0; i < vm->machine.vcpus; i++) {
        fills += vm->cpus[i].counts.fills;
        exceptions += vm->cpus[i].counts.exceptions;
    }
    time_fact(file, "Launch", vm->launch_us);
    time_fact(file, "Run", vm->run_us);
    fact(file, "Exits", vm->exits);
    fact(file, "Exceptions", exceptions);
    fact(file, "Pages filled", fills);
    fact(file, "Lines decrypted", report->cache.lines_read);
    begin_fact(file, "Memory");
    html_print(file, "%" PRIu64, vm->machine.memory_bytes >> 20);
    html_markup(file, "&nbsp;MiB</dd></div>\n");
    fact(file, "Virtual CPUs", vm->machine.vcpus);
    if (page_is_encrypted(report)) {
        begin_fact(file, "Policy");
        html_print(file, "%" PRIx64,
                   (vm->machine.flags & GUEST_SNP) != 0 ? vm->tenant.policy : vm->policy);
        html_markup(file, "h</dd></div>\n");
        fact(file, "ASID", vm->asid);
        begin_fact(file, "C-bit");
        html_print(file, "bit %" PRIu32, vm->machine.c_bit);
        html_markup(file, "</dd></div>\n");
    }
}

void page_serial(const struct report *report, FILE *file)
{
    if (report->vm != NULL && report->vm->devices.text_length != 0) {
        html_text(file, report->vm->devices.text, report->vm->devices.text_length);
    } else {
        html_markup(file, "(nothing)");
    }
}
