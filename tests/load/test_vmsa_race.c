/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core that runs and saves a VMSA all the time, while commands move it and swap it: what it runs is
 * always what it saved last (docs/fabric.md, VMSA table). The table in the TMR is written by both.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "host/lib/deadline.h"
#include "host/lib/vmsa.h"
#include "tests/common/random.h"
#include "tests/conformance/guest_memory.h"
#include "tests/conformance/states.h"
#include "tests/load/groups.h"

#define ROUNDS 600u
#define EMULATED_SHARE 3u /**< The board is slower: that fraction of the rounds. */
#define PLACES 2u
#define PAUSE_US 200u
#define SEALED_SLOT 4u
#define METADATA_SLOT 5u
#define SWAP_FLAGS (SEV_SWAP_VMSA << 1)

static uint64_t places[PLACES];
static uint32_t asid;
static atomic_bool stopping;
static atomic_uint faults; /**< What the core ran was not what it had saved last. */
static uint64_t saved;     /**< The core's alone while it runs. */
static unsigned runs;

/** The registers: a number, all over the page. */
static void make_registers(uint64_t number, uint8_t registers[SEV_VMSA_BYTES])
{
    for (size_t i = 0; i < SEV_VMSA_BYTES; i += sizeof number) {
        memcpy(registers + i, &number, sizeof number);
    }
}

/** Runs the VMSA if it is at that place. */
static void run_at(uint64_t paddr)
{
    static uint8_t registers[SEV_VMSA_BYTES];
    static uint8_t expected[SEV_VMSA_BYTES];
    struct vmsa_run run;

    if (vmsa_load(&suite.board.memory, asid, paddr, registers, &run) != VMSA_OK) {
        return;
    }
    make_registers(saved, expected);
    if (memcmp(registers, expected, sizeof expected) != 0) {
        atomic_fetch_add(&faults, 1);
    }
    runs++;
    saved++;
    make_registers(saved, registers);
    if (vmsa_store(&suite.board.memory, asid, &run, registers) != VMSA_OK) {
        atomic_fetch_add(&faults, 1);
    }
}

static void *core(void *unused)
{
    struct random_state random = {program_settings.seed};

    while (!atomic_load(&stopping)) {
        run_at(places[random_below(&random, PLACES)]);
        if (random_chance(&random, 50)) {
            deadline_sleep_us(random_below(&random, PAUSE_US));
        }
    }
    return unused;
}

/** Whether the page is a VMSA, run or not. */
static bool is_vmsa(uint64_t paddr)
{
    struct vmsa_entry entry;

    return vmsa_find(&suite.board.memory, paddr, &entry) == VMSA_OK;
}

/** COPY from where the VMSA is. @return where it is then */
static unsigned move(uint32_t handle, unsigned from)
{
    const unsigned to = (from + 1) % PLACES;
    struct sev_copy parameters = {.handle = handle,
                                  .length = SEV_VMSA_BYTES,
                                  .src_paddr = places[from],
                                  .dst_paddr = places[to]};

    assert_status(RUN(COPY, &parameters), SUCCESS);
    assert_true(is_vmsa(places[from]) != is_vmsa(places[to]));
    return is_vmsa(places[to]) ? to : from;
}

/** SWAP_OUT, and SWAP_IN if it went out. @return where it is then */
static unsigned swap(uint32_t handle, unsigned from)
{
    const unsigned to = (from + 1) % PLACES;
    struct sev_swap_out out = {.handle = handle,
                               .flags = SWAP_FLAGS,
                               .src_paddr = places[from],
                               .dst_paddr = suite_slot(SEALED_SLOT),
                               .mdata_paddr = suite_slot(METADATA_SLOT)};
    struct sev_swap_in in = {.handle = handle,
                             .flags = SWAP_FLAGS,
                             .src_paddr = suite_slot(SEALED_SLOT),
                             .dst_paddr = places[to],
                             .mdata_paddr = suite_slot(METADATA_SLOT)};
    const int status = RUN(SWAP_OUT, &out);

    if (status != SEV_STATUS_SUCCESS) {
        assert_int_equal(status, SEV_STATUS_BAD_MEASUREMENT);
        assert_true(is_vmsa(places[from]));
        return from;
    }
    assert_false(is_vmsa(places[from]));
    assert_status(RUN(SWAP_IN, &in), SUCCESS);
    return to;
}

static uint32_t launch_running_guest(void)
{
    struct sev_launch_update update = {
        .handle = launch_active(SEV_POLICY_ES), .paddr = places[0], .length = SEV_VMSA_BYTES};
    struct sev_measurement measurement;

    make_registers(saved, suite_at(places[0], SEV_VMSA_BYTES));
    assert_status(RUN(LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    measure(update.handle, &measurement);
    finish(update.handle);
    asid = guest_status(update.handle).asid;
    return update.handle;
}

static pthread_t thread;
static bool started;

/** Ends the core's thread, if it runs. */
static int stop_core(void **state)
{
    (void)state;
    atomic_store(&stopping, true);
    if (started && pthread_join(thread, NULL) != 0) {
        return -1;
    }
    started = false;
    return 0;
}

static void registers_are_never_rolled_back(void **state)
{
    const unsigned rounds = program_settings.emulated ? ROUNDS / EMULATED_SHARE : ROUNDS;
    struct random_state random = {program_settings.seed + 1};
    unsigned at = 0;
    unsigned moves = 0;

    (void)state;
    to_init_es();
    for (unsigned i = 0; i < PLACES; i++) {
        places[i] = suite_slot(i);
    }
    saved = 1;
    const uint32_t handle = launch_running_guest();

    atomic_store(&stopping, false);
    atomic_store(&faults, 0);
    assert_int_equal(pthread_create(&thread, NULL, core, NULL), 0);
    started = true;
    for (unsigned round = 0; round < rounds && atomic_load(&faults) == 0; round++) {
        const unsigned former = at;

        at = random_chance(&random, 60) ? move(handle, at) : swap(handle, at);
        moves += at != former ? 1 : 0;
    }
    assert_int_equal(stop_core(NULL), 0);
    run_at(places[at]); /* The last one counts too. */
    assert_int_equal(atomic_load(&faults), 0);
    assert_false(is_vmsa(places[(at + 1) % PLACES]));
    (void)printf("note: %u rounds, %u moves, %u runs\n", rounds, moves, runs);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(registers_are_never_rolled_back, stop_core),
};

PROGRAM_GROUP(vmsa_race, tests);
