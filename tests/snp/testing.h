/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of this directory have in common: cmocka with what it needs, and expected bytes as
 * hexadecimal text.
 */
#ifndef TESTS_SNP_TESTING_H
#define TESTS_SNP_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/bytes.h"

/** Fails the test unless @p length bytes are what the text says. */
#define assert_hex(bytes, text, length)                                                            \
    do {                                                                                           \
        uint8_t expected_[(length)];                                                               \
        assert_true(witness_hex((text), expected_, (length)));                                     \
        assert_memory_equal((bytes), expected_, (length));                                         \
    } while (0)

/** Fails the test unless the judgement is this fault. */
#define assert_fault(judgement, text)                                                              \
    do {                                                                                           \
        const char *fault_ = (judgement);                                                          \
        assert_non_null(fault_);                                                                   \
        assert_string_equal(fault_, (text));                                                       \
    } while (0)

/** Fails the test unless nothing is wrong. */
#define assert_sound(judgement)                                                                    \
    do {                                                                                           \
        const char *fault_ = (judgement);                                                          \
        if (fault_ != NULL) {                                                                      \
            fail_msg("%s", fault_);                                                                \
        }                                                                                          \
    } while (0)

/** Fills with bytes that all differ from 0, and from their neighbours. */
static inline void fill_pattern(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(1u + i % 251u);
    }
}

#endif
