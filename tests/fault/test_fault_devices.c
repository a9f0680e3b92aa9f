/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices that fail while a command runs: the flash reports errors, the entropy source dries up. The
 * command says HWERROR_PLATFORM, and nothing has changed: not the identity in force, not the one
 * that the next boot loads, not a guest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "firmware/command_table.h"
#include "firmware/memctl.h"

#include "tests/fault/fault_random.h"
#include "tests/fault/fault_scenarios.h"
#include "tests/unit/firmware_rows.h"
#include "tests/unit/firmware_sample.h"
#include "tests/unit/firmware_sight.h"

static struct board_certificates after;

static enum sev_status fail_scenario(const void *subject, const struct fault_point *point)
{
    const struct scenario *scenario = subject;
    enum sev_status status;

    (void)board_boot(NULL);
    scenario->prepare();
    board_fail_random_after(point->requests, point->reads);
    status = scenario->run();
    if (status == SEV_STATUS_SUCCESS) {
        return status;
    }
    scenario->check();
    hosted_entropy_fail_after(UINT64_MAX); /* It would not come back by itself. */
    assert_int_not_equal(scenario->run(), SEV_STATUS_SUCCESS);
    return status;
}

/** The same for a sample of the unit tests. */
static enum sev_status fail_sample(const void *subject, const struct fault_point *point)
{
    static struct sample sample;
    const struct command_row *row = subject;
    uint8_t parameters[COMMAND_PARAMETERS_MAX];
    enum sev_status status;

    hosted_entropy_fail_after(UINT64_MAX);
    sample_prepare(&sample, row);
    memcpy(parameters, sample.parameters, sizeof(parameters));
    memcpy(board_dram(BOARD_PARAMETERS), parameters, row->size);
    sight_take(sample.handle);
    board_fail_random_after(point->requests, point->reads);
    status = sample_run(&sample);
    if (status != SEV_STATUS_SUCCESS) {
        sight_check(row->name, "random numbers");
        assert_memory_equal(parameters, sample.parameters, sizeof(parameters));
        hosted_entropy_fail_after(UINT64_MAX);
        assert_int_equal(sample_run(&sample), SEV_STATUS_HWERROR_PLATFORM); /* For ever. */
        assert_true(crypto_random_start());                                 /* As a restart does. */
        assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    }
    return status;
}

/** Every command of SEV that needs random numbers. */
static const uint32_t users[] = {
    SEV_COMMAND_INIT,
    SEV_COMMAND_PEK_GEN,
    SEV_COMMAND_PEK_CERT_IMPORT,
    SEV_COMMAND_PDH_GEN,
    SEV_COMMAND_INIT_EX,
    SEV_COMMAND_LAUNCH_START,
    SEV_COMMAND_LAUNCH_MEASURE,
    SEV_COMMAND_ATTESTATION,
    SEV_COMMAND_SEND_START,
    SEV_COMMAND_SEND_UPDATE_DATA,
    SEV_COMMAND_SEND_UPDATE_VMSA,
    SEV_COMMAND_RECEIVE_START,
};
#define USERS (sizeof(users) / sizeof(users[0]))

/** The status is HWERROR_PLATFORM, and nothing has changed: see fail_sample(). */
static void random_generator_fails_in_every_command_that_needs_it(void **state)
{
    static const struct fault_point at_once = {0, 0};
    static struct sample sample;
    const struct command_row *row;
    size_t found = 0;

    (void)state;
    for (size_t i = 0; (row = sev_row_at(i)) != NULL; i++) {
        if (found < USERS && users[found] == row->id) {
            found++;
            assert_true((row->statuses & COMMAND_STATUS(HWERROR_PLATFORM)) != 0);
            fault_random_everywhere(fail_sample, row, SEV_STATUS_HWERROR_PLATFORM);
            continue;
        }
        hosted_entropy_fail_after(UINT64_MAX);
        sample_prepare(&sample, row);
        board_fail_random_after(at_once.requests, at_once.reads);
        assert_int_equal(sample_run(&sample), sample.expected); /* It needs none. */
    }
    assert_int_equal(found, USERS);
}

/** LAUNCH_START as the samples have it not. */
static void random_generator_fails_in_a_start_without_session(void **state)
{
    (void)state;
    fault_random_everywhere(fail_scenario, &scenarios_with_secret[SCENARIO_START_ALONE],
                            SEV_STATUS_HWERROR_PLATFORM);
}

/** A source that sticks after INIT: the very next secret is refused, and all that follow. */
static void no_secret_comes_from_a_source_that_sticks(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENARIOS_WITH_SECRET; i++) {
        const struct scenario *scenario = &scenarios_with_secret[i];

        (void)board_boot(NULL);
        scenario->prepare();
        hosted_entropy_stuck(0x5A);
        assert_int_equal(scenario->run(), SEV_STATUS_HWERROR_PLATFORM);
        scenario->check();
        hosted_entropy_system();
        assert_int_equal(scenario->run(), SEV_STATUS_HWERROR_PLATFORM);
        scenario->check();
    }
}

static void sample_without_a_new_secret(const struct command_row *row)
{
    static struct sample sample;

    sample_prepare(&sample, row);
    memcpy(board_dram(BOARD_PARAMETERS), sample.parameters, row->size);
    sight_take(sample.handle);
    hosted_entropy_stuck(0x5A);
    assert_int_equal(sample_run(&sample), SEV_STATUS_HWERROR_PLATFORM);
    hosted_entropy_system();
    assert_int_equal(sample_run(&sample), SEV_STATUS_HWERROR_PLATFORM);
    sight_check(row->name, "random numbers");
    assert_true(crypto_random_start()); /* As a restart does. */
}

static void no_session_and_no_guest_comes_from_a_source_that_sticks(void **state)
{
    static const uint32_t ids[] = {SEV_COMMAND_SEND_START, SEV_COMMAND_RECEIVE_START,
                                   SEV_COMMAND_LAUNCH_START};

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        sample_without_a_new_secret(command_table_find(ids[i]));
    }
}

/** Host, tweak and VMSA keys: a firmware that replaced another draws none, any other does. */
static void no_memory_key_comes_from_a_source_that_sticks(void **state)
{
    (void)state;
    hosted_entropy_stuck(0x5A);
    assert_false(memctl_start(false));
    hosted_entropy_system();
    assert_false(memctl_start(false));
}

/** After a reset the identity is the old one, or, where the reset was under way, a new one. */
static void check_next_boot(const struct scenario *scenario)
{
    hosted_flash_fail_after(0);
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    if (scenario->prepare == scenario_initialise || scenario->prepare == scenario_prepare_import) {
        assert_memory_equal(&scenario_before, &after, sizeof(scenario_before));
    }
}

static void flash_fails(void **state)
{
    const struct scenario *scenario = *state;
    uint64_t operation = 0;
    enum sev_status status;

    do {
        operation++;
        (void)board_boot(NULL);
        hosted_flash_set_unit(1024);
        scenario->prepare();
        hosted_flash_fail_after(operation);
        status = scenario->run();
        if (status != SEV_STATUS_SUCCESS) {
            assert_int_equal(status, SEV_STATUS_HWERROR_PLATFORM);
            scenario->check();
            check_next_boot(scenario);
        }
        assert_true(operation < 64);
    } while (status != SEV_STATUS_SUCCESS);
    assert_true(operation > 3);
}

/** A failed save may be repeated once the device works again. */
static void flash_recovers(void **state)
{
    (void)state;
    scenario_initialise();
    hosted_flash_fail_after(2);
    assert_int_equal(scenario_run_pdh_gen(), SEV_STATUS_HWERROR_PLATFORM);
    scenario_identity_is_old();
    hosted_flash_fail_after(0);
    assert_int_equal(scenario_run_pdh_gen(), SEV_STATUS_SUCCESS);
    board_export(&scenario_before);
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    scenario_identity_is_old();
}

/** Self-tests and the entropy source decide whether the mailbox opens. */
static void board_without_entropy_does_not_start(void **state)
{
    (void)state;
    hosted_entropy_fail_after(0);
    assert_string_equal(board_restart(), "entropy source");
    hosted_entropy_fail_after(UINT64_MAX);
    hosted_entropy_stuck(0x5A);
    assert_string_equal(board_restart(), "entropy source");
    hosted_entropy_system();
    hosted_fuses()->magic ^= 1;
    assert_string_equal(board_restart(), "fuses");
    hosted_fuses()->magic ^= 1;
    hosted_set_start_failure("fabric");
    assert_string_equal(board_restart(), "fabric");
    hosted_set_start_failure(NULL);
    assert_null(board_restart());
}

#define FLASH(i)                                                                                   \
    {                                                                                              \
        scenarios_with_flash[i].name, flash_fails, NULL, NULL,                                     \
            (void *)(uintptr_t)&scenarios_with_flash[i]                                            \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_generator_fails_in_a_start_without_session),
        cmocka_unit_test(random_generator_fails_in_every_command_that_needs_it),
        cmocka_unit_test(no_secret_comes_from_a_source_that_sticks),
        cmocka_unit_test_setup(no_session_and_no_guest_comes_from_a_source_that_sticks, board_boot),
        cmocka_unit_test_setup(no_memory_key_comes_from_a_source_that_sticks, board_boot),
        FLASH(0),
        FLASH(1),
        FLASH(2),
        FLASH(3),
        FLASH(4),
        cmocka_unit_test_setup(flash_recovers, board_boot),
        cmocka_unit_test_setup(board_without_entropy_does_not_start, board_boot),
    };

    return cmocka_run_group_tests_name("failing devices", tests, NULL, NULL);
}
