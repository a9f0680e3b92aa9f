/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the power-on self-tests.
 */
#include "crypto/self_test.h"

#include "crypto/self_test_cases.h"

const struct self_test_group *const self_test_groups[SELF_TEST_GROUPS] = {
    &self_test_sha2,   &self_test_hmac, &self_test_aes, &self_test_memory_encryption,
    &self_test_random, &self_test_p384, &self_test_rsa,
};

/* Returns the name of the first test of the group that fails, or NULL. */
static const char *run_group(const struct self_test_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct self_test_case *test = &group->cases[i];
        if (test->available != NULL && !test->available()) {
            continue;
        }
        if (!test->run(test->answer)) {
            return test->name;
        }
    }
    return NULL;
}

const char *crypto_self_test(void)
{
    const char *failed = NULL;
    for (size_t i = 0; i < SELF_TEST_GROUPS && failed == NULL; i++) {
        failed = run_group(self_test_groups[i]);
    }
    return failed;
}
