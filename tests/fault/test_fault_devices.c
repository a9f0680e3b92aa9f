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

#include "tests/fault/fault_scenarios.h"
#include "tests/unit/firmware_sample.h"

#define REQUESTS_MAX 400u
#define READS_MAX 16u
#define SECRET_REQUESTS 30u /* A command that makes a secret fails there, whatever is due later. */

static struct board_certificates after;

/** When the random generator fails: see board_fail_random_after(). */
struct point {
    unsigned int requests;
    unsigned int reads;
};

/** Runs a command once with a failure at @p point, checks what became of it. @return its status */
typedef enum sev_status run_with_failure(const void *subject, const struct point *point);

/**
 * The random generator fails wherever a command needs it: before each secret, which has a seed of its
 * own, and at requests for which a seed is due.
 */
static void fail_everywhere(run_with_failure *run, const void *subject)
{
    struct point secret = {.requests = BOARD_RANDOM_REQUESTS, .reads = 0};
    struct point due = {.requests = 0, .reads = 0};
    enum sev_status status;

    while (run(subject, &secret) != SEV_STATUS_SUCCESS) {
        secret.reads++;
        assert_true(secret.reads < READS_MAX);
    }
    do {
        status = run(subject, &due);
        due.requests += due.requests < 8 ? 1 : 11; /* The first ones all, then samples. */
        assert_true(due.requests < REQUESTS_MAX);
    } while (status != SEV_STATUS_SUCCESS && (secret.reads == 0 || due.requests < SECRET_REQUESTS));
    assert_true(secret.reads > 0 || due.requests > 1); /* It needs random numbers at all. */
}

static enum sev_status fail_scenario(const void *subject, const struct point *point)
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
    if (status != SEV_STATUS_HWERROR_PLATFORM) {
        fail_msg("%s, request %u, read %u: status %xh", scenario->name, point->requests,
                 point->reads, (unsigned int)status);
    }
    scenario->check();
    hosted_entropy_fail_after(UINT64_MAX); /* It would not come back by itself. */
    if (scenario->run != scenario_run_init) {
        assert_int_not_equal(scenario->run(), SEV_STATUS_SUCCESS);
    }
    return status;
}

#define SEEN_BUFFERS 20u
#define SEEN_BYTES 0x4000u

/** What x86 software, and the next boot, see of a platform with a sample. */
static struct sight {
    struct sev_platform_status platform;
    struct sev_guest_status guest;
    uint8_t parameters[COMMAND_PARAMETERS_MAX];
    uint8_t nv_block[SEV_NV_BYTES];
    uint8_t buffers[SEEN_BUFFERS][SEEN_BYTES];
    uint8_t flash[HOSTED_FLASH_BYTES];
} sights[2];

static void look(const struct sample *sample, struct sight *sight)
{
    sight->platform = board_status();
    if (sample->handle != 0) {
        assert_int_equal(flow_guest_status(sample->handle, &sight->guest), SEV_STATUS_SUCCESS);
    }
    memcpy(sight->parameters, sample->parameters, sizeof(sight->parameters));
    memcpy(sight->nv_block, board_dram(BOARD_NV_BLOCK), sizeof(sight->nv_block));
    for (unsigned int i = 0; i < SEEN_BUFFERS; i++) {
        memcpy(sight->buffers[i], board_dram(BOARD_BUFFER(i)), SEEN_BYTES);
    }
    memcpy(sight->flash, hosted_flash(), sizeof(sight->flash));
}

/** The same for a sample of the unit tests. */
static enum sev_status fail_sample(const void *subject, const struct point *point)
{
    static struct sample sample;
    const struct command_row *row = subject;
    enum sev_status status;

    hosted_entropy_fail_after(UINT64_MAX);
    sample_prepare(&sample, row);
    memset(sights, 0, sizeof(sights));
    look(&sample, &sights[0]);
    board_fail_random_after(point->requests, point->reads);
    status = sample_run(&sample);
    if (status != SEV_STATUS_SUCCESS) {
        if (status != SEV_STATUS_HWERROR_PLATFORM) {
            fail_msg("%s, request %u, read %u: status %xh", row->name, point->requests,
                     point->reads, (unsigned int)status);
        }
        look(&sample, &sights[1]);
        assert_memory_equal(&sights[0], &sights[1], sizeof(sights[0]));
        hosted_entropy_fail_after(UINT64_MAX);
        assert_true(crypto_random_start()); /* As a restart does. */
        assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    }
    return status;
}

static void entropy_fails_in_sample(void **state)
{
    const struct command_row *row = command_table_find((uint32_t)(uintptr_t)*state);

    assert_non_null(row);
    fail_everywhere(fail_sample, row);
}

static void entropy_fails(void **state)
{
    fail_everywhere(fail_scenario, *state);
}

/** A source that sticks after INIT: the very next secret is refused, and all that follow. */
static void no_secret_comes_from_a_source_that_sticks(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENARIOS_WITH_SECRET; i++) {
        const struct scenario *scenario = &scenarios_with_random[i];

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
    memset(sights, 0, sizeof(sights));
    look(&sample, &sights[0]);
    hosted_entropy_stuck(0x5A);
    assert_int_equal(sample_run(&sample), SEV_STATUS_HWERROR_PLATFORM);
    hosted_entropy_system();
    assert_int_equal(sample_run(&sample), SEV_STATUS_HWERROR_PLATFORM);
    look(&sample, &sights[1]);
    assert_memory_equal(&sights[0], &sights[1], sizeof(sights[0]));
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

#define RANDOM(i)                                                                                  \
    {                                                                                              \
        scenarios_with_random[i].name, entropy_fails, NULL, NULL,                                  \
            (void *)(uintptr_t)&scenarios_with_random[i]                                           \
    }
#define SAMPLE(command)                                                                            \
    {                                                                                              \
#command, entropy_fails_in_sample, NULL, NULL, (void *)(uintptr_t)SEV_COMMAND_##command    \
    }
#define FLASH(i)                                                                                   \
    {                                                                                              \
        scenarios_with_flash[i].name, flash_fails, NULL, NULL,                                     \
            (void *)(uintptr_t)&scenarios_with_flash[i]                                            \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RANDOM(0),
        RANDOM(1),
        RANDOM(2),
        RANDOM(3),
        RANDOM(4),
        RANDOM(5),
        RANDOM(6),
        SAMPLE(INIT_EX),
        SAMPLE(SEND_START),
        SAMPLE(SEND_UPDATE_DATA),
        SAMPLE(SEND_UPDATE_VMSA),
        SAMPLE(RECEIVE_START),
        SAMPLE(ATTESTATION),
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
