/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many guests: limits, and handles that are never used twice (sections 2, 3.5).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/groups.h"
#include "tests/conformance/migration.h"
#include "tests/conformance/states.h"

#define GUESTS_MAX 1023u   /**< What the firmware has room for: one per key slot. */
#define GUESTS_NEEDED 509u /**< What a Milan part has ASIDs for. */
#define GENERATIONS 3000u
#define GENERATIONS_QUICK 300u

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void assert_distinct(uint32_t *handles, size_t count)
{
    qsort(handles, count, sizeof *handles, compare);
    assert_int_not_equal(handles[0], 0);
    for (size_t i = 1; i < count; i++) {
        assert_int_not_equal(handles[i - 1], handles[i]);
    }
}

static void guests_up_to_the_limit(void **state)
{
    static uint32_t handles[GUESTS_MAX];
    struct sev_launch_start parameters = {.policy = 0};
    struct sev_receive_start receive_start;
    struct owner origin;

    (void)state;
    to_init();
    assert_true(owner_open(&origin, 0));
    prepare_receive(&origin, &receive_start);
    for (uint32_t i = 0; i < GUESTS_MAX; i++) {
        handles[i] = launch(0);
    }
    assert_true(GUESTS_MAX >= GUESTS_NEEDED);
    assert_int_equal(platform_status().guest_count, GUESTS_MAX);
    assert_refused(LAUNCH_START, &parameters, RESOURCE_LIMIT);
    assert_refused(RECEIVE_START, &receive_start, RESOURCE_LIMIT);
    parameters.handle = handles[17];
    assert_refused(LAUNCH_START, &parameters, RESOURCE_LIMIT);
    decommission(handles[500]);
    parameters.handle = 0;
    assert_status(RUN(LAUNCH_START, &parameters), SUCCESS);
    handles[500] = parameters.handle;
    for (uint32_t i = 0; i < GUESTS_MAX; i++) {
        assert_int_equal(guest_status(handles[i]).state, SEV_GUEST_LUPDATE);
    }
    assert_distinct(handles, GUESTS_MAX);
    owner_close(&origin);
}

/** Every ASID at once, with and without SEV-ES; all keys differ. */
static void all_asids_at_once(void **state)
{
    const uint32_t count = suite.machine.max_asid;
    const struct fabric_memctl *memctl = (const void *)(suite_fabric() + FABRIC_MEMCTL_OFFSET);

    (void)state;
    to_init_es();
    for (uint32_t asid = 1; asid <= count; asid++) {
        struct sev_activate parameters = {
            .handle = launch(asid < suite.machine.min_sev_asid ? SEV_POLICY_ES : 0),
            .asid = asid,
        };

        assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    }
    for (uint32_t asid = 1; asid <= count; asid++) {
        for (uint32_t other = 0; other < asid; other++) {
            assert_memory_not_equal(memctl->slots[asid].key, memctl->slots[other].key,
                                    SEV_KEY_BYTES);
        }
    }
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    for (uint32_t asid = 1; asid < FABRIC_SLOTS_MAX; asid++) {
        static const uint8_t zero[SEV_KEY_BYTES];

        assert_int_equal(memctl->slots[asid].flags & FABRIC_SLOT_VALID, 0);
        assert_memory_equal(memctl->slots[asid].key, zero, sizeof zero);
    }
}

/** A handle kept after DECOMMISSION does not name the next guest, nor one after SHUTDOWN. */
static void handles_are_never_used_twice(void **state)
{
    static uint32_t handles[GENERATIONS];
    const uint32_t count = suite.quick ? GENERATIONS_QUICK : GENERATIONS;

    (void)state;
    to_init();
    for (uint32_t i = 0; i < count; i++) {
        if (i == count / 2) {
            to_init();
        }
        handles[i] = launch(0);
        if (i % 5 != 0) {
            decommission(handles[i]);
        }
    }
    assert_distinct(handles, count);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guests_up_to_the_limit),
    cmocka_unit_test(all_asids_at_once),
    cmocka_unit_test(handles_are_never_used_twice),
};
TEST_GROUP(handles, tests);
