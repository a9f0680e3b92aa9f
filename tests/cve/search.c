/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search for secrets in memory (search.h).
 */
#include "tests/cve/search.h"

extern uint8_t __data_start[]; /* All variables of the program: .data and .bss. */
extern uint8_t _end[];

/* Not instrumented: the redzones between variables are searched like the rest. */
__attribute__((no_sanitize("address"))) size_t search_count(const uint8_t *from, const uint8_t *to,
                                                            const uint8_t *secret, size_t length)
{
    size_t found = 0;

    for (; from + length <= to; from++) {
        size_t same = 0;
        while (same < length && from[same] == secret[same]) {
            same++;
        }
        found += same == length ? 1 : 0;
    }
    return found;
}

size_t search_variables(const uint8_t *secret, size_t length)
{
    return search_count(__data_start, _end, secret, length);
}
