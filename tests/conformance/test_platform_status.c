/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLATFORM_STATUS (section 4.4).
 */
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

/** Every byte of the answer. */
static void assert_platform_status(enum sev_platform_state state, bool es, uint32_t guests)
{
    const uint8_t expected[] = {
        suite.api_major, suite.api_minor, (uint8_t)state,         0, es ? 1 : 0, 0, 0,
        suite.build,     (uint8_t)guests, (uint8_t)(guests >> 8), 0, 0,
    };
    suite_need(NEEDS_SELF_OWNED);
    const struct sev_platform_status status = platform_status();

    assert_int_equal(sizeof status, sizeof expected);
    assert_memory_equal(&status, expected, sizeof expected);
}

static void answers_in_uninit(void **state)
{
    (void)state;
    to_init(); /* Makes the platform self-owned. */
    to_uninit();
    assert_platform_status(SEV_PLATFORM_UNINIT, false, 0);
}

static void answers_in_init(void **state)
{
    (void)state;
    to_init();
    assert_platform_status(SEV_PLATFORM_INIT, false, 0);
}

static void es_is_bit_8_of_the_flags_and_ends_with_shutdown(void **state)
{
    (void)state;
    to_init_es();
    assert_platform_status(SEV_PLATFORM_INIT, true, 0);
    (void)launch(SEV_POLICY_ES);
    assert_platform_status(SEV_PLATFORM_WORKING, true, 1);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_platform_status(SEV_PLATFORM_UNINIT, false, 0);
}

static void guests_are_counted(void **state)
{
    uint32_t handles[5];

    (void)state;
    to_init();
    for (uint32_t i = 0; i < 5; i++) {
        handles[i] = launch(0);
        assert_platform_status(SEV_PLATFORM_WORKING, false, i + 1);
    }
    for (uint32_t i = 5; i > 0; i--) {
        decommission(handles[i - 1]);
        assert_platform_status(i > 1 ? SEV_PLATFORM_WORKING : SEV_PLATFORM_INIT, false, i - 1);
    }
}

/** "A 12-byte status": the parameters' old content does not matter, bytes behind stay. */
static void all_twelve_bytes_are_output(void **state)
{
    struct sev_platform_status first;
    struct sev_platform_status second;

    (void)state;
    to_init();
    memset(&first, 0xFF, sizeof first);
    memset(&second, 0x00, sizeof second);
    assert_status(RUN(PLATFORM_STATUS, &first), SUCCESS);
    assert_status(RUN(PLATFORM_STATUS, &second), SUCCESS);
    assert_memory_equal(&first, &second, sizeof first);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(answers_in_uninit),
    cmocka_unit_test(answers_in_init),
    cmocka_unit_test(es_is_bit_8_of_the_flags_and_ends_with_shutdown),
    cmocka_unit_test(guests_are_counted),
    cmocka_unit_test(all_twelve_bytes_are_output),
};
TEST_GROUP(platform_status, tests);
