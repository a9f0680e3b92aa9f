/*
 * Devices that fail while a command runs: the flash reports errors, the entropy source dries up. The
 * command says HWERROR_PLATFORM, and nothing has changed: not the identity in force, not the one
 * that the next boot loads, not a guest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"

#define REQUESTS_MAX 400u

static struct board_certificates before;
static struct board_certificates after;

/** What is done before the fault, and the command that meets it. */
struct scenario {
    const char *name;
    void (*prepare)(void);
    enum sev_status (*run)(void);
    void (*check)(void); /**< That nothing has changed. */
};

static uint32_t handle;
static struct sev_pek_cert_import import;
static struct flow_owner owner;

static void nothing(void)
{
}

static void initialised(void)
{
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&before);
}

static void shut_down(void)
{
    initialised();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
}

static void with_import(void)
{
    struct oracle_key key;

    initialised();
    flow_prepare_import(&import, &key);
}

static void with_owner(void)
{
    initialised();
    flow_owner(&owner, 0);
}

static void with_guest(void)
{
    initialised();
    handle = flow_guest(SEV_GUEST_LUPDATE);
}

static void identity_is_the_old_one(void)
{
    board_export(&after);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_int_equal(board_status().owner, 0);
}

static void platform_is_uninitialised(void)
{
    assert_int_equal(board_status().state, SEV_PLATFORM_UNINIT);
}

static void no_guest_was_made(void)
{
    assert_int_equal(board_status().state, SEV_PLATFORM_INIT);
    assert_int_equal(board_status().guest_count, 0);
    identity_is_the_old_one();
}

static void guest_still_launches(void)
{
    struct sev_guest_status status;

    assert_int_equal(flow_guest_status(handle, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.state, SEV_GUEST_LUPDATE);
    assert_int_equal(flow_update(handle, BOARD_BUFFER(8), 16), SEV_STATUS_SUCCESS);
}

static enum sev_status run_init(void)
{
    return board_init(0);
}

static enum sev_status run_pek_gen(void)
{
    return board_order(SEV_COMMAND_PEK_GEN);
}

static enum sev_status run_pdh_gen(void)
{
    return board_order(SEV_COMMAND_PDH_GEN);
}

static enum sev_status run_import(void)
{
    return board_command(SEV_COMMAND_PEK_CERT_IMPORT, &import, sizeof(import));
}

static enum sev_status run_reset(void)
{
    return board_order(SEV_COMMAND_PLATFORM_RESET);
}

static enum sev_status run_start(const struct flow_owner *with)
{
    struct sev_launch_start parameters;
    enum sev_status status;

    flow_prepare_start(&parameters, with, 0);
    status = board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters));
    assert_true(status == SEV_STATUS_SUCCESS || parameters.handle == 0);
    return status;
}

static enum sev_status run_start_alone(void)
{
    return run_start(NULL);
}

static enum sev_status run_start_with_session(void)
{
    return run_start(&owner);
}

static enum sev_status run_measure(void)
{
    struct sev_measurement measurement;
    uint8_t zero[sizeof(measurement)] = {0};
    enum sev_status status;

    memset(board_dram(BOARD_BUFFER(0)), 0, sizeof(measurement));
    status = flow_measure(handle, &measurement);
    assert_true(status == SEV_STATUS_SUCCESS || memcmp(&measurement, zero, sizeof(zero)) == 0);
    return status;
}

static const struct scenario needs_random[] = {
    {"INIT", nothing, run_init, platform_is_uninitialised},
    {"PEK_GEN", initialised, run_pek_gen, identity_is_the_old_one},
    {"PDH_GEN", initialised, run_pdh_gen, identity_is_the_old_one},
    {"PEK_CERT_IMPORT", with_import, run_import, identity_is_the_old_one},
    {"LAUNCH_START", initialised, run_start_alone, no_guest_was_made},
    {"LAUNCH_START with a session", with_owner, run_start_with_session, no_guest_was_made},
    {"LAUNCH_MEASURE", with_guest, run_measure, guest_still_launches},
};

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
            if (scenario->run != run_init) {
                assert_int_not_equal(scenario->run(), SEV_STATUS_SUCCESS);
            }
        }
        request += step;
        step = request < 8 ? 1 : 11; /* The first ones all, then samples. */
        assert_true(request < REQUESTS_MAX);
    } while (status != SEV_STATUS_SUCCESS);
    assert_true(request > 1); /* It needs random numbers at all. */
}

static void entropy_fails(void **state)
{
    fail_every_request(*state);
}

static const struct scenario needs_flash[] = {
    {"INIT", nothing, run_init, platform_is_uninitialised},
    {"PEK_GEN", initialised, run_pek_gen, identity_is_the_old_one},
    {"PDH_GEN", initialised, run_pdh_gen, identity_is_the_old_one},
    {"PEK_CERT_IMPORT", with_import, run_import, identity_is_the_old_one},
    {"PLATFORM_RESET", shut_down, run_reset, platform_is_uninitialised},
};

/** After a reset the identity is the old one, or, where the reset was under way, a new one. */
static void check_next_boot(const struct scenario *scenario)
{
    hosted_flash_fail_after(0);
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&after);
    if (scenario->prepare == initialised || scenario->prepare == with_import) {
        assert_memory_equal(&before, &after, sizeof(before));
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
    initialised();
    hosted_flash_fail_after(2);
    assert_int_equal(run_pdh_gen(), SEV_STATUS_HWERROR_PLATFORM);
    identity_is_the_old_one();
    hosted_flash_fail_after(0);
    assert_int_equal(run_pdh_gen(), SEV_STATUS_SUCCESS);
    board_export(&before);
    assert_null(board_restart());
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    identity_is_the_old_one();
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

#define RANDOM(i) {needs_random[i].name, entropy_fails, NULL, NULL, (void *)(uintptr_t)&needs_random[i]}
#define FLASH(i) {needs_flash[i].name, flash_fails, NULL, NULL, (void *)(uintptr_t)&needs_flash[i]}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RANDOM(0), RANDOM(1), RANDOM(2), RANDOM(3), RANDOM(4), RANDOM(5), RANDOM(6),
        FLASH(0), FLASH(1), FLASH(2), FLASH(3), FLASH(4),
        cmocka_unit_test_setup(flash_recovers, board_boot),
        cmocka_unit_test_setup(board_without_entropy_does_not_start, board_boot),
    };

    return cmocka_run_group_tests_name("failing devices", tests, NULL, NULL);
}
