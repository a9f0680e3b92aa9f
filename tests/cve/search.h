/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search for secrets in memory, by the tests of T13.
 */
#ifndef TESTS_CVE_SEARCH_H
#define TESTS_CVE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/** @return how often the secret stands in [from, to), redzones of the sanitizer included */
size_t search_count(const uint8_t *from, const uint8_t *to, const uint8_t *secret, size_t length);

/** @return how often it stands in the program's variables; a test's own copies are on the heap */
size_t search_variables(const uint8_t *secret, size_t length);

#endif
