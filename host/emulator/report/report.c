/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report gathers while a guest runs (report.h).
 */
#include "host/emulator/report/report.h"

#include <ctype.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/snp_owner.h"
#include "host/lib/deadline.h"

#define VIEW_STEP 16u

static struct report_row *new_row(struct report *report, enum report_row_kind kind)
{
    if (report->row_count == REPORT_ROWS_MAX) {
        return NULL;
    }
    struct report_row *row = &report->rows[report->row_count++];
    *row = (struct report_row){.kind = kind, .count = 1, .began = deadline_now_us()};
    row->ended = row->began;
    return row;
}

static void on_command(void *context, uint32_t id, int result, int64_t started,
                       int64_t microseconds)
{
    struct report *report = context;
    struct report_row *row = report->row_count != 0 ? &report->rows[report->row_count - 1] : NULL;
    if (row != NULL && row->kind == REPORT_COMMAND && row->id == id && row->result == result) {
        row->count++;
    } else {
        row = new_row(report, REPORT_COMMAND);
        if (row == NULL) {
            report->rows_lost++;
            return;
        }
        row->id = id;
        row->result = result;
        row->began = started;
    }
    row->ended = started + microseconds;
    row->spent += microseconds;
}

static void on_exit_of_guest(void *context, uint64_t code)
{
    struct report *report = context;
    for (uint32_t i = 0; i < report->exit_count; i++) {
        if (report->exits[i].code == code) {
            report->exits[i].count++;
            return;
        }
    }
    if (report->exit_count < REPORT_EXITS_MAX) {
        report->exits[report->exit_count++] = (struct report_exit){.code = code, .count = 1};
    }
}

struct report *report_new(struct trace *trace, const char *name, const char *path)
{
    struct report *report = calloc(1, sizeof *report);
    FILE *file = report != NULL ? fopen(path, "we") : NULL;
    if (file == NULL) {
        free(report);
        return NULL;
    }
    report->file = file;
    report->trace = trace;
    report->run.name = name;
    trace->listener =
        (struct trace_listener){.command = on_command, .exit = on_exit_of_guest, .context = report};
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL) {
        return;
    }
    report->trace->listener = (struct trace_listener){0};
    if (report->file != NULL) {
        (void)fclose(report->file);
    }
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        map_free(&report->maps[moment]);
    }
    free(report);
}

void report_phase(struct report *report, const char *title)
{
    struct report_row *row = new_row(report, REPORT_PHASE);
    if (row != NULL) {
        row->title = title;
    }
}

void report_runs(struct report *report)
{
    report->looked_before = report->looked_us;
    (void)new_row(report, REPORT_GUEST);
}

void report_ran(struct report *report)
{
    for (uint32_t i = report->row_count; i > 0; i--) {
        if (report->rows[i - 1].kind == REPORT_GUEST) {
            report->rows[i - 1].ended =
                deadline_now_us() - (report->looked_us - report->looked_before);
            return;
        }
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
static void choose_view(struct report *report, struct vm *vm, struct sight *sight)
{
    uint8_t page[VM_PAGE_BYTES];
    unsigned most = 0;
    for (uint64_t gpa = GUEST_IMAGE_GPA; gpa + REPORT_VIEW_BYTES <= vm->image.length;
         gpa += VIEW_STEP) {
        const unsigned found = printable(vm->image.bytes + gpa, REPORT_VIEW_BYTES);
        if (gpa % VM_PAGE_BYTES <= VM_PAGE_BYTES - REPORT_VIEW_BYTES && found > most) {
            most = found;
            report->view_gpa = gpa;
        }
    }
    const uint64_t offset = report->view_gpa % VM_PAGE_BYTES;
    if (most == 0 || !sight_of_host(sight, report->view_gpa, page)) {
        return;
    }
    memcpy(report->view_host, page + offset, REPORT_VIEW_BYTES);
    if (sight_of_guest(sight, report->view_gpa, sight_page_of(sight, report->view_gpa), page)) {
        memcpy(report->view_guest, page + offset, REPORT_VIEW_BYTES);
        report->viewed = true;
    }
}

static void look_at(const struct report *report, struct report_sight *result, struct vm *vm,
                    uint64_t gpa)
{
    struct sight *sight = malloc(sizeof *sight);
    if (sight == NULL) {
        return;
    }
    sight_begin(sight, vm, true);
    result->page = sight_page_of(sight, gpa);
    result->host_sees = result->page != SIGHT_NONE && sight_of_host(sight, gpa, result->host);
    result->secret = sight_is_secret(&report->secrets, vm, gpa);
    result->guest_sees = !result->secret && sight_of_guest(sight, gpa, result->page, result->guest);
    free(sight);
}

/* GUEST_ATTACK_LOOK is about a value, not about a page, and that value is the guest's secret. */
static void attacked(struct report *report, struct vm *vm, bool after)
{
    const bool page = vm->attack.what != GUEST_ATTACK_LOOK;
    if (!after) {
        if (report->attack_count == REPORT_ATTACKS_MAX) {
            report->attacks_lost++;
            return;
        }
        struct report_attack *attack = &report->attacks[report->attack_count++];
        attack->attack = vm->attack;
        if (page) {
            look_at(report, &attack->before, vm, vm->attack.gpa);
        } else {
            attack->attack.gpa = 0;
        }
    } else if (report->attacks_lost == 0) {
        struct report_attack *attack = &report->attacks[report->attack_count - 1];
        attack->attack.answer = vm->attack.answer;
        if (page) {
            look_at(report, &attack->after, vm, vm->attack.gpa);
        }
    }
}

static void look(struct report *report, struct vm *vm, enum vm_moment moment)
{
    switch (moment) {
    case VM_BEFORE_LAUNCH:
        map_take(&report->maps[0], vm, false);
        break;
    case VM_AFTER_LAUNCH: {
        sight_note_secrets(&report->secrets, vm);
        map_take(&report->maps[1], vm, true);
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
        map_take(&report->maps[2], vm, true);
        break;
    default:
        attacked(report, vm, moment == VM_AFTER_ATTACK);
        break;
    }
}

void report_look(void *context, struct vm *vm, enum vm_moment moment)
{
    struct report *report = context;
    const int64_t started = deadline_now_us();
    look(report, vm, moment);
    const int64_t took = deadline_now_us() - started;
    report->looked_us += took;
    if (moment == VM_BEFORE_ATTACK || moment == VM_AFTER_ATTACK) {
        report->looked_at_attacks += took;
    }
}

/* The owner's question to a guest that has shown no report by itself: the emulator asks for one. */
static void ask_for_report(struct report *report, struct vm *vm)
{
    uint8_t question[SNP_REPORT_DATA_BYTES];
    struct snp_report found;
    x86_cache_write_back(vm->emulator->x86.cache);
    if (RAND_bytes(question, sizeof question) == 1 && snp_tenant_open_channel(&vm->tenant) &&
        snp_tenant_report(&vm->tenant, question, &found) == SEV_STATUS_SUCCESS) {
        vm->evidence.report = found;
        vm->evidence.reported = true;
        report->asked = true;
    }
}

static void conclude_snp(struct report *report, struct vm *vm, bool launched)
{
    struct snp_expectation expectation = {.policy = vm->tenant.policy};
    if (!vm->evidence.reported && launched) {
        ask_for_report(report, vm);
    }
    report->expects = snp_owner_measure(&vm->snp_image, expectation.measurement);
    memcpy(report->expected, expectation.measurement, sizeof report->expected);
    memcpy(expectation.report_data, vm->evidence.report.report_data,
           sizeof expectation.report_data);
    report->accepted =
        vm->evidence.reported && snp_owner_accepts(vm->emulator->directory, &vm->evidence.report,
                                                   &expectation, &report->reason);
    chain_read_snp(&report->chain, vm);
}

static void keep(struct report_run *run, const struct vm *vm)
{
    const char *problem = vm->problem != NULL ? vm->problem : "";
    run->machine = vm->machine;
    run->policy = (vm->machine.flags & GUEST_SNP) != 0 ? vm->tenant.policy : vm->policy;
    run->asid = vm->asid;
    run->verdict = vm->devices.verdict;
    (void)snprintf(run->problem, sizeof run->problem, "%s", problem);
    run->exits = vm->exits;
    for (uint32_t i = 0; i < vm->machine.vcpus && i < GUEST_CPUS_MAX; i++) {
        run->exceptions += vm->cpus[i].counts.exceptions;
        run->fills += vm->cpus[i].counts.fills;
    }
    run->lines_read = x86_cache_counts(vm->emulator->x86.cache).lines_read;
    run->evidence = vm->evidence;
    memcpy(run->text, vm->devices.text, sizeof run->text);
    run->text_length = vm->devices.text_length;
}

void report_conclude(struct report *report, struct vm *vm, bool launched, enum vm_stop stop)
{
    report->run.launched = launched;
    report->run.stop = stop;
    report_phase(report, "The report is made");
    if (launched && !report->maps[2].taken) {
        report_look(report, vm, VM_AT_END);
    }
    if ((vm->machine.flags & GUEST_SNP) != 0) {
        conclude_snp(report, vm, launched);
    } else if ((vm->machine.flags & GUEST_SEV) != 0) {
        chain_read_sev(&report->chain, vm);
    }
    keep(&report->run, vm);
    report->run.launch_us = vm->launch_us - report->looked_before;
    report->run.run_us = vm->run_us - report->looked_at_attacks;
}
