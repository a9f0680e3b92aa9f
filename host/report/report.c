/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is gathered while a guest runs (report.h).
 */
#include "host/report/report.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "host/lib/deadline.h"

bool report_open(struct report *report, const char *name, const char *path)
{
    report->name = name;
    report->file = fopen(path, "we");
    return report->file != NULL;
}

bool report_is_same_file(const char *name, const char *other)
{
    struct stat one;
    struct stat two;
    return other != NULL && stat(name, &one) == 0 && stat(other, &two) == 0 &&
           S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

void report_close(struct report *report)
{
    if (report->file != NULL) {
        (void)fclose(report->file);
    }
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        pixel_map_free(&report->maps[moment]);
    }
}

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

void report_phase(struct report *report, const char *title)
{
    struct report_row *row = new_row(report, REPORT_PHASE);
    if (row != NULL) {
        row->title = title;
    }
}

/* A guest on its way is two commands in turn, thousands of times. */
static struct report_row *same_command(struct report *report, uint32_t id, int result)
{
    for (uint32_t back = 1; back <= 2 && back <= report->row_count; back++) {
        struct report_row *row = &report->rows[report->row_count - back];
        if (row->kind != REPORT_COMMAND) {
            return NULL;
        }
        if (row->id == id && row->result == result) {
            return row;
        }
    }
    return NULL;
}

void report_command(struct report *report, uint32_t id, int result, int64_t started,
                    int64_t microseconds)
{
    struct report_row *row = same_command(report, id, result);
    if (row != NULL) {
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

void report_event(struct report *report, const char *text, const char *detail, bool good,
                  int64_t started, int64_t microseconds)
{
    struct report_row *row = new_row(report, REPORT_EVENT);
    if (row == NULL) {
        report->rows_lost++;
        return;
    }
    (void)snprintf(row->text, sizeof row->text, "%s", text);
    (void)snprintf(row->detail, sizeof row->detail, "%s", detail);
    row->result = good ? 0 : 1;
    row->began = started;
    row->ended = started + microseconds;
}

void report_guest_runs(struct report *report)
{
    (void)new_row(report, REPORT_GUEST);
}

void report_guest_ran(struct report *report, int64_t looked)
{
    for (uint32_t i = report->row_count; i > 0; i--) {
        if (report->rows[i - 1].kind == REPORT_GUEST) {
            report->rows[i - 1].ended = deadline_now_us() - looked;
            return;
        }
    }
}

void report_exit(struct report *report, uint64_t code, const char *name)
{
    for (uint32_t i = 0; i < report->exit_count; i++) {
        if (report->exits[i].code == code) {
            report->exits[i].count++;
            return;
        }
    }
    if (report->exit_count < REPORT_EXITS_MAX) {
        report->exits[report->exit_count++] =
            (struct report_exit){.name = name, .code = code, .count = 1};
    }
}

static struct report_fact *new_fact(struct report *report, const char *name)
{
    struct report_fact *fact = &report->facts[report->fact_count];
    if (report->fact_count == REPORT_FACTS_MAX) {
        return NULL;
    }
    report->fact_count++;
    fact->name = name;
    return fact;
}

void report_fact(struct report *report, const char *name, const char *format, ...)
{
    struct report_fact *fact = new_fact(report, name);
    if (fact != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(fact->value, sizeof fact->value, format, arguments);
        va_end(arguments);
    }
}

void report_time(struct report *report, const char *name, int64_t microseconds)
{
    const bool brief = microseconds < 1000000;
    report_fact(report, name, brief ? "%.2f ms" : "%.2f s",
                (double)microseconds / (brief ? 1e3 : 1e6));
}

void report_value(struct report *report, const char *name, const uint8_t *bytes, size_t length)
{
    struct report_measurement *measurement = &report->measurement;
    if (measurement->count < REPORT_VALUES_MAX && length <= REPORT_VALUE_BYTES) {
        struct report_value *value = &measurement->values[measurement->count++];
        value->name = name;
        value->length = length;
        memcpy(value->bytes, bytes, length);
    }
}

void report_verdict(struct report *report, bool good, const char *format, ...)
{
    va_list arguments;
    report->good = good;
    va_start(arguments, format);
    (void)vsnprintf(report->verdict, sizeof report->verdict, format, arguments);
    va_end(arguments);
}

void report_measured(struct report *report, bool good, const char *format, ...)
{
    va_list arguments;
    report->measurement.good = good;
    va_start(arguments, format);
    (void)vsnprintf(report->measurement.verdict, sizeof report->measurement.verdict, format,
                    arguments);
    va_end(arguments);
}

void report_launch(struct report *report, const uint8_t expected[SEV_MAC_BYTES],
                   const struct sev_measurement *found,
                   const uint8_t digest[SEV_LAUNCH_DIGEST_BYTES], const char *digest_name)
{
    const bool same = memcmp(expected, found->measure, SEV_MAC_BYTES) == 0;
    report_measured(report, same, same ? "The measurement is the expected one." : "They differ.");
    report_value(report, "Expected: what the owner computes", expected, SEV_MAC_BYTES);
    report_value(report, "Found: what LAUNCH_MEASURE answers", found->measure,
                 sizeof found->measure);
    report_value(report, digest_name, digest, SEV_LAUNCH_DIGEST_BYTES);
    report_value(report, "Nonce of the measurement", found->mnonce, sizeof found->mnonce);
}

static bool is_same_chip(const struct chain *one, const struct chain *other)
{
    return one->has_chip_id && other->has_chip_id &&
           memcmp(one->chip_id, other->chip_id, sizeof one->chip_id) == 0;
}

void report_chain(struct report *report, const struct chain *chain)
{
    for (uint32_t i = 0; i < report->chain_count; i++) {
        if (is_same_chip(&report->chains[i], chain)) {
            return;
        }
    }
    if (report->chain_count == REPORT_CHIPS_MAX) {
        report->chains_lost++;
        return;
    }
    report->chains[report->chain_count++] = *chain;
}

int64_t report_origin(const struct report *report)
{
    return report->row_count != 0 ? report->rows[0].began : 0;
}

/* When it is full, the older half goes. */
void report_text(struct report *report, const char *text, size_t length)
{
    if (length > sizeof report->text / 2) {
        report->text_lost += length - sizeof report->text / 2;
        text += length - sizeof report->text / 2;
        length = sizeof report->text / 2;
    }
    if (report->text_length + length > sizeof report->text) {
        const size_t gone = report->text_length - sizeof report->text / 2;
        memmove(report->text, report->text + gone, report->text_length - gone);
        report->text_length -= gone;
        report->text_lost += gone;
    }
    memcpy(report->text + report->text_length, text, length);
    report->text_length += length;
}

struct report_attack *report_attack(struct report *report)
{
    if (report->attack_count == REPORT_ATTACKS_MAX) {
        report->attacks_lost++;
        return NULL;
    }
    return &report->attacks[report->attack_count++];
}

bool report_attack_changed(const struct report_attack *attack)
{
    return attack->before.page != attack->after.page ||
           memcmp(attack->before.host, attack->after.host, REPORT_PAGE_BYTES) != 0 ||
           memcmp(attack->before.guest, attack->after.guest, REPORT_PAGE_BYTES) != 0;
}
