/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenarios (fault_scenarios.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fault/fault_scenarios.h"
#include "tests/unit/firmware_flow.h"

struct board_certificates scenario_before;
static struct board_certificates after;

static struct sev_pek_cert_import import;
static struct flow_owner owner;

static void nothing(void)
{
}

void scenario_initialise(void)
{
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    board_export(&scenario_before);
}

static void shut_down(void)
{
    scenario_initialise();
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
}

void scenario_prepare_import(void)
{
    struct oracle_key key;

    scenario_initialise();
    flow_prepare_import(&import, &key);
}

static void with_owner(void)
{
    scenario_initialise();
    flow_owner(&owner, 0);
}

void scenario_identity_is_old(void)
{
    board_export(&after);
    assert_memory_equal(&scenario_before, &after, sizeof(scenario_before));
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
    scenario_identity_is_old();
}

static enum sev_status run_init(void)
{
    return board_init(0);
}

static enum sev_status run_pek_gen(void)
{
    return board_order(SEV_COMMAND_PEK_GEN);
}

enum sev_status scenario_run_pdh_gen(void)
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

const struct scenario scenarios_with_secret[SCENARIOS_WITH_SECRET] = {
    {"INIT", nothing, run_init, platform_is_uninitialised},
    {"PEK_GEN", scenario_initialise, run_pek_gen, scenario_identity_is_old},
    {"PDH_GEN", scenario_initialise, scenario_run_pdh_gen, scenario_identity_is_old},
    {"PEK_CERT_IMPORT", scenario_prepare_import, run_import, scenario_identity_is_old},
    {"LAUNCH_START", scenario_initialise, run_start_alone, no_guest_was_made},
    {"LAUNCH_START with a session", with_owner, run_start_with_session, no_guest_was_made},
};

const struct scenario scenarios_with_flash[SCENARIOS_WITH_FLASH] = {
    {"INIT", nothing, run_init, platform_is_uninitialised},
    {"PEK_GEN", scenario_initialise, run_pek_gen, scenario_identity_is_old},
    {"PDH_GEN", scenario_initialise, scenario_run_pdh_gen, scenario_identity_is_old},
    {"PEK_CERT_IMPORT", scenario_prepare_import, run_import, scenario_identity_is_old},
    {"PLATFORM_RESET", shut_down, run_reset, platform_is_uninitialised},
};
