/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report gathers while a guest runs (vm_report.h).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "host/emulator/report/vm_report_internal.h"
#include "host/lib/deadline.h"

#define VIEW_STEP 16u

static void on_command(void *context, uint32_t id, int result, int64_t started,
                       int64_t microseconds)
{
    struct vm_report *report = context;
    report_command(&report->page, id, result, started, microseconds);
}

static void on_exit_of_guest(void *context, uint64_t code)
{
    struct vm_report *report = context;
    report_exit(&report->page, code, cpu_exit_name(code));
}

struct vm_report *vm_report_new(struct trace *trace, const char *name, const char *path)
{
    struct vm_report *report = calloc(1, sizeof *report);
    if (report == NULL || !report_open(&report->page, name, path)) {
        free(report);
        return NULL;
    }
    report->trace = trace;
    trace->listener =
        (struct trace_listener){.command = on_command, .exit = on_exit_of_guest, .context = report};
    return report;
}

void vm_report_free(struct vm_report *report)
{
    if (report != NULL) {
        report->trace->listener = (struct trace_listener){0};
        report_close(&report->page);
        free(report);
    }
}

void vm_report_runs(struct vm_report *report)
{
    report->looked_before = report->looked_us;
    report_guest_runs(&report->page);
}

void vm_report_ran(struct vm_report *report)
{
    report_guest_ran(&report->page, report->looked_us - report->looked_before);
}

static void look_at_pixel(void *context, uint64_t gpa, struct pixel_map_seen *seen)
{
    struct sight *sight = context;
    seen->kind = sight_page_of(sight, gpa);
    seen->by_host = seen->kind != PAGE_KIND_NONE && sight_of_host(sight, gpa, seen->host);
    seen->by_guest = sight_of_guest(sight, gpa, seen->kind, seen->guest);
}

static void take_map(struct vm_report *report, unsigned moment, struct vm *vm, bool launched)
{
    struct sight *sight = malloc(sizeof *sight);
    if (sight != NULL) {
        sight_begin(sight, vm, launched);
        pixel_map_take(&report->page.maps[moment], vm->machine.memory_bytes / VM_PAGE_BYTES,
                       look_at_pixel, sight);
        free(sight);
    }
}

static unsigned printable(const uint8_t *bytes, size_t length)
{
    unsigned count = 0;
    for (size_t i = 0; i < length; i++) {
        count += isprint(bytes[i]) != 0 ? 1 : 0;
    }
    return count;
}

/* The part of the image with most text. It was plaintext to the host until it was launched. */
static void choose_view(struct vm_report *report, struct vm *vm, struct sight *sight)
{
    uint8_t page[VM_PAGE_BYTES];
    unsigned most = 0;
    for (uint64_t gpa = GUEST_IMAGE_GPA; gpa + REPORT_VIEW_BYTES <= vm->image.length;
         gpa += VIEW_STEP) {
        const unsigned found = printable(vm->image.bytes + gpa, REPORT_VIEW_BYTES);
        if (gpa % VM_PAGE_BYTES <= VM_PAGE_BYTES - REPORT_VIEW_BYTES && found > most) {
            most = found;
            report->page.view_gpa = gpa;
        }
    }
    const uint64_t offset = report->page.view_gpa % VM_PAGE_BYTES;
    if (most == 0 || !sight_of_host(sight, report->page.view_gpa, page)) {
        return;
    }
    memcpy(report->page.view_host, page + offset, REPORT_VIEW_BYTES);
    if (sight_of_guest(sight, report->page.view_gpa, sight_page_of(sight, report->page.view_gpa),
                       page)) {
        memcpy(report->page.view_guest, page + offset, REPORT_VIEW_BYTES);
        report->page.viewed = true;
        report->page.view_what = "the part of the image with most text";
    }
}

static void look(struct vm_report *report, struct vm *vm, enum vm_moment moment)
{
    switch (moment) {
    case VM_BEFORE_LAUNCH:
        take_map(report, 0, vm, false);
        break;
    case VM_AFTER_LAUNCH: {
        sight_note_secrets(&report->secrets, vm);
        take_map(report, 1, vm, true);
        struct sight *sight = malloc(sizeof *sight);
        if (sight != NULL) {
            sight_begin(sight, vm, true);
            choose_view(report, vm, sight);
            free(sight);
        }
        break;
    }
    case VM_AT_END: /* What it has written is in DRAM when this has been done. */
        x86_cache_write_back(vm->emulator->x86.cache);
        take_map(report, 2, vm, true);
        break;
    default:
        vm_report_attacked(report, vm, moment == VM_AFTER_ATTACK);
        break;
    }
}

void vm_report_look(void *context, struct vm *vm, enum vm_moment moment)
{
    struct vm_report *report = context;
    const int64_t started = deadline_now_us();
    look(report, vm, moment);
    const int64_t took = deadline_now_us() - started;
    report->looked_us += took;
    if (moment == VM_BEFORE_ATTACK || moment == VM_AFTER_ATTACK) {
        report->looked_at_attacks += took;
    }
}
