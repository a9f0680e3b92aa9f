/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread of the host that rewrites memory while a command reads it: from one version to another and
 * back, byte by byte, so that every mixture of the two is there at some moment.
 */
#ifndef TESTS_LOAD_FLIPPER_H
#define TESTS_LOAD_FLIPPER_H

#include "tests/conformance/suite.h"

#define FLIPPER_RANGES 3u

/** Memory that has two versions. */
struct flipper_range {
    volatile uint8_t *at;
    const uint8_t *versions[2];
    size_t length;
    bool damaged; /**< Now and then a byte is also neither the one's nor the other's. */
};

/** What a test counts. */
struct flipper_counts {
    unsigned rounds;
    unsigned accepted[2]; /**< Successes with each version. */
};

/** @return counts for a test of so many rounds; fewer on the board, which is slower */
struct flipper_counts flipper_begin(unsigned rounds);

/**
 * Runs a command while memory is rewritten; fails the test when the table does not have its status.
 *
 * @param paddr   of the parameters
 * @param ranges  FLIPPER_RANGES of them; the first version is there at the beginning
 * @param round   chooses the moments, with the seed of the program
 * @return its status
 */
int flipper_run(uint32_t id, uint64_t paddr, const struct flipper_range *ranges, unsigned round);

/** Fails the test unless PLATFORM_STATUS says so. */
void flipper_assert_platform(enum sev_platform_state state, uint32_t guest_count);

/** Says what was counted; fails the test when nothing was accepted. */
void flipper_end(const char *name, const struct flipper_counts *counts);

#endif
