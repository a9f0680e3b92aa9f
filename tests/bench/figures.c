/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of figures (figures.h).
 */
#include "tests/bench/figures.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bench/figures_meaning.h"

enum figure figures_find(const char *key)
{
    unsigned figure = 0;
    while (figure < FIGURES && strcmp(figures_meanings[figure].key, key) != 0) {
        figure++;
    }
    return (enum figure)figure;
}

void figures_add(struct figures *figures, enum figure figure, double value)
{
    if (figures->counts[figure] < FIGURES_SAMPLES_MAX) {
        figures->samples[figure][figures->counts[figure]++] = value;
    }
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

double figures_percentile(double *values, unsigned count, double percent)
{
    qsort(values, count, sizeof *values, compare);
    unsigned rank = (unsigned)((double)count * percent / 100 + 0.999999);
    rank = rank < 1 ? 1 : rank > count ? count : rank;
    return values[rank - 1];
}

static double best(struct figures *figures, enum figure figure)
{
    return figures_percentile(figures->samples[figure], figures->counts[figure],
                              figures_meanings[figure].more_is_better ? 100 : 0);
}

static double median(struct figures *figures, enum figure figure)
{
    return figures_percentile(figures->samples[figure], figures->counts[figure], 50);
}

/* "2.5 x": how much faster than the chip. */
static void print_chip(const struct figures_meaning *meaning, double value)
{
    if (meaning->chip > 0) {
        (void)printf(" %9.2f %6.1f x", meaning->chip,
                     meaning->more_is_better ? value / meaning->chip : meaning->chip / value);
    } else {
        (void)printf(" %9s %8s", "", "");
    }
}

static void print_aim(const struct figures_meaning *meaning, double value)
{
    if (meaning->aim > 0) {
        const int digits = meaning->aim < 10 ? 1 : 0;
        bool kept = meaning->more_is_better ? value >= meaning->aim : value <= meaning->aim;
        (void)printf("  %s %6.*f %s", meaning->more_is_better ? ">=" : "<=", digits, meaning->aim,
                     kept ? "kept" : "MISSED");
    }
}

void figures_print(struct figures *figures, const struct figures_context *context)
{
    (void)printf("CPU %s; %s; memory encrypted by %s\n\n", context->cpu, context->qemu_version,
                 context->engine);
    (void)printf("%-30s %10s %10s %-6s %4s %9s %8s  %s\n", "", "best", "median", "", "n",
                 "real chip", "faster", context->bars ? "aim" : "");
    for (unsigned i = 0; i < FIGURES; i++) {
        const struct figures_meaning *meaning = &figures_meanings[i];
        if (figures->counts[i] == 0) {
            (void)printf("%-30s %10s\n", meaning->text, "-");
            continue;
        }
        const double value = best(figures, i);
        (void)printf("%-30s %10.*f %10.*f %-6s %4u", meaning->text, meaning->digits, value,
                     meaning->digits, median(figures, i), meaning->unit, figures->counts[i]);
        print_chip(meaning, value);
        if (context->bars) {
            print_aim(meaning, value);
        }
        (void)printf("\n");
    }
    (void)printf(
        "\nThe machine's other work shows in these figures, easily by a factor of two: compare "
        "the best\nof several runs, and only figures of one machine. Real chip: an EPYC; "
        "its launch figures are those\nof SNP_LAUNCH_UPDATE.\n");
}

/* Text from outside that goes into JSON; what would need quoting is left out. */
static void write_text(FILE *file, const char *key, const char *text)
{
    (void)fprintf(file, "  \"%s\": \"", key);
    for (; *text != '\0'; text++) {
        if (*text >= ' ' && *text != '"' && *text != '\\' && *text <= '~') {
            (void)fputc(*text, file);
        }
    }
    (void)fprintf(file, "\"");
}

bool figures_write_json(struct figures *figures, const struct figures_context *context, FILE *file)
{
    (void)fprintf(file, "{\n");
    write_text(file, "cpu", context->cpu);
    (void)fprintf(file, ",\n");
    write_text(file, "qemu_version", context->qemu_version);
    (void)fprintf(file, ",\n");
    write_text(file, "engine", context->engine);
    for (unsigned i = 0; i < FIGURES; i++) {
        const char *key = figures_meanings[i].key;
        if (figures->counts[i] == 0) {
            (void)fprintf(file, ",\n  \"%s\": null,\n  \"%s_median\": null", key, key);
        } else {
            (void)fprintf(file, ",\n  \"%s\": %.6g,\n  \"%s_median\": %.6g", key, best(figures, i),
                          key, median(figures, i));
        }
    }
    (void)fprintf(file, "\n}\n");
    return fflush(file) == 0 && ferror(file) == 0;
}
