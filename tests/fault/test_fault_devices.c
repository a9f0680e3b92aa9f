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

#include "tests/fault/fault_scenarios.h"
#include "tests/unit/firmware_sample.h"

#define REQUESTS_MAX 400u

static struct board_certificates after;

/** The random generator fails at every request that the command makes, one after the other. */
static void fail_every_request(const struct scenario *scenario)
{
    unsigned int request = 0;
    unsigned int step = 1;
    enum sev_status status;

    do {
        (void)board_boot(NULL);
        scenario->prepare();
        board_fail_random_after(request);
        status = scenario->run();
        if (status != SEV_STATUS_SUCCESS) {
            if (status != SEV_STATUS_HWERROR_PLATFORM) {
                print_message("%s, request %u: status %xh\n", scenario->name, request,
                              (unsigned int)status);
                fail();
            }
            scenario->check();
            hosted_entropy_fail_after(UINT64_MAX); /* It would not come back by itself. */
            if (scenario->run != scenario_run_init) {
                assert_int_not_equal(scenario->run(), SEV_STATUS_SUCCESS);
            }
        }
        request += step;
        step = request < 8 ? 1 : 11; /* The first ones all, then samples. */
        assert_true(request < REQUESTS_MAX);
    } while (status != SEV_STATUS_SUCCESS);
    assert_true(request > 1); /* It needs random numbers at all. */
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

/** The random generator fails at request number @p request of the command. @return its status */
static enum sev_status fail_request(const struct command_row *row, unsigned int request)
{
    static struct sample sample;
    enum sev_status status;

    hosted_entropy_fail_after(UINT64_MAX);
    sample_prepare(&sample, row);
    memset(sights, 0, sizeof(sights));
    look(&sample, &sights[0]);
    board_fail_random_after(request);
    status = sample_run(&sample);
    if (status != SEV_STATUS_SUCCESS) {
        if (status != SEV_STATUS_HWERROR_PLATFORM) {
            fail_msg("%s, request %u: status %xh", row->name, request, (unsigned int)status);
        }
        look(&sample, &sights[1]);
        assert_memory_equal(&sights[0], &sights[1], sizeof(sights[0]));
        hosted_entropy_fail_after(UINT64_MAX);
        assert_true(crypto_random_start()); /* As a restart does. */
        assert_int_equal(sample_run(&sample), SEV_STATUS_SUCCESS);
    }
    return status;
}

/** The same for the samples of the unit tests. */
static void entropy_fails_in_sample(void **state)
{
    const struct command_row *row = command_table_find((uint32_t)(uintptr_t)*state);
    unsigned int request = 0;

    assert_non_null(row);
    while (fail_request(row, request) != SEV_STATUS_SUCCESS) {
        request += request < 8 ? 1 : 11;
        assert_true(request < REQUESTS_MAX);
    }
    assert_true(request > 0);
}

static void entropy_fails(void **state)
{
    fail_every_request(*state);
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
