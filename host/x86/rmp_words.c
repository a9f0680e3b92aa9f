/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the reverse map table (rmp_words.h).
 */
#include "host/x86/rmp_words.h"

#include <stddef.h>

static void (*access_hook)(void);

void x86_rmp_set_access_hook(void (*hook)(void))
{
    access_hook = hook;
}

static void before_access(void)
{
    if (access_hook != NULL) {
        access_hook();
    }
}

uint64_t x86_rmp_word_load(const uint64_t *word)
{
    before_access();
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

void x86_rmp_word_store(uint64_t *word, uint64_t value)
{
    before_access();
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

bool x86_rmp_word_replace(uint64_t *word, uint64_t expected, uint64_t value)
{
    before_access();
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

void x86_rmp_word_add(uint64_t *word, uint64_t value)
{
    before_access();
    (void)__atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}
