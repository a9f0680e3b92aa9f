/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random walk (walk.h): platform and guest management commands.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "host/lib/sev.h"
#include "tests/load/walk.h"

#define IDS_MAX 16u
#define IDS_SLOT 3u
#define SHUTDOWN_PERCENT 30u

void walk_launch_start(struct walk *walk)
{
    struct random_state *random = &walk->random;
    struct sev_launch_start parameters = {.policy = 0};
    struct model_guest *guest;

    parameters.policy = random_below(random, 0x40);
    if (random_chance(random, 40)) {
        parameters.policy &= ~(SEV_POLICY_ES | SEV_POLICY_NOKS);
    }
    if (random_chance(random, 3)) {
        parameters.policy |= 1u << random_below(random, 32);
    }
    if (random_chance(random, 20)) {
        parameters.handle = walk_choose_handle(walk);
    }
    const enum sev_status expected =
        model_launch_start(&walk->model, parameters.policy, parameters.handle, &guest);
    const int status = RUN(LAUNCH_START, &parameters);

    walk_expect(walk, SEV_COMMAND_LAUNCH_START, status, expected);
    if (guest != NULL) {
        for (uint32_t i = 0; i < walk->stale_count && i < WALK_STALE_HANDLES; i++) {
            if (walk->stale[i] == parameters.handle) {
                walk_fail(walk, "the new handle named an earlier guest");
            }
        }
        if (parameters.handle == 0 || model_find(&walk->model, parameters.handle) != NULL) {
            walk_fail(walk, "the new handle is not a new handle");
        }
        guest->handle = parameters.handle;
    }
}

void walk_activate(struct walk *walk)
{
    struct sev_activate parameters = {.handle = walk_choose_handle(walk)};

    parameters.asid = walk_choose_asid(walk, parameters.handle);
    walk_expect(walk, SEV_COMMAND_ACTIVATE, RUN(ACTIVATE, &parameters),
                model_activate(&walk->model, parameters.handle, parameters.asid));
}

void walk_activate_ex(struct walk *walk)
{
    struct random_state *random = &walk->random;
    struct sev_activate_ex parameters = {
        .ex_len = random_chance(random, 3) ? random_below(random, 0x30) : sizeof parameters,
        .handle = walk_choose_handle(walk),
        .num_ids = random_below(random, random_chance(random, 20) ? IDS_MAX : 4),
        .ids_paddr = suite_slot(IDS_SLOT),
    };
    uint32_t cores[IDS_MAX];
    uint32_t ids[IDS_MAX];

    parameters.asid = walk_choose_asid(walk, parameters.handle);
    for (uint32_t i = 0; i < IDS_MAX; i++) {
        cores[i] = random_chance(random, 2) ? MODEL_CORES : random_below(random, MODEL_CORES);
        ids[i] = cores[i] == MODEL_CORES ? 6 : 5 + 3 * cores[i];
    }
    memcpy(suite_at(parameters.ids_paddr, sizeof ids), ids, sizeof ids);
    walk_expect(walk, SEV_COMMAND_ACTIVATE_EX, RUN(ACTIVATE_EX, &parameters),
                model_activate_ex(&walk->model, &parameters, cores));
}

void walk_deactivate(struct walk *walk)
{
    struct sev_handle parameters = {.handle = walk_choose_handle(walk)};

    walk_expect(walk, SEV_COMMAND_DEACTIVATE, RUN(DEACTIVATE, &parameters),
                model_deactivate(&walk->model, parameters.handle));
}

void walk_decommission(struct walk *walk)
{
    struct sev_handle parameters = {.handle = walk_choose_handle(walk)};
    const enum sev_status expected = model_decommission(&walk->model, parameters.handle);

    walk_expect(walk, SEV_COMMAND_DECOMMISSION, RUN(DECOMMISSION, &parameters), expected);
    if (expected == SEV_STATUS_SUCCESS) {
        walk_forget(walk, parameters.handle);
    }
}

/** Fails the test unless GUEST_STATUS says what the model says. */
static void check_guest(struct walk *walk, uint32_t handle)
{
    struct sev_guest_status parameters;
    struct model_guest *guest = NULL;

    memset(&parameters, SUITE_PATTERN, sizeof parameters);
    parameters.handle = handle;
    walk_expect(walk, SEV_COMMAND_GUEST_STATUS, RUN(GUEST_STATUS, &parameters),
                model_get_guest(&walk->model, handle, &guest));
    if (guest != NULL && (parameters.handle != handle || parameters.policy != guest->policy ||
                          parameters.asid != guest->asid || parameters.state != guest->state)) {
        walk_fail(walk, "GUEST_STATUS is not the model's");
    }
}

void walk_guest_status(struct walk *walk)
{
    check_guest(walk, walk_choose_handle(walk));
}

void walk_platform_status(struct walk *walk)
{
    struct sev_platform_status parameters;

    memset(&parameters, SUITE_PATTERN, sizeof parameters);
    walk_expect(walk, SEV_COMMAND_PLATFORM_STATUS, RUN(PLATFORM_STATUS, &parameters),
                SEV_STATUS_SUCCESS);
    if (parameters.state != model_state(&walk->model) || parameters.config != walk->model.es ||
        parameters.guest_count != walk->model.guest_count || parameters.owner != 0) {
        walk_fail(walk, "PLATFORM_STATUS is not the model's");
    }
}

void walk_wbinvd(struct walk *walk)
{
    uint32_t core = random_below(&walk->random, MODEL_CORES);
    uint32_t count = random_chance(&walk->random, 30) ? MODEL_CORES : 1;

    while (count-- > 0) {
        assert_true(fabric_report_wbinvd(suite.board.fabric_file.bytes, core));
        model_wbinvd(&walk->model, core);
        core = (core + 1) % MODEL_CORES;
    }
}

/** The cores that owe a WBINVD execute it and no others; now and then one of them does not. */
static void settle(struct walk *walk)
{
    const uint32_t spared =
        random_chance(&walk->random, 30) ? random_below(&walk->random, MODEL_CORES) : MODEL_CORES;

    for (uint32_t core = 0; core < MODEL_CORES; core++) {
        if (walk->model.owes_wbinvd[core] && core != spared) {
            assert_true(fabric_report_wbinvd(suite.board.fabric_file.bytes, core));
            model_wbinvd(&walk->model, core);
        }
    }
}

void walk_df_flush(struct walk *walk)
{
    if (random_chance(&walk->random, 60)) {
        settle(walk);
    }
    walk_expect(walk, SEV_COMMAND_DF_FLUSH, RUN_PLAIN(DF_FLUSH), model_df_flush(&walk->model));
}

void walk_pdh_gen(struct walk *walk)
{
    walk_expect(walk, SEV_COMMAND_PDH_GEN, RUN_PLAIN(PDH_GEN), model_ready(&walk->model));
}

void walk_init(struct walk *walk)
{
    struct random_state *random = &walk->random;
    struct sev_init parameters = {
        .options = random_chance(random, 80) ? SEV_INIT_OPTION_ES : 0,
        .tmr_paddr = suite.tmr,
        .tmr_length = random_chance(random, 10) ? SEV_TMR_BYTES - 1 : SEV_TMR_BYTES,
    };

    if (random_chance(random, 10)) {
        parameters.options = 2u << random_below(random, 31);
    }
    walk_expect(walk, SEV_COMMAND_INIT, RUN(INIT, &parameters),
                model_init(&walk->model, parameters.options, parameters.tmr_length));
}

void walk_shutdown(struct walk *walk)
{
    if (!random_chance(&walk->random, SHUTDOWN_PERCENT)) {
        return; /* Its weight cannot be less than 1. */
    }
    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        if (walk->model.guests[i].handle != 0) {
            walk_forget(walk, walk->model.guests[i].handle);
        }
    }
    walk_expect(walk, SEV_COMMAND_SHUTDOWN, RUN_PLAIN(SHUTDOWN), model_shutdown(&walk->model));
}

void walk_unknown(struct walk *walk)
{
    walk_expect(walk, 0x77, suite_issue(0x77, suite.board.command_paddr),
                SEV_STATUS_INVALID_COMMAND);
}

void walk_check_all(struct walk *walk)
{
    walk_platform_status(walk);
    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        if (walk->model.guests[i].handle != 0) {
            check_guest(walk, walk->model.guests[i].handle);
        }
    }
    walk_check_slots(walk);
}

void walk_end(struct walk *walk)
{
    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        struct sev_handle parameters = {.handle = walk->model.guests[i].handle};

        if (parameters.handle != 0) {
            walk_expect(walk, SEV_COMMAND_DEACTIVATE, RUN(DEACTIVATE, &parameters),
                        model_deactivate(&walk->model, parameters.handle));
            walk_expect(walk, SEV_COMMAND_DECOMMISSION, RUN(DECOMMISSION, &parameters),
                        model_decommission(&walk->model, parameters.handle));
        }
    }
    walk_platform_status(walk);
    walk_check_slots(walk);
}
