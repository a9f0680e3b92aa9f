/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The known-answer tests as data. Internal to crypto/ and its unit tests.
 */
#ifndef CRYPTO_SELF_TEST_CASES_H
#define CRYPTO_SELF_TEST_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct self_test_case {
    const char *name; /**< Primitive and implementation. */
    /**
     * Computes and compares. The answer is a parameter so that a unit test can show that a wrong
     * one is noticed.
     *
     * @return true when the computation gives @p answer
     */
    bool (*run)(const uint8_t *answer);
    const uint8_t *answer; /**< From the standard that the file names. */
    size_t answer_length;
    bool (*available)(void); /**< Whether this CPU has the implementation; NULL: every CPU has. */
};

struct self_test_group {
    const struct self_test_case *cases;
    size_t count;
};

#define SELF_TEST_GROUP(array)                                                                     \
    {                                                                                              \
        .cases = (array), .count = sizeof(array) / sizeof((array)[0])                              \
    }

#define SELF_TEST_ANSWER(array) .answer = (array), .answer_length = sizeof(array)

extern const struct self_test_group self_test_sha2;
extern const struct self_test_group self_test_hmac;
extern const struct self_test_group self_test_aes;
extern const struct self_test_group self_test_memory_encryption;
extern const struct self_test_group self_test_random;
extern const struct self_test_group self_test_p384;
extern const struct self_test_group self_test_rsa;

#define SELF_TEST_GROUPS 7u

/** All of the above, in the order in which they run: what others build upon comes first. */
extern const struct self_test_group *const self_test_groups[SELF_TEST_GROUPS];

#endif
