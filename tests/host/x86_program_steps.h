/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random choices, and the steps that are not in x86_program_steps.c.
 */
#ifndef TESTS_HOST_X86_PROGRAM_STEPS_H
#define TESTS_HOST_X86_PROGRAM_STEPS_H

#include "tests/host/x86_program.h"

/** Some bytes of one page: most often few, and of few lines. */
struct program_piece {
    size_t offset;
    size_t length;
    uint8_t bytes[MODEL_PAGE];
};

struct program_piece program_piece(void);
uint32_t program_below(uint32_t limit);
bool program_chance(uint32_t percent);
size_t program_page(void);

/* x86_program_access.c */

/** Some view reads, writes or fetches. */
void program_access(void);

/** A guest goes on with pages that are mapped: no function of the library is called. */
void program_use_held(void);

/** C-bit flips, remapping, protection. */
void program_remap(void);

#endif
