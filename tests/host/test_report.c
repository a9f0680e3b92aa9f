/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of a report is bounded however long a guest runs, keeps what counts, and has text as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/lib/sev.h"
#include "host/report/report.h"

#define PAGE_MAX 0x200000u
#define MOMENTS 10000u
#define EVIL "</pre><script>alert('&\"')</script>"
#define HARMLESS "&lt;/pre&gt;&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"

static struct report *report;
static char path[] = "/tmp/virtasp-report-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    (void)strcpy(path + sizeof path - sizeof "XXXXXX", "XXXXXX");
    const int file = mkstemp(path);
    report = calloc(1, sizeof *report);
    return file >= 0 && close(file) == 0 && report != NULL && report_open(report, EVIL, path) ? 0
                                                                                              : -1;
}

static int tear_down(void **state)
{
    (void)state;
    report_close(report);
    free(report);
    return unlink(path);
}

/* @return the page, to be freed */
static char *written(void)
{
    assert_true(report_write(report));
    FILE *file = fopen(path, "re");
    char *page = calloc(1, PAGE_MAX);
    assert_non_null(file);
    assert_non_null(page);
    assert_in_range(fread(page, 1, PAGE_MAX - 1, file), 1, PAGE_MAX - 2);
    assert_int_equal(fclose(file), 0);
    return page;
}

/* Each moment a page more is written: none of them is forgotten, and the last is the last. */
static void a_long_history_is_bounded(void **state)
{
    (void)state;
    struct history *history = &report->history;
    uint64_t written_pages = 0;
    for (uint32_t i = 0; i < MOMENTS; i++) {
        history_add(
            history,
            &(struct history_sample){
                .at = i, .ciphertext = i, .empty = MOMENTS - i, .written = 1, .taken_over = 2});
        assert_in_range(history->count, 1, HISTORY_SAMPLES);
    }
    assert_true(history->count > HISTORY_SAMPLES / 2);
    for (uint32_t i = 0; i < history->count; i++) {
        const struct history_sample *sample = &history->samples[i];
        assert_true(i == 0 || sample->at > history->samples[i - 1].at);
        assert_int_equal(sample->ciphertext, sample->at);
        assert_int_equal(sample->taken_over, 2 * sample->written);
        written_pages += sample->written;
    }
    assert_int_equal(written_pages, MOMENTS);
    assert_int_equal(history->samples[history->count - 1].at, MOMENTS - 1);
    for (uint32_t i = 0; i < MOMENTS; i++) {
        history_mark(history, i, "mark");
    }
    assert_int_equal(history->mark_count, HISTORY_MARKS);
}

/* As a migration gives them. */
static void commands_in_turn_need_two_rows(void **state)
{
    (void)state;
    report_phase(report, "A part");
    for (uint32_t i = 0; i < MOMENTS; i++) {
        report_command(report, 1, SEV_STATUS_SUCCESS, i, 1);
        report_command(report, 2, SEV_STATUS_SUCCESS, i, 1);
    }
    assert_int_equal(report->row_count, 3);
    assert_int_equal(report->rows[1].count, MOMENTS);
    assert_int_equal(report->rows[2].count, MOMENTS);
    report_command(report, 2, SEV_STATUS_BAD_MEASUREMENT, 0, 1);
    assert_int_equal(report->row_count, 4);
    report_event(report, "an event", "", true, 0, 1);
    report_command(report, 2, SEV_STATUS_BAD_MEASUREMENT, 0, 1);
    assert_int_equal(report->row_count, 6);
    for (uint32_t i = 0; i < MOMENTS; i++) {
        report_event(report, "an event", "", true, i, 1);
    }
    assert_int_equal(report->row_count, REPORT_ROWS_MAX);
    assert_int_equal(report->rows_lost, MOMENTS - (REPORT_ROWS_MAX - 6));
}

static void of_much_output_the_end_is_kept(void **state)
{
    (void)state;
    char line[32];
    uint64_t all = 0;
    for (uint32_t i = 0; i < MOMENTS; i++) {
        const int length = snprintf(line, sizeof line, "line %u of many\n", i);
        report_text(report, line, (size_t)length);
        all += (uint64_t)length;
        assert_in_range(report->text_length, 1, REPORT_TEXT_BYTES);
        assert_int_equal(report->text_length + report->text_lost, all);
    }
    assert_true(report->text_length > REPORT_TEXT_BYTES / 2);
    assert_memory_equal(report->text + report->text_length - strlen(line), line, strlen(line));
    char *much = malloc(REPORT_TEXT_BYTES * 2);
    assert_non_null(much);
    memset(much, 'x', REPORT_TEXT_BYTES * 2);
    much[REPORT_TEXT_BYTES * 2 - 1] = 'y';
    report_text(report, much, REPORT_TEXT_BYTES * 2);
    free(much);
    assert_int_equal(report->text_length + report->text_lost, all + 2 * REPORT_TEXT_BYTES);
    assert_int_equal(report->text[report->text_length - 1], 'y');
}

/* Name, verdicts, numbers, events, output: wherever words of a guest or a user may come in. */
static void text_stays_text(void **state)
{
    (void)state;
    report->protection = "SEV";
    report_verdict(report, false, "%s", EVIL);
    report_measured(report, false, "%s", EVIL);
    report_fact(report, "Fact", "%s", EVIL);
    report_phase(report, "A part");
    report_event(report, "<b>event</b>", EVIL, false, 0, 1);
    report_text(report, EVIL "\033", strlen(EVIL) + 1);
    char *page = written();
    unsigned found = 0;
    for (const char *at = page; (at = strstr(at, HARMLESS)) != NULL; at++) {
        found++;
    }
    assert_int_equal(found, 7); /* title, heading, verdict, measurement, fact, detail, output */
    assert_non_null(strstr(page, "&lt;b&gt;event&lt;/b&gt;"));
    assert_non_null(strstr(page, HARMLESS "&#xFFFD;"));
    assert_null(strstr(page, "<script>alert"));
    assert_null(strstr(page, "{{"));
    free(page);
}

/* Whatever is shown first. */
static void times_count_from_power_on(void **state)
{
    (void)state;
    report_phase(report, "Power on");
    const int64_t origin = report_origin(report);
    report_event(report, "an event", "", true, origin, 1);
    report_phase(report, "The guest runs");
    report_event(report, "an event", "", true, origin + 1500000, 500000);
    history_add(&report->history, &(struct history_sample){.at = origin + 2000000, .empty = 1});
    history_add(&report->history, &(struct history_sample){.at = origin + 9000000, .empty = 1});
    history_mark(&report->history, origin + 7100000, "migrate");
    char *page = written();
    assert_non_null(strstr(page, "<li>7.1 s: migrate</li>"));
    assert_non_null(strstr(page, "In the end, 9.0 s after power on, of 1 pages"));
    assert_non_null(strstr(page, "<p>at 1.50&nbsp;s, for 500.00&nbsp;ms, "));
    free(page);
}

static void each_chip_has_its_certificates(void **state)
{
    (void)state;
    struct chain chain = {.holds = true, .has_chip_id = true};
    report->protection = "SEV";
    report_phase(report, "Power on");
    for (uint8_t i = 0; i < REPORT_CHIPS_MAX + 2; i++) {
        chain.chip_id[0] = i;
        chain.since = report_origin(report) + INT64_C(1000000) * i;
        report_chain(report, &chain);
        report_chain(report, &(struct chain){.has_chip_id = true}); /* back at the first one */
    }
    assert_int_equal(report->chain_count, REPORT_CHIPS_MAX);
    assert_int_equal(report->chains_lost, 2);
    char *page = written();
    assert_non_null(strstr(page, "<h3>Chip 1, from 0.00&nbsp;ms on</h3>"));
    assert_non_null(strstr(page, "<h3>Chip 8, from 7.00&nbsp;s on</h3>"));
    assert_non_null(strstr(page, "<code>07000000<wbr>00000000"));
    assert_non_null(strstr(page, "2 more chips have no room here."));
    free(page);
}

static void look_like_noise(void *context, uint64_t gpa, struct pixel_map_seen *seen)
{
    uint32_t *random = context;
    (void)gpa;
    seen->kind = PAGE_KIND_PRIVATE;
    seen->by_host = seen->by_guest = true;
    for (size_t i = 0; i < sizeof seen->host; i++) {
        *random = *random * 1664525u + 1013904223u;
        seen->host[i] = seen->guest[i] = (uint8_t)(*random >> 24);
    }
}

/* With all that there is room for, of a guest with 4 GiB. */
static void a_full_page_is_bounded(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        pixel_map_take(&report->maps[moment], UINT64_C(1) << 20, look_like_noise, &random);
        assert_true(report->maps[moment].taken);
        assert_in_range(report->maps[moment].count, 1, PIXEL_MAP_PIXELS_MAX);
    }
    a_long_history_is_bounded(state);
    of_much_output_the_end_is_kept(state);
    commands_in_turn_need_two_rows(state);
    struct report_attack *attack = NULL;
    while ((attack = report_attack(report)) != NULL) {
        attack->title = "attack";
        attack->has_page = attack->before.host_sees = attack->after.host_sees = true;
        attack->before.guest_sees = attack->after.guest_sees = true;
        memset(attack->after.host, 1, sizeof attack->after.host);
        memset(attack->after.guest, 1, sizeof attack->after.guest);
    }
    assert_int_equal(report->attacks_lost, 1);
    char *page = written(); /* at most PAGE_MAX bytes */
    assert_non_null(strstr(page, "A square stands for 16 pages of the guest"));
    assert_non_null(strstr(page, "of 1048576 pages: about 1048576 random"));
    free(page);
}

static void a_file_has_many_names(void **state)
{
    (void)state;
    char other[sizeof path + 8];
    (void)snprintf(other, sizeof other, "/tmp/../tmp/%s", strrchr(path, '/') + 1);
    assert_true(report_is_same_file(path, path));
    assert_false(report_is_same_file(path, NULL));
    assert_false(report_is_same_file(path, "/tmp"));
    assert_false(report_is_same_file("/dev/null", "/dev/null")); /* nothing would be lost */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_long_history_is_bounded),      TEST(commands_in_turn_need_two_rows),
        TEST(of_much_output_the_end_is_kept), TEST(text_stays_text),
        TEST(a_full_page_is_bounded),         TEST(a_file_has_many_names),
        TEST(times_count_from_power_on),      TEST(each_chip_has_its_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
