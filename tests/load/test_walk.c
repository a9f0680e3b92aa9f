/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random commands over up to 1023 guests, each with the status that the model predicts.
 */
#include <stdio.h>

#include "host/lib/deadline.h"
#include "host/lib/sev.h"
#include "tests/load/groups.h"
#include "tests/load/walk.h"

#define HOSTED_STEPS 40000u
#define EMULATED_STEPS 12000u
#define CHECK_ALL_STEPS 4000u

/** What a walk must have seen to be worth something. */
static const struct {
    uint32_t id;
    enum sev_status status;
} required[] = {
    {SEV_COMMAND_LAUNCH_START, SEV_STATUS_RESOURCE_LIMIT},
    {SEV_COMMAND_LAUNCH_START, SEV_STATUS_POLICY_FAILURE},
    {SEV_COMMAND_LAUNCH_START, SEV_STATUS_INVALID_GUEST},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_ACTIVE},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_ASID_OWNED},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_INVALID_ASID},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_DFFLUSH_REQUIRED},
    {SEV_COMMAND_ACTIVATE, SEV_STATUS_INVALID_GUEST},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_ACTIVE},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_ASID_OWNED},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_INVALID_ASID},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_DFFLUSH_REQUIRED},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_INVALID_PARAM},
    {SEV_COMMAND_ACTIVATE_EX, SEV_STATUS_INVALID_LENGTH},
    {SEV_COMMAND_DECOMMISSION, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_DECOMMISSION, SEV_STATUS_ACTIVE},
    {SEV_COMMAND_DF_FLUSH, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_DF_FLUSH, SEV_STATUS_WBINVD_REQUIRED},
    {SEV_COMMAND_LAUNCH_UPDATE_DATA, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_LAUNCH_UPDATE_DATA, SEV_STATUS_INACTIVE},
    {SEV_COMMAND_LAUNCH_UPDATE_DATA, SEV_STATUS_INVALID_GUEST_STATE},
    {SEV_COMMAND_LAUNCH_MEASURE, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_LAUNCH_FINISH, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_ATTESTATION, SEV_STATUS_SUCCESS},
    {SEV_COMMAND_INIT, SEV_STATUS_INVALID_PLATFORM_STATE},
};

static struct walk walk;

/** Prints how much the walk has seen; fails the test when a long one has missed something. */
static void check_coverage(uint32_t steps, int64_t started)
{
    const bool is_long = !suite.quick && !program_settings.emulated;
    uint32_t pairs = 0;

    for (size_t id = 0; id < WALK_COMMANDS; id++) {
        for (size_t status = 0; status < WALK_STATUSES; status++) {
            pairs += walk.counts[id][status] != 0 ? 1 : 0;
        }
    }
    (void)printf("note: random walk, seed %llu: %u steps, %.0f a second, %u pairs of command and "
                 "status\n",
                 (unsigned long long)walk.seed, steps,
                 1e6 * steps / (double)(deadline_now_us() - started), pairs);
    for (size_t i = 0; is_long && i < sizeof required / sizeof required[0]; i++) {
        if (walk.counts[required[i].id][required[i].status] == 0) {
            fail_msg("%s never returned: %s", sev_command_name(required[i].id),
                     sev_result_text((int)required[i].status));
        }
    }
}

static void every_step_does_what_the_model_says(void **state)
{
    const uint32_t steps =
        (program_settings.emulated ? EMULATED_STEPS : HOSTED_STEPS) / (suite.quick ? 4 : 1);
    const int64_t started = deadline_now_us();

    (void)state;
    walk_start(&walk, program_settings.seed);
    for (uint32_t step = 0; step < steps; step++) {
        walk_step(&walk);
        if (step % CHECK_ALL_STEPS == 0) {
            walk_check_all(&walk);
        }
    }
    walk_check_all(&walk);
    walk_end(&walk);
    check_coverage(steps, started);
}

/** Gives the cores their usual numbers again. */
static int restore_machine(void **state)
{
    struct fabric_core *cores = (void *)(suite.board.fabric_file.bytes + FABRIC_CORES_OFFSET);

    (void)state;
    for (uint32_t core = 0; core < MODEL_CORES; core++) {
        cores[core].apic_id = core;
        cores[core].complex = core / 2; /* As virtasp start writes them. */
    }
    to_uninit();
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(every_step_does_what_the_model_says, restore_machine),
};

PROGRAM_GROUP(walk, tests);
