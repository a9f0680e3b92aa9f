/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons of memory whose failures can be read (bytes.h).
 */
#include "tests/conformance/bytes.h"

#include <string.h>

void bytes_assert_same(const void *one, const char *one_name, const void *other,
                       const char *other_name, size_t length, const char *file, int line)
{
    const uint8_t *a = one;
    const uint8_t *b = other;
    size_t first = 0;
    size_t count = 0;

    for (size_t i = length; i > 0; i--) {
        if (a[i - 1] != b[i - 1]) {
            first = i - 1;
            count++;
        }
    }
    if (count != 0) {
        print_error("%s and %s differ in %zu of %zu bytes, first in byte %zu: %02xh, not %02xh\n",
                    one_name, other_name, count, length, first, a[first], b[first]);
        _fail(file, line);
    }
}

void bytes_assert_different(const void *one, const char *one_name, const void *other,
                            const char *other_name, size_t length, const char *file, int line)
{
    if (memcmp(one, other, length) == 0) {
        print_error("%s and %s are the same %zu bytes\n", one_name, other_name, length);
        _fail(file, line);
    }
}
