/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of the benchmark: what is measured, what a real chip needs for the same, what this
 * project aims at; their samples, as a table for people and as JSON for programs.
 */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <stdbool.h>
#include <stdio.h>

#define FIGURES_SAMPLES_MAX 1024u

enum figure {
    FIGURE_BOOT_MS,
    FIGURE_FIRMWARE_READY_MS,
    FIGURE_NOP_P50_US,
    FIGURE_NOP_P99_US,
    FIGURE_EXEC_IOCTL_US,
    FIGURE_EXEC_ADDED_US,
    FIGURE_RING_COMMANDS_S,
    FIGURE_INIT_FIRST_MS,
    FIGURE_INIT_MS,
    FIGURE_PEK_GEN_MS,
    FIGURE_PDH_GEN_MS,
    FIGURE_PDH_GEN_STATUS_MS,
    FIGURE_LAUNCH_START_MS,
    FIGURE_LAUNCH_START_OWNER_MS,
    FIGURE_LAUNCH_MS,
    FIGURE_LAUNCH_4MIB_MS,
    FIGURE_LAUNCH_PAGE_MS,
    FIGURE_LAUNCH_UPDATE_DATA_MIB_S,
    FIGURE_LAUNCH_UPDATE_DATA_MIB_CPU_S,
    FIGURE_ATTESTATION_MS,
    FIGURE_SEND_UPDATE_MIB_S,
    FIGURE_SEND_UPDATE_MIB_CPU_S,
    FIGURE_RECEIVE_UPDATE_MIB_S,
    FIGURE_RECEIVE_UPDATE_MIB_CPU_S,
    FIGURE_SNP_INIT_MS,
    FIGURE_SNP_INIT_3GIB_MS,
    FIGURE_SNP_LAUNCH_UPDATE_PAGE_US,
    FIGURE_SNP_LAUNCH_UPDATE_PAGE_CPU_US,
    FIGURE_SNP_LAUNCH_UPDATE_2M_MIB_S,
    FIGURE_SNP_LAUNCH_UPDATE_2M_MIB_CPU_S,
    FIGURE_SNP_LAUNCH_4MIB_MS,
    FIGURE_SNP_REPORT_MS,
    FIGURE_SNP_PAGE_SWAP_US,
    FIGURE_SHA384_MIB_S,
    FIGURE_P384_KEYGEN_MS,
    FIGURE_P384_SIGN_MS,
    FIGURE_P384_ECDH_MS,
    FIGURE_P384_VERIFY_MS,
    FIGURE_MEMORY_CONTROLLER_MIB_S,
    FIGURE_X86_PAGE_FILLS_S,
    FIGURE_EMULATOR_MIPS,
    FIGURE_EMULATOR_ENCRYPTED_RATIO,
    FIGURE_EMULATOR_LAUNCH_16MIB_MS,
    FIGURE_EMULATOR_DOWNTIME_64MIB_MS,
    FIGURE_LINUX_BOOT_MS,
    FIGURE_LINUX_BOOT_RATIO,
    FIGURE_LINUX_LAUNCH_512MIB_MS,
    FIGURE_LINUX_PASS_512MIB_MS,
    FIGURE_LINUX_DOWNTIME_256MIB_MS,
    FIGURE_IDLE_PERCENT,
    FIGURE_IDLE_WITHOUT_DOORBELL_PERCENT,
    FIGURE_FIRMWARE_TEXT_BYTES,
    FIGURE_ROM_TEXT_BYTES,
    FIGURE_FLASH_IMAGE_BYTES,
    FIGURES,
};

/** All samples; start with one that is all zero. */
struct figures {
    double samples[FIGURES][FIGURES_SAMPLES_MAX];
    unsigned counts[FIGURES];
};

/** What was measured, for the reports. */
struct figures_context {
    const char *cpu;          /**< CPU model, or "hosted". */
    const char *qemu_version; /**< First line of `qemu-system-arm --version`, or "". */
    const char *engine;       /**< What encrypted memory, as the firmware names it, or "". */
    bool bars;                /**< The aims are meant for this CPU. */
};

/** Records one sample; those beyond FIGURES_SAMPLES_MAX are not kept. */
void figures_add(struct figures *figures, enum figure figure, double value);

/**
 * @param[in,out] values  gets sorted
 * @param count           at least 1
 * @param percent         0 to 100
 * @return the value that PERCENT of all values do not exceed (nearest rank)
 */
double figures_percentile(double *values, unsigned count, double percent);

/** @return the figure with a key, or FIGURES when there is none */
enum figure figures_find(const char *key);

/** Prints the table: the best sample and the median, beside the chip's figure and the aim. */
void figures_print(struct figures *figures, const struct figures_context *context);

/**
 * Writes JSON: KEY is the best sample, KEY_median the median; one that was not measured is null.
 *
 * @return false when the file cannot be written
 */
bool figures_write_json(struct figures *figures, const struct figures_context *context, FILE *file)
    __attribute__((warn_unused_result));

/** The best samples of one run, as its JSON has them; 0 = not measured. */
struct figures_run {
    double best[FIGURES];
};

/** @return false when the file cannot be read, or has none of the figures */
bool figures_read_json(struct figures_run *run, const char *path)
    __attribute__((warn_unused_result));

/** Prints what has become of each figure since an earlier run. */
void figures_print_change(const struct figures_run *before, struct figures *now);

/**
 * Prints the figures of two builds that were measured in turns, and how much better the second is: the
 * median of the pairs' quotients, in which what the machine did meanwhile cancels out for the most
 * part.
 *
 * @param runs   @p pairs of them for each build: first, second, first, second, ...
 * @param pairs  1 to FIGURES_PAIRS_MAX
 */
#define FIGURES_PAIRS_MAX 32u
void figures_print_pairs(const struct figures_run *runs, unsigned pairs);

#endif
