/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory over time (history.h).
 */
#include "host/report/history.h"

#include <inttypes.h>

#include "host/report/html.h"

#define WIDTH 1000
#define HEIGHT 220
#define CHANGES_HEIGHT 60

/* The later of two moments; what has happened before either has happened before it. */
static void merge(struct history_sample *into, const struct history_sample *later)
{
    const uint64_t written = into->written + later->written;
    const uint64_t taken_over = into->taken_over + later->taken_over;
    *into = *later;
    into->written = written;
    into->taken_over = taken_over;
}

static void make_room(struct history *history)
{
    for (uint32_t i = 0; i < HISTORY_SAMPLES / 2; i++) {
        struct history_sample pair = history->samples[2 * (size_t)i];
        merge(&pair, &history->samples[2 * (size_t)i + 1]);
        history->samples[i] = pair;
    }
    history->count = HISTORY_SAMPLES / 2;
    history->merged *= 2;
}

void history_add(struct history *history, const struct history_sample *sample)
{
    if (history->count != 0 && history->last_holds < history->merged) {
        merge(&history->samples[history->count - 1], sample);
        history->last_holds++;
        return;
    }
    history->merged = history->merged == 0 ? 1 : history->merged;
    if (history->count == HISTORY_SAMPLES) {
        make_room(history);
    }
    history->samples[history->count++] = *sample;
    history->last_holds = 1;
}

void history_mark(struct history *history, int64_t at, const char *name)
{
    if (history->mark_count < HISTORY_MARKS) {
        history->marks[history->mark_count++] = (struct history_mark){.at = at, .name = name};
    }
}

static const struct history_sample *last(const struct history *history)
{
    return &history->samples[history->count - 1];
}

static uint64_t all_of(const struct history_sample *sample)
{
    return sample->ciphertext + sample->shared + sample->empty;
}

static int x_of(const struct history *history, int64_t at)
{
    const int64_t from = history->samples[0].at;
    const int64_t whole = last(history)->at > from ? last(history)->at - from : 1;
    const int64_t x = (at - from) * WIDTH / whole;
    return x < 0 ? 0 : x > WIDTH ? WIDTH : (int)x;
}

/* Of the pages that lie below a layer's upper edge: ciphertext lowest, then shared ones. */
static uint64_t up_to(const struct history_sample *sample, unsigned layer)
{
    return layer == 0 ? 0 : sample->ciphertext + (layer > 1 ? sample->shared : 0);
}

static int y_of(const struct history_sample *sample, unsigned layer)
{
    const uint64_t all = all_of(sample) != 0 ? all_of(sample) : 1;
    return HEIGHT - (int)(up_to(sample, layer) * HEIGHT / all);
}

static void draw_layer(const struct history *history, FILE *file, unsigned layer, const char *name)
{
    (void)fprintf(file, "<polygon class=\"%s\" points=\"", name);
    for (uint32_t i = 0; i < history->count; i++) {
        const struct history_sample *sample = &history->samples[i];
        (void)fprintf(file, "%d,%d ", x_of(history, sample->at), y_of(sample, layer));
    }
    for (uint32_t i = history->count; i > 0; i--) {
        const struct history_sample *sample = &history->samples[i - 1];
        (void)fprintf(file, "%d,%d%s", x_of(history, sample->at), y_of(sample, layer - 1),
                      i > 1 ? " " : "");
    }
    html_markup(file, "\"/>\n");
}

static void draw_marks(const struct history *history, FILE *file, int height)
{
    for (uint32_t i = 0; i < history->mark_count; i++) {
        const int x = x_of(history, history->marks[i].at);
        (void)fprintf(file, "<path class=\"moment-line\" d=\"M%d,0V%d\"/>\n", x, height);
    }
}

/* Bars of pages changed since the moment before, the tallest as high as there is room. */
static void draw_changes(const struct history *history, FILE *file)
{
    uint64_t most = 1;
    for (uint32_t i = 1; i < history->count; i++) {
        const uint64_t changed = history->samples[i].written + history->samples[i].taken_over;
        most = changed > most ? changed : most;
    }
    (void)fprintf(file,
                  "<svg class=\"changes\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                  "role=\"img\" aria-label=\"Pages changed from one moment to the next, at most "
                  "%" PRIu64 "\">\n",
                  WIDTH, CHANGES_HEIGHT, most);
    for (uint32_t i = 1; i < history->count; i++) {
        const struct history_sample *sample = &history->samples[i];
        const int from = x_of(history, history->samples[i - 1].at);
        const int until = x_of(history, sample->at);
        const uint64_t changed = sample->written + sample->taken_over;
        const uint64_t height = (changed * CHANGES_HEIGHT + most - 1) / most;
        if (height != 0) {
            (void)fprintf(
                file, "<rect x=\"%d\" y=\"%" PRIu64 "\" width=\"%d\" height=\"%" PRIu64 "\"/>\n",
                from, CHANGES_HEIGHT - height, until > from ? until - from : 1, height);
        }
    }
    draw_marks(history, file, CHANGES_HEIGHT);
    html_markup(file, "</svg>\n<p class=\"aside\">Pages changed from one moment to the next: ");
    html_print(file, "at most %" PRIu64 ".", most);
    html_markup(file, "</p>\n");
}

static void list_marks(const struct history *history, int64_t origin, FILE *file)
{
    if (history->mark_count == 0) {
        return;
    }
    html_markup(file, "<ol class=\"marks\" aria-label=\"Moments with a line\">\n");
    for (uint32_t i = 0; i < history->mark_count; i++) {
        const struct history_mark *mark = &history->marks[i];
        const double seconds = (double)(mark->at - origin) / 1e6;
        html_markup(file, "<li>");
        html_print(file, "%.1f s: %s", seconds, mark->name);
        html_markup(file, "</li>\n");
    }
    html_markup(file, "</ol>\n");
}

static void say(const struct history *history, int64_t origin, FILE *file)
{
    const struct history_sample *end = last(history);
    const double seconds = (double)(end->at - origin) / 1e6;
    html_print(file,
               "In the end, %.1f s after power on, of %" PRIu64 " pages %" PRIu64
               " hold ciphertext, %" PRIu64 " are shared with the host, %" PRIu64
               " were never written",
               seconds, all_of(end), end->ciphertext, end->shared, end->empty);
}

void history_draw(const struct history *history, int64_t origin, FILE *file)
{
    if (history->count == 0) {
        return;
    }
    (void)fprintf(file,
                  "<svg class=\"history\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                  "role=\"img\" aria-label=\"",
                  WIDTH, HEIGHT);
    say(history, origin, file);
    html_markup(file, "\">\n");
    draw_layer(history, file, 1, "random");
    draw_layer(history, file, 2, "shared");
    draw_marks(history, file, HEIGHT);
    html_markup(file, "</svg>\n");
    draw_changes(history, file);
    html_markup(file, "<p>");
    say(history, origin, file);
    html_markup(file, ".</p>\n");
    list_marks(history, origin, file);
}
