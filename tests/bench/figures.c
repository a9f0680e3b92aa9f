/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of figures (figures.h).
 */
#include "tests/bench/figures.h"

#include <stdlib.h>

/* What one figure means. */
struct meaning {
    const char *key;  /* in the JSON */
    const char *text; /* in the table */
    const char *unit;
    int digits;          /* after the decimal point */
    bool more_is_better; /* a rate, not a time or size */
    double chip;         /* the same on an EPYC; 0 = not known */
    double aim;          /* of this project; 0 = none */
};

/*
 * The chip's figures were measured on EPYC parts: SNP_LAUNCH_UPDATE 3.90 MiB/s and 1.64 ms for a
 * single page, PDH_GEN with three GUEST_STATUS 11 ms.
 */
static const struct meaning meanings[FIGURES] = {
    [FIGURE_BOOT_MS] = {"boot_ms", "board start to mailbox ready", "ms", 0, false, 0, 0},
    [FIGURE_FIRMWARE_READY_MS] = {"firmware_ready_ms", "of it the firmware, on the board's clock",
                                  "ms", 0, false, 0, 0},
    [FIGURE_NOP_P50_US] = {"nop_p50_us", "NOP round trip, p50", "us", 1, false, 0, 100},
    [FIGURE_NOP_P99_US] = {"nop_p99_us", "NOP round trip, p99", "us", 1, false, 0, 0},
    [FIGURE_RING_COMMANDS_S] = {"ring_commands_s", "NOPs through a ring", "/s", 0, true, 0, 0},
    [FIGURE_INIT_FIRST_MS] = {"init_first_ms", "INIT, creates the identity", "ms", 1, false, 0, 0},
    [FIGURE_INIT_MS] = {"init_ms", "INIT, loads the identity", "ms", 1, false, 0, 0},
    [FIGURE_PEK_GEN_MS] = {"pek_gen_ms", "PEK_GEN", "ms", 1, false, 0, 0},
    [FIGURE_PDH_GEN_MS] = {"pdh_gen_ms", "PDH_GEN", "ms", 1, false, 0, 0},
    [FIGURE_PDH_GEN_STATUS_MS] = {"pdh_gen_guest_status_ms", "PDH_GEN, 3 GUEST_STATUS", "ms", 1,
                                  false, 11, 0},
    [FIGURE_LAUNCH_START_MS] = {"launch_start_ms", "LAUNCH_START, no owner", "ms", 2, false, 0, 0},
    [FIGURE_LAUNCH_START_OWNER_MS] = {"launch_start_owner_ms", "LAUNCH_START, owner session", "ms",
                                      1, false, 0, 60},
    [FIGURE_LAUNCH_MS] = {"launch_ms", "LAUNCH_START (owner), MEASURE", "ms", 1, false, 0, 0},
    [FIGURE_LAUNCH_4MIB_MS] = {"launch_4mib_ms", "whole launch, owner, 4 MiB", "ms", 0, false, 1026,
                               0},
    [FIGURE_LAUNCH_PAGE_MS] = {"launch_page_ms", "LAUNCH_UPDATE_DATA, one page", "ms", 2, false,
                               1.64, 0},
    [FIGURE_LAUNCH_UPDATE_DATA_MIB_S] = {"launch_update_data_mib_s", "LAUNCH_UPDATE_DATA", "MiB/s",
                                         1, true, 3.90, 30},
    [FIGURE_LAUNCH_UPDATE_DATA_MIB_CPU_S] = {"launch_update_data_mib_cpu_s",
                                             "the same, per second of CPU time", "MiB/s", 1, true,
                                             0, 0},
    [FIGURE_ATTESTATION_MS] = {"attestation_ms", "ATTESTATION", "ms", 1, false, 0, 15},
    [FIGURE_SEND_UPDATE_MIB_S] = {"send_update_mib_s", "SEND_UPDATE_DATA, 16 KiB", "MiB/s", 1, true,
                                  0, 15},
    [FIGURE_RECEIVE_UPDATE_MIB_S] = {"receive_update_mib_s", "RECEIVE_UPDATE_DATA, 16 KiB", "MiB/s",
                                     1, true, 0, 0},
    [FIGURE_IDLE_PERCENT] = {"idle_percent", "idle board, share of a core", "%", 2, false, 0, 1},
    [FIGURE_FIRMWARE_TEXT_BYTES] = {"firmware_text_bytes", "firmware, code and constants", "bytes",
                                    0, false, 0, 160 * 1024},
    [FIGURE_ROM_TEXT_BYTES] = {"rom_text_bytes", "boot ROM, code and constants", "bytes", 0, false,
                               0, 0},
    [FIGURE_FLASH_IMAGE_BYTES] = {"flash_image_bytes", "flash, up to the image's end", "bytes", 0,
                                  false, 0, 0},
};

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
                              meanings[figure].more_is_better ? 100 : 0);
}

static double median(struct figures *figures, enum figure figure)
{
    return figures_percentile(figures->samples[figure], figures->counts[figure], 50);
}

/* "2.5 x": how much faster than the chip. */
static void print_chip(const struct meaning *meaning, double value)
{
    if (meaning->chip > 0) {
        (void)printf(" %9.2f %6.1f x", meaning->chip,
                     meaning->more_is_better ? value / meaning->chip : meaning->chip / value);
    } else {
        (void)printf(" %9s %8s", "", "");
    }
}

static void print_aim(const struct meaning *meaning, double value)
{
    if (meaning->aim > 0) {
        bool kept = meaning->more_is_better ? value >= meaning->aim : value < meaning->aim;
        (void)printf("  %s %6.0f %s", meaning->more_is_better ? ">=" : " <", meaning->aim,
                     kept ? "kept" : "MISSED");
    }
}

void figures_print(struct figures *figures, const struct figures_context *context)
{
    (void)printf("CPU %s; %s\n\n", context->cpu, context->qemu_version);
    (void)printf("%-30s %10s %10s %-6s %4s %9s %8s  %s\n", "", "best", "median", "", "n",
                 "real chip", "faster", context->bars ? "aim" : "");
    for (unsigned i = 0; i < FIGURES; i++) {
        const struct meaning *meaning = &meanings[i];
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
    for (unsigned i = 0; i < FIGURES; i++) {
        const char *key = meanings[i].key;
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
