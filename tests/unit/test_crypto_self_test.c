/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power-on self-tests pass, and each of them fails when its answer is wrong in any byte.
 */
#include "crypto/self_test_cases.h"
#include "crypto_support.h"

#define LONGEST_ANSWER 512u

static void all_pass(void **state)
{
    (void)state;
    const char *failed = crypto_self_test();
    assert_null(failed);
}

static void each_fails_with_a_wrong_answer(const struct self_test_case *test)
{
    uint8_t answer[LONGEST_ANSWER];
    assert_in_range(test->answer_length, 1, sizeof(answer));
    memcpy(answer, test->answer, test->answer_length);
    assert_true(test->run(answer));
    /* The long answers are signatures: slow to verify, and alike in every byte. */
    const size_t step = test->answer_length > 100 ? 13 : 1;
    for (size_t byte = 0; byte < test->answer_length; byte += step) {
        answer[byte] ^= 0x10;
        if (test->run(answer)) {
            fail_msg("%s does not see byte %zu", test->name, byte);
        }
        answer[byte] ^= 0x10;
    }
}

static void wrong_answers_are_noticed(void **state)
{
    (void)state;
    size_t run = 0;
    for (size_t i = 0; i < SELF_TEST_GROUPS; i++) {
        assert_in_range(self_test_groups[i]->count, 1, 100);
        for (size_t j = 0; j < self_test_groups[i]->count; j++) {
            const struct self_test_case *test = &self_test_groups[i]->cases[j];
            if (test->available == NULL || test->available()) {
                each_fails_with_a_wrong_answer(test);
                run++;
            }
        }
    }
    assert_in_range(run, 18, 100);
}

static bool no_entropy(uint8_t *buffer, size_t length)
{
    memset(buffer, 0, length);
    return false;
}

/* Key derivation is the first test that needs random numbers. */
static void first_failure_is_named(void **state)
{
    (void)state;
    entropy_source = no_entropy;
    assert_false(crypto_random_start());
    const char *failed = crypto_self_test();
    assert_non_null(failed);
    assert_string_equal(failed, "P-384 public key");
    entropy_source = NULL;
    assert_true(crypto_random_start());
    assert_null(crypto_self_test());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pass),
        cmocka_unit_test(wrong_answers_are_noticed),
        cmocka_unit_test(first_failure_is_named),
    };
    return cmocka_run_group_tests(tests, start_crypto, NULL);
}
