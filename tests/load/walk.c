/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random walk (walk.h): what is done next, and what holds after every step.
 */
#include "tests/load/walk.h"

#include <string.h>

#include "host/lib/sev.h"

#define FIRST_TARGET 40u
#define MIDDLE_ASID 100u

void walk_start(struct walk *walk, uint64_t seed)
{
    memset(walk, 0, sizeof *walk);
    to_uninit();
    machine()->cores = MODEL_CORES;
    struct fabric_core *cores = (void *)(suite.board.fabric_file.bytes + FABRIC_CORES_OFFSET);

    /* APIC ids have gaps. */
    for (uint32_t core = 0; core < MODEL_CORES; core++) {
        cores[core].apic_id = 5 + 3 * core;
        cores[core].complex = core / MODEL_COMPLEX_CORES;
    }
    model_start(&walk->model, suite.machine.max_asid, suite.machine.min_sev_asid);
    walk->random = (struct random_state){seed};
    walk->seed = seed;
    walk->target = FIRST_TARGET;
}

_Noreturn void walk_fail(const struct walk *walk, const char *what)
{
    fail_msg("seed %llu, step %u: %s", (unsigned long long)walk->seed, walk->step, what);
    __builtin_unreachable();
}

void walk_expect(struct walk *walk, uint32_t id, int status, enum sev_status expected)
{
    if (status != (int)expected) {
        print_error("%s: %s, not %s\n", sev_command_name(id), sev_result_text(status),
                    sev_result_text((int)expected));
        walk_fail(walk, "not the status that the model says");
    }
    if (id < WALK_COMMANDS && (uint32_t)status < WALK_STATUSES) {
        walk->counts[id][status]++;
    }
}

uint32_t walk_choose_handle(struct walk *walk)
{
    struct random_state *random = &walk->random;

    if (walk->model.guest_count != 0 && !random_chance(random, 6)) {
        uint32_t index = random_below(random, MODEL_GUESTS);

        while (walk->model.guests[index].handle == 0) {
            index = (index + 1) % MODEL_GUESTS;
        }
        return walk->model.guests[index].handle;
    }
    if (walk->stale_count != 0 && random_chance(random, 60)) {
        const uint32_t known =
            walk->stale_count < WALK_STALE_HANDLES ? walk->stale_count : WALK_STALE_HANDLES;

        return walk->stale[random_below(random, known)];
    }
    return random_chance(random, 30) ? 0 : (uint32_t)random_bits(random);
}

void walk_forget(struct walk *walk, uint32_t handle)
{
    walk->stale[walk->stale_count++ % WALK_STALE_HANDLES] = handle;
}

uint32_t walk_choose_asid(struct walk *walk, uint32_t handle)
{
    const struct model *model = &walk->model;
    const struct model_guest *guest = model_find(&walk->model, handle);
    const bool es = guest != NULL && (guest->policy & SEV_POLICY_ES) != 0;
    struct random_state *random = &walk->random;
    const uint32_t edges[] = {
        0,
        1,
        model->min_sev_asid - 1,
        model->min_sev_asid,
        model->max_asid,
        model->max_asid + 1,
        MODEL_ASIDS,
        (uint32_t)random_bits(random),
    };

    if (guest != NULL && guest->asid != 0 && random_chance(random, 50)) {
        return guest->asid;
    }
    if (random_chance(random, 10)) {
        return edges[random_below(random, sizeof edges / sizeof edges[0])];
    }
    if (random_chance(random, 10)) {
        return random_below(random, model->max_asid + 2);
    }
    return es ? 1 + random_below(random, model->min_sev_asid - 1)
              : model->min_sev_asid + random_below(random, MIDDLE_ASID) * 4;
}

/** Notes the key that a guest's slot holds; it must be the guest's own and nobody else's. */
static void check_key(struct walk *walk, size_t index, const struct fabric_key_slot *slot)
{
    const struct model_guest *guests = walk->model.guests;

    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        if (walk->key_numbers[i] != 0 && guests[i].handle != 0 &&
            (memcmp(walk->keys[i], slot->key, SEV_KEY_BYTES) == 0) !=
                (walk->key_numbers[i] == guests[index].key)) {
            walk_fail(walk, "two guests have the same key, or one has two");
        }
    }
    memcpy(walk->keys[index], slot->key, SEV_KEY_BYTES);
    walk->key_numbers[index] = guests[index].key;
}

void walk_check_slots(struct walk *walk)
{
    static const struct fabric_key_slot empty;
    const struct fabric_memctl *memctl =
        (const void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET);
    bool used[MODEL_ASIDS] = {[0] = true};

    for (size_t i = 0; i < MODEL_GUESTS; i++) {
        const struct model_guest *guest = &walk->model.guests[i];

        if (walk->key_numbers[i] != guest->key) {
            walk->key_numbers[i] = 0; /* Another guest has the place now. */
        }
        if (guest->handle == 0 || guest->asid == 0) {
            continue;
        }
        used[guest->asid] = true;
        if (walk->key_numbers[i] == 0) {
            check_key(walk, i, &memctl->slots[guest->asid]);
        } else if (memcmp(walk->keys[i], memctl->slots[guest->asid].key, SEV_KEY_BYTES) != 0) {
            walk_fail(walk, "the key of an active guest is not in its slot");
        }
    }
    for (size_t asid = 0; asid < MODEL_ASIDS; asid++) {
        if (memctl->slots[asid].flags != (used[asid] ? FABRIC_SLOT_VALID : 0) ||
            (!used[asid] && memcmp(&memctl->slots[asid], &empty, sizeof empty) != 0)) {
            walk_fail(walk, "a key slot is not as the model says");
        }
    }
    if (memctl->generation % 2 != 0 ||
        memctl->tmr[0].length != (walk->model.es ? SEV_TMR_BYTES : 0)) {
        walk_fail(walk, "the memory controller's state is not as the model says");
    }
}

/** Changes how many guests there shall be, now and then. */
void walk_change_target(struct walk *walk)
{
    static const uint32_t targets[] = {
        0, 1, 10, 40, 150, 600, MODEL_GUESTS + 20, MODEL_GUESTS + 20,
    };

    walk->target = targets[random_below(&walk->random, sizeof targets / sizeof targets[0])];
}

/** What can be done, and how often; other weights while there are too few or too many guests. */
static const struct {
    walk_action *action;
    uint32_t weight;
    uint32_t weight_below;
    uint32_t weight_above;
} actions[] = {
    {walk_launch_start, 60, 3000, 0},
    {walk_activate, 90, 0, 0},
    {walk_activate_ex, 60, 0, 0},
    {walk_deactivate, 40, 0, 500},
    {walk_decommission, 20, 0, 1500},
    {walk_guest_status, 40, 0, 0},
    {walk_launch_update_data, 60, 0, 0},
    {walk_launch_measure, 40, 0, 0},
    {walk_launch_finish, 40, 0, 0},
    {walk_attestation, 1, 0, 0},
    {walk_df_flush, 60, 0, 0},
    {walk_wbinvd, 100, 0, 0},
    {walk_pdh_gen, 1, 0, 0},
    {walk_platform_status, 20, 0, 0},
    {walk_init, 5, 0, 0},
    {walk_shutdown, 1, 0, 0},
    {walk_unknown, 2, 0, 0},
    {walk_change_target, 1, 0, 0},
};

#define ACTIONS (sizeof actions / sizeof actions[0])

/** Chance of an action now. */
static uint32_t weight_of(const struct walk *walk, size_t index)
{
    const uint32_t count = walk->model.guest_count;

    if (!walk->model.initialised) {
        return actions[index].action == walk_init ? 400 : actions[index].weight;
    }
    return actions[index].weight + (count < walk->target ? actions[index].weight_below : 0) +
           (count > walk->target ? actions[index].weight_above : 0);
}

void walk_step(struct walk *walk)
{
    uint32_t sum = 0;
    size_t chosen = 0;

    for (size_t i = 0; i < ACTIONS; i++) {
        sum += weight_of(walk, i);
    }
    sum = random_below(&walk->random, sum);
    while (sum >= weight_of(walk, chosen)) {
        sum -= weight_of(walk, chosen);
        chosen++;
    }
    walk->step++;
    actions[chosen].action(walk);
    walk_check_slots(walk);
}
