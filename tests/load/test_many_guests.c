/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As many guests as the machine has ASIDs, and as many as the firmware has contexts.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "tests/common/random.h"
#include "tests/conformance/states.h"
#include "tests/load/groups.h"
#include "tests/load/model.h"

#define DATA_SLOT 6u
#define DATA_BYTES 64u

static struct fabric_memctl *memctl(void)
{
    return (void *)(suite.board.fabric_file.bytes + FABRIC_MEMCTL_OFFSET);
}

/** Number of slots that hold a key, without the host's. */
static uint32_t keys_loaded(void)
{
    uint32_t count = 0;

    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        count += (memctl()->slots[asid].flags & FABRIC_SLOT_VALID) != 0 ? 1 : 0;
    }
    return count;
}

/** Puts numbers in random order. */
static void shuffle(struct random_state *random, uint32_t *numbers, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = random_below(random, i);
        const uint32_t number = numbers[i - 1];

        numbers[i - 1] = numbers[other];
        numbers[other] = number;
    }
}

/** A guest on an ASID of its own, with 64 bytes of memory that nobody else has. */
struct many_guest {
    uint32_t handle;
    uint32_t asid;
    uint8_t data[DATA_BYTES];
};

static struct many_guest many[MODEL_GUESTS];

static uint64_t data_paddr(uint32_t index)
{
    return suite_slot(DATA_SLOT) + index * (uint64_t)DATA_BYTES;
}

static void start_guest(struct random_state *random, uint32_t index)
{
    struct many_guest *guest = &many[index];
    struct sev_launch_update update = {.paddr = data_paddr(index), .length = DATA_BYTES};
    struct sev_activate activation;

    guest->asid = index + 1;
    guest->handle = launch(guest->asid < suite.machine.min_sev_asid ? SEV_POLICY_ES : 0);
    activation = (struct sev_activate){.handle = guest->handle, .asid = guest->asid};
    assert_status(RUN(ACTIVATE, &activation), SUCCESS);
    random_fill(random, guest->data, DATA_BYTES);
    memcpy(suite_at(update.paddr, DATA_BYTES), guest->data, DATA_BYTES);
    update.handle = guest->handle;
    assert_status(RUN(LAUNCH_UPDATE_DATA, &update), SUCCESS);
}

/** Fails the test unless the guest's memory holds what was launched, through its key only. */
static void check_memory(uint32_t index, uint32_t other_asid)
{
    uint8_t seen[DATA_BYTES];

    assert_int_equal(memory_controller_read(&suite.board.memory, many[index].asid,
                                            data_paddr(index), seen, DATA_BYTES),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(seen, many[index].data, DATA_BYTES);
    assert_int_equal(memory_controller_read(&suite.board.memory, other_asid, data_paddr(index),
                                            seen, DATA_BYTES),
                     MEMORY_CONTROLLER_OK);
    assert_memory_not_equal(seen, many[index].data, DATA_BYTES);
}

static void one_guest_for_each_asid(void **state)
{
    const uint32_t count = suite.machine.max_asid;
    struct random_state random = {program_settings.seed};
    struct sev_platform_status before;
    struct sev_measurement measurement;
    uint32_t order[MODEL_GUESTS];

    (void)state;
    to_init_es();
    before = platform_status();
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    shuffle(&random, order, count);
    for (uint32_t i = 0; i < count; i++) {
        start_guest(&random, order[i]);
    }
    assert_int_equal(keys_loaded(), count);
    assert_int_equal(platform_status().guest_count, count);
    for (uint32_t i = 0; i < count; i++) {
        check_memory(i, i == 0 ? 2 : i);
    }
    shuffle(&random, order, count);
    for (uint32_t i = 0; i < count; i++) {
        measure(many[order[i]].handle, &measurement);
        finish(many[order[i]].handle);
    }
    shuffle(&random, order, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(guest_status(many[order[i]].handle).asid, many[order[i]].asid);
        tear_down(many[order[i]].handle);
        assert_int_equal(memctl()->slots[many[order[i]].asid].flags, 0);
    }
    assert_int_equal(keys_loaded(), 0);
    const struct sev_platform_status after = platform_status();

    assert_memory_equal(&before, &after, sizeof before);
    /* Every ASID waits for its flush. */
    assert_status(RUN_PLAIN(DF_FLUSH), WBINVD_REQUIRED);
    flush();
}

/** Takes every context there is; the next one is refused. */
static void exhaust(void)
{
    struct sev_launch_start start = {.policy = 0};

    for (uint32_t i = 0; i < MODEL_GUESTS; i++) {
        start = (struct sev_launch_start){.policy = 0};
        assert_status(RUN(LAUNCH_START, &start), SUCCESS);
        many[i].handle = start.handle;
    }
    snapshot_track_guest(many[0].handle);
    snapshot_track_guest(many[MODEL_GUESTS - 1].handle);
    start = (struct sev_launch_start){.policy = 0};
    assert_refused(LAUNCH_START, &start, RESOURCE_LIMIT);
    assert_int_equal(platform_status().guest_count, MODEL_GUESTS);
}

static void contexts_run_out_and_come_back(void **state)
{
    struct random_state random = {program_settings.seed};
    uint32_t order[MODEL_GUESTS];

    (void)state;
    to_init();
    for (uint32_t round = 0; round < 2; round++) {
        exhaust();
        /* One context is free for one guest. */
        const uint32_t gone = many[500].handle;
        struct sev_launch_start start = {.policy = 0};

        decommission(gone);
        assert_status(RUN(LAUNCH_START, &start), SUCCESS);
        assert_int_not_equal(start.handle, gone);
        many[500].handle = start.handle;
        for (uint32_t i = 0; i < MODEL_GUESTS; i++) {
            order[i] = i;
        }
        shuffle(&random, order, MODEL_GUESTS);
        for (uint32_t i = 0; i < MODEL_GUESTS; i++) {
            decommission(many[order[i]].handle);
        }
        assert_int_equal(platform_status().state, SEV_PLATFORM_INIT);
    }
    exhaust();
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    to_init();
    assert_int_equal(platform_status().guest_count, 0);
}

/* Each round uses every kind of key arithmetic; the firmware's arena has room for a few of them. */
static void key_arithmetic_leaves_nothing_behind(void **state)
{
    const uint32_t rounds = suite.quick ? 5 : 25;

    (void)state;
    to_init();
    for (uint32_t round = 0; round < rounds; round++) {
        struct owned_guest guest;
        struct sev_attestation attestation = {.report_paddr = suite_slot(7),
                                              .length = sizeof(struct sev_attestation_report)};

        owned_launch(&guest, 0);
        owned_measure(&guest, NULL, 0);
        attestation.handle = guest.handle;
        assert_status(RUN(ATTESTATION, &attestation), SUCCESS);
        tear_down(guest.handle);
        owner_close(&guest.owner);
        assert_status(RUN_PLAIN(PDH_GEN), SUCCESS);
    }
    assert_status(RUN_PLAIN(PEK_GEN), SUCCESS);
    assert_int_equal(platform_status().guest_count, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_guest_for_each_asid),
    cmocka_unit_test(contexts_run_out_and_come_back),
    cmocka_unit_test(key_arithmetic_leaves_nothing_behind),
};

PROGRAM_GROUP(many_guests, tests);
