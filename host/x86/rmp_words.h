/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the reverse map table, which other cores and the firmware write too: each access is
 * one step for all of them, and in the order of the program.
 */
#ifndef HOST_X86_RMP_WORDS_H
#define HOST_X86_RMP_WORDS_H

#include <stdbool.h>
#include <stdint.h>

uint64_t x86_rmp_word_load(const uint64_t *word);
void x86_rmp_word_store(uint64_t *word, uint64_t value);

/** Writes @p value if the word still is @p expected. @return whether it was */
bool x86_rmp_word_replace(uint64_t *word, uint64_t expected, uint64_t value);

void x86_rmp_word_add(uint64_t *word, uint64_t value);

/**
 * For tests: what is called before every access to a word, by the thread that makes it. Set before
 * these threads are started. NULL: nothing.
 */
void x86_rmp_set_access_hook(void (*hook)(void));

#endif
