/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two cores that go step by step: a step is an access to a word of the reverse map table
 * (host/x86/rmp_words.h).
 */
#ifndef TESTS_HOST_RMP_STAGE_H
#define TESTS_HOST_RMP_STAGE_H

#include <stdbool.h>

/**
 * TWO makes LEAD accesses, ONE makes FIRST, TWO makes SECOND, ONE the rest, TWO the rest.
 *
 * @return false when ONE had ended before its last part: no longer FIRST shows anything new
 */
bool rmp_stage_play(unsigned lead, void (*one)(void), unsigned first, void (*two)(void),
                    unsigned second);

#endif
