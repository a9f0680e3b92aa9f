/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons of memory whose failures can be read: which bytes, as unsigned numbers. cmocka prints
 * pointers, which are different each time, and signed bytes.
 */
#ifndef TESTS_CONFORMANCE_BYTES_H
#define TESTS_CONFORMANCE_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Fails the test unless two times @p length bytes are the same; names both and the first difference. */
void bytes_assert_same(const void *one, const char *one_name, const void *other,
                       const char *other_name, size_t length, const char *file, int line);

/** Fails the test when two times @p length bytes are the same. */
void bytes_assert_different(const void *one, const char *one_name, const void *other,
                            const char *other_name, size_t length, const char *file, int line);

#undef assert_memory_equal
#define assert_memory_equal(one, other, length)                                                    \
    bytes_assert_same((one), #one, (other), #other, (length), __FILE__, __LINE__)

#undef assert_memory_not_equal
#define assert_memory_not_equal(one, other, length)                                                \
    bytes_assert_different((one), #one, (other), #other, (length), __FILE__, __LINE__)

#endif
