/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps of memory, and one part of it as host and guest see it.
 */
#include "host/report/page.h"

#include <inttypes.h>

#define ROW_BYTES 8u

static const char *const moments[REPORT_MOMENTS] = {"Before launch", "After launch", "At the end"};
static const char *const viewers[PIXEL_MAP_VIEWS] = {"The host sees", "The guest sees"};
static const char *const looks[PIXEL_MAP_LOOKS] = {"absent", "empty",  "readable",
                                                   "random", "shared", "not valid"};

static void write_counts(FILE *file, const struct pixel_map *map, enum pixel_map_view view)
{
    bool first = true;
    for (unsigned look = 0; look < PIXEL_MAP_LOOKS; look++) {
        if (map->looks[view][look] != 0) {
            html_print(file, "%s%s%" PRIu64 " %s", first ? "" : ", ",
                       map->stride > 1 ? "about " : "", map->looks[view][look], looks[look]);
            first = false;
        }
    }
}

static void write_map(FILE *file, const struct pixel_map *map, unsigned moment,
                      enum pixel_map_view view)
{
    const struct html_picture picture = {.width = map->width,
                                         .height = map->height,
                                         .pixels = map->pixels[view],
                                         .palette = pixel_map_palette()};
    html_markup(file, "<figure><div class=\"map\"");
    (void)fprintf(file,
                  " data-stride=\"%" PRIu32 "\" data-count=\"%" PRIu32 "\" data-width=\"%" PRIu32
                  "\" data-height=\"%" PRIu32 "\"",
                  map->stride, map->count, map->width, map->height);
    html_markup(file, "><img alt=\"");
    html_print(file, "%s, %s, of %" PRIu64 " pages: ", moments[moment], viewers[view], map->pages);
    write_counts(file, map, view);
    html_markup(file, "\" src=\"");
    html_picture(file, &picture);
    (void)fprintf(file, "\" width=\"%" PRIu32 "\" height=\"%" PRIu32 "\"></div><figcaption><b>",
                  map->width, map->height);
    html_markup(file, viewers[view]);
    html_markup(file, "</b> <span>");
    write_counts(file, map, view);
    html_markup(file, "</span></figcaption></figure>\n");
}

void page_square(const struct report *report, FILE *file)
{
    uint32_t stride = 1;
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        stride = report->maps[moment].taken ? report->maps[moment].stride : stride;
    }
    if (stride == 1) {
        html_markup(file, "A square is a page of the guest's memory, the first at the upper left.");
        return;
    }
    html_print(
        file,
        "A square stands for %" PRIu32
        " pages of the guest's memory, of which the first one is looked at; the first square "
        "is at the upper left. Numbers are of pages, as if the others were like it.",
        stride);
}

void page_maps(const struct report *report, FILE *file)
{
    for (unsigned moment = 0; moment < REPORT_MOMENTS; moment++) {
        const struct pixel_map *map = &report->maps[moment];
        html_markup(file, "<section class=\"moment\"><h3>");
        html_markup(file, moments[moment]);
        html_markup(file, "</h3>\n");
        if (map->taken) {
            write_map(file, map, moment, PIXEL_MAP_HOST);
            write_map(file, map, moment, PIXEL_MAP_GUEST);
        } else {
            html_markup(file, "<p>It has not come to that.</p>");
        }
        html_markup(file, "</section>\n");
    }
}

static bool is_text(uint8_t byte)
{
    return byte >= ' ' && byte <= '~';
}

static void write_hex(FILE *file, const uint8_t *bytes, const uint8_t *other, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const bool differs = other != NULL && other[i] != bytes[i];
        (void)fprintf(file, differs ? "<mark>%02x</mark> " : "%02x ", bytes[i]);
    }
}

static void write_text(FILE *file, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const uint8_t character = is_text(bytes[i]) ? bytes[i] : '.';
        html_text(file, (const char *)&character, 1);
    }
}

void page_dump(FILE *file, uint64_t gpa, const uint8_t *bytes, const uint8_t *other, size_t length)
{
    html_markup(file, "<pre tabindex=\"0\">");
    for (size_t at = 0; at < length; at += ROW_BYTES) {
        const size_t row = length - at < ROW_BYTES ? length - at : ROW_BYTES;
        (void)fprintf(file, "<i>%03" PRIx64 "</i> ", (gpa + at) % REPORT_PAGE_BYTES);
        write_hex(file, bytes + at, other != NULL ? other + at : NULL, row);
        html_markup(file, "<b>");
        write_text(file, bytes + at, row);
        html_markup(file, "</b>\n");
    }
    html_markup(file, "</pre>\n");
}

void page_view(const struct report *report, FILE *file)
{
    html_markup(file, "<p>Guest physical address <code>");
    html_print(file, "%" PRIx64 "h", report->view_gpa);
    html_markup(file, "</code>, ");
    html_markup(file, report->view_what);
    html_markup(file, ", when the guest had been launched and had not run.</p>\n"
                      "<div class=\"pair\">\n<figure><figcaption>The host sees</figcaption>");
    page_dump(file, report->view_gpa, report->view_host, NULL, sizeof report->view_host);
    html_markup(file, "</figure>\n<figure><figcaption>The guest sees</figcaption>");
    page_dump(file, report->view_gpa, report->view_guest, NULL, sizeof report->view_guest);
    html_markup(file, "</figure>\n</div>\n<p class=\"aside\">");
    html_markup(file,
                page_is_encrypted(report)
                    ? "The guest's view is here because this report was asked for on the machine "
                      "that emulates the processor, where everything can be seen. A real host has "
                      "its own view only. Pages for keys and secrets are never shown.</p>\n"
                    : "Nothing is encrypted: both see the same.</p>\n");
}

void page_history(const struct report *report, FILE *file)
{
    history_draw(&report->history, report_origin(report), file);
}
