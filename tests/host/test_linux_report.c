/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report on a Linux guest sees of its memory, and that looking costs no memory: in the memory of
 * this file system a page that somebody reads is no hole any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/linux/guest_report.h"
#include "host/linux/look.h"
#include "tests/host/linux_stage.h"

#define PAGES (LINUX_STAGE_BYTES / MAP_PAGE)

static struct guest_options options;
static struct guest *guest;

static int set_up(void **state)
{
    (void)linux_stage_set_up_file(state);
    options.report = calloc(1, sizeof *options.report);
    assert_non_null(options.report);
    guest = guest_new(&options, "");
    assert_non_null(guest);
    guest->controller = linux_stage.controller;
    return 0;
}

static int tear_down(void **state)
{
    linux_stage.controller = guest->controller;
    for (size_t i = 0; i < sizeof options.report->page.maps / sizeof *options.report->page.maps;
         i++) {
        pixel_map_free(&options.report->page.maps[i]);
    }
    free(options.report->filled);
    free(options.report);
    free(guest);
    return linux_stage_tear_down(state);
}

static void assert_only_hole(void)
{
    assert_int_equal(lseek(linux_stage.dram_file, 0, SEEK_DATA), -1);
}

static const struct history_sample *last_sample(void)
{
    const struct history *history = &options.report->page.history;
    assert_true(history->count > 0);
    return &history->samples[history->count - 1];
}

static void counting_reads_nothing_that_nobody_has_written(void **state)
{
    (void)state;
    assert_true(controller_pass(&guest->controller));
    guest_report_pass(guest);
    assert_int_equal(last_sample()->empty, PAGES);
    assert_only_hole();
}

static void what_the_guest_has_written_is_counted(void **state)
{
    (void)state;
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), "secret", 6);
    linux_stage_share(LINUX_STAGE_PAGE + MAP_PAGE, true);
    assert_true(controller_pass(&guest->controller));
    guest_report_pass(guest);
    assert_int_equal(last_sample()->ciphertext, 1);
    assert_int_equal(last_sample()->shared, 1);
    assert_int_equal(last_sample()->empty, PAGES - 2);
}

static void maps_read_nothing_that_nobody_has_written(void **state)
{
    (void)state;
    const struct pixel_map *map = &options.report->page.maps[GUEST_REPORT_ENTERED];
    guest_report_look(guest, GUEST_REPORT_ENTERED);
    assert_true(map->taken);
    assert_int_equal(map->looks[PIXEL_MAP_HOST][PIXEL_MAP_EMPTY], PAGES);
    assert_int_equal(map->looks[PIXEL_MAP_GUEST][PIXEL_MAP_RANDOM], PAGES);
    assert_only_hole();
}

/* No pass has been since. */
static void maps_show_what_was_just_written(void **state)
{
    (void)state;
    const struct pixel_map *map = &options.report->page.maps[GUEST_REPORT_LOADED];
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, "the kernel", 10);
    guest_report_look(guest, GUEST_REPORT_LOADED);
    assert_true(map->taken);
    assert_int_equal(map->looks[PIXEL_MAP_HOST][PIXEL_MAP_READABLE], 1);
    assert_int_equal(map->looks[PIXEL_MAP_GUEST][PIXEL_MAP_READABLE], 1);
    assert_int_equal(map->looks[PIXEL_MAP_HOST][PIXEL_MAP_EMPTY], PAGES - 1);
}

static void finding_a_text_reads_nothing_that_nobody_has_written(void **state)
{
    (void)state;
    struct look look;
    look_for(&guest->controller, "the kernel", &look);
    assert_int_equal(look.in_dram, 0);
    assert_only_hole();
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, "the kernel", 10);
    look_for(&guest->controller, "the kernel", &look);
    assert_int_equal(look.in_dram, 1);
}

static void look_at_half(void *context, uint64_t gpa, struct pixel_map_seen *seen)
{
    const uint64_t *half = context;
    *seen = (struct pixel_map_seen){.kind = gpa < *half ? PAGE_KIND_PRIVATE : PAGE_KIND_NONE,
                                    .by_host = true,
                                    .by_guest = true};
}

/* The last pixel stands for one page less. */
static void a_map_counts_pages_and_not_pixels(void **state)
{
    (void)state;
    struct pixel_map map = {.taken = false};
    uint64_t half = UINT64_C(3) * 1000 * PIXEL_MAP_PAGE_BYTES;
    pixel_map_take(&map, UINT64_C(3) * PIXEL_MAP_PIXELS_MAX - 1, look_at_half, &half);
    assert_true(map.taken);
    assert_int_equal(map.stride, 3);
    assert_int_equal(map.looks[PIXEL_MAP_HOST][PIXEL_MAP_EMPTY], 3000);
    assert_int_equal(map.looks[PIXEL_MAP_HOST][PIXEL_MAP_ABSENT],
                     3 * (PIXEL_MAP_PIXELS_MAX - 1000) - 1);
    pixel_map_free(&map);
}

static void only_what_was_done_has_a_mark(void **state)
{
    (void)state;
    const struct history *history = &options.report->page.history;
    guest_report_event(guest, "migrate", "no such directory", false, 1);
    assert_int_equal(history->mark_count, 0);
    guest_report_event(guest, "migrate", "moved", true, 2);
    assert_int_equal(history->mark_count, 1);
    assert_int_equal(options.report->page.row_count, 2);
}

static void how_it_ended_is_told(void **state)
{
    (void)state;
    options.report->running_us = 1;
    guest_report_ending(guest, "It sleeps");
    guest_report_conclude(guest, 0);
    assert_string_equal(options.report->page.verdict, "It sleeps");
    assert_true(options.report->page.good);
}

static void why_it_has_not_come_to_run_is_told(void **state)
{
    (void)state;
    guest_report_problem(guest, "the digests differ");
    guest_report_conclude(guest, 1);
    assert_string_equal(options.report->page.verdict, "It has not come to run: the digests differ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_counts_pages_and_not_pixels),
        cmocka_unit_test_setup_teardown(only_what_was_done_has_a_mark, set_up, tear_down),
        cmocka_unit_test_setup_teardown(how_it_ended_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(why_it_has_not_come_to_run_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counting_reads_nothing_that_nobody_has_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_the_guest_has_written_is_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(maps_read_nothing_that_nobody_has_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(maps_show_what_was_just_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finding_a_text_reads_nothing_that_nobody_has_written,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
