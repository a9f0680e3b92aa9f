/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random walk: commands that a seed chooses, each checked against the model (model.h), and the key
 * slots in the fabric with it.
 */
#ifndef TESTS_LOAD_WALK_H
#define TESTS_LOAD_WALK_H

#include "tests/common/random.h"
#include "tests/conformance/states.h"
#include "tests/load/model.h"

#define WALK_STALE_HANDLES 64u
#define WALK_STATUSES 64u
#define WALK_COMMANDS 0x80u

struct walk {
    struct model model;
    struct random_state random;
    uint64_t seed;
    uint32_t step;
    uint32_t target;                    /**< Number of guests that the walk tends to. */
    uint32_t stale[WALK_STALE_HANDLES]; /**< Handles of guests that are gone. */
    uint32_t stale_count;
    uint8_t keys[MODEL_GUESTS][SEV_KEY_BYTES]; /**< Of each guest's slot, as last seen. */
    uint32_t key_numbers[MODEL_GUESTS];        /**< Which of the model's keys that is; 0 = none. */
    uint32_t counts[WALK_COMMANDS][WALK_STATUSES];
};

/** Begins in UNINIT with MODEL_CORES cores. */
void walk_start(struct walk *walk, uint64_t seed);

/** Does one random thing; fails the test when the platform does not do as the model says. */
void walk_step(struct walk *walk);

/** Fails the test unless PLATFORM_STATUS and GUEST_STATUS of every guest are the model's. */
void walk_check_all(struct walk *walk);

/** Tears everything down that the model knows. */
void walk_end(struct walk *walk);

/** Choices that the steps share. */
uint32_t walk_choose_handle(struct walk *walk);
uint32_t walk_choose_asid(struct walk *walk, uint32_t handle);

/** Remembers the handle of a guest that has gone. */
void walk_forget(struct walk *walk, uint32_t handle);

/** Fails the test, with seed and step, unless the statuses are equal. */
void walk_expect(struct walk *walk, uint32_t id, int status, enum sev_status expected);

/** Fails the test, with seed and step. */
_Noreturn void walk_fail(const struct walk *walk, const char *what);

/** Fails the test unless a slot of the fabric holds a key just when the model has a guest there. */
void walk_check_slots(struct walk *walk);

/** One thing to do. */
typedef void walk_action(struct walk *walk);

walk_action walk_launch_start, walk_activate, walk_activate_ex, walk_deactivate, walk_decommission;
walk_action walk_guest_status, walk_launch_update_data, walk_launch_measure, walk_launch_finish;
walk_action walk_attestation, walk_df_flush, walk_wbinvd, walk_pdh_gen, walk_platform_status;
walk_action walk_init, walk_shutdown, walk_unknown, walk_change_target;

#endif
