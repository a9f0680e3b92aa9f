/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the figures mean: one row for each.
 */
#ifndef TESTS_BENCH_FIGURES_MEANING_H
#define TESTS_BENCH_FIGURES_MEANING_H

#include <stdbool.h>

#include "tests/bench/figures.h"

/** What one figure means. */
struct figures_meaning {
    const char *key;  /**< In the JSON. */
    const char *text; /**< In the tables. */
    const char *unit;
    int digits;          /**< After the decimal point. */
    bool more_is_better; /**< A rate, not a time or size. */
    double chip;         /**< The same on an EPYC; 0 = not known. */
    double aim;          /**< Of this project, with `-cpu max`; 0 = none. */
};

extern const struct figures_meaning figures_meanings[FIGURES];

#endif
