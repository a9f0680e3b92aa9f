/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of several runs beside each other (figures.h).
 */
#include <stdio.h>
#include <string.h>

#include "tests/bench/figures.h"
#include "tests/bench/figures_meaning.h"

#define LINE_BYTES 256
#define KEY_BYTES 64

bool figures_read_json(struct figures_run *run, const char *path)
{
    char line[LINE_BYTES];
    char key[KEY_BYTES];
    double value;
    bool found = false;
    FILE *file = fopen(path, "r");
    *run = (struct figures_run){0};
    /* A member per line, as figures_write_json() writes them. */
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, " \"%63[a-z0-9_]\": %lf", key, &value) == 2) {
            const enum figure figure = figures_find(key);
            if (figure != FIGURES && value > 0) {
                run->best[figure] = value;
                found = true;
            }
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

/* How many times better B is than A: above 1, it is. */
static double quotient(const struct figures_meaning *meaning, double a, double b)
{
    return meaning->more_is_better ? b / a : a / b;
}

static void print_line(const struct figures_meaning *meaning, double a, double b, double better)
{
    (void)printf("%-30s %10.*f %10.*f %-6s %6.2f x\n", meaning->text, meaning->digits, a,
                 meaning->digits, b, meaning->unit, better);
}

void figures_print_change(const struct figures_run *before, struct figures *now)
{
    (void)printf("\n%-30s %10s %10s %-6s %8s\n", "", "before", "now", "", "better");
    for (unsigned i = 0; i < FIGURES; i++) {
        const struct figures_meaning *meaning = &figures_meanings[i];
        if (before->best[i] > 0 && now->counts[i] > 0) {
            const double value = figures_percentile(now->samples[i], now->counts[i],
                                                    meaning->more_is_better ? 100 : 0);
            print_line(meaning, before->best[i], value, quotient(meaning, before->best[i], value));
        }
    }
}

/* The best of one build's runs, of which there is one in two. */
static double best_of(const struct figures_run *runs, unsigned pairs, unsigned figure)
{
    double values[FIGURES_PAIRS_MAX];
    for (unsigned i = 0; i < pairs; i++) {
        values[i] = runs[(size_t)2 * i].best[figure];
    }
    return figures_percentile(values, pairs, figures_meanings[figure].more_is_better ? 100 : 0);
}

/* Of an even number, the middle between two. */
static double median_of(double *values, unsigned count)
{
    const double low = figures_percentile(values, count, 50); /* Sorts them. */
    return count % 2 == 0 ? (low + values[count / 2]) / 2 : low;
}

static bool all_measured(const struct figures_run *runs, unsigned pairs, unsigned figure)
{
    for (unsigned i = 0; i < 2 * pairs; i++) {
        if (runs[i].best[figure] <= 0) {
            return false;
        }
    }
    return true;
}

void figures_print_pairs(const struct figures_run *runs, unsigned pairs)
{
    (void)printf("%-30s %10s %10s %-6s %8s\n", "", "other", "this", "", "better");
    for (unsigned i = 0; i < FIGURES; i++) {
        const struct figures_meaning *meaning = &figures_meanings[i];
        double quotients[FIGURES_PAIRS_MAX];
        if (!all_measured(runs, pairs, i)) {
            continue;
        }
        for (unsigned k = 0; k < pairs; k++) {
            quotients[k] = quotient(meaning, runs[2 * k].best[i], runs[2 * k + 1].best[i]);
        }
        print_line(meaning, best_of(runs, pairs, i), best_of(runs + 1, pairs, i),
                   median_of(quotients, pairs));
    }
    (void)printf("\nBest of %u runs each, in turns; better: the median of the pairs' quotients.\n",
                 pairs);
}
