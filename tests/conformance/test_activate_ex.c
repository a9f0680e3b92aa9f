/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACTIVATE_EX (section 9.3): activation for some cores only.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

/** Parameters for the given cores, whose ids go to slot 0. */
static struct sev_activate_ex on_cores(uint32_t handle, uint32_t asid, const uint32_t *ids,
                                       uint32_t count)
{
    memcpy(suite_at(suite_slot(0), count * sizeof *ids), ids, count * sizeof *ids);
    return (struct sev_activate_ex){
        .ex_len = sizeof(struct sev_activate_ex),
        .handle = handle,
        .asid = asid,
        .num_ids = count,
        .ids_paddr = suite_slot(0),
    };
}

static void guest_is_active_afterwards(void **state)
{
    static const uint32_t ids[] = {0, 3};

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    struct sev_activate_ex parameters = on_cores(handle, new_asid(), ids, 2);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    assert_int_equal(guest_status(handle).asid, parameters.asid);
    assert_true(memory_controller_has_key(suite_memory(), parameters.asid));
}

static void ex_len_must_be_18h(void **state)
{
    static const uint32_t ids[] = {0};
    static const uint32_t lengths[] = {0, 0x17, 0x19, 0x14, 0xFFFFFFFFu};

    (void)state;
    to_init();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_activate_ex parameters = on_cores(launch(0), new_asid(), ids, 1);

        parameters.ex_len = lengths[i];
        assert_refused(ACTIVATE_EX, &parameters, INVALID_LENGTH);
    }
}

static void unknown_core_is_invalid_param(void **state)
{
    const uint32_t cores = suite.machine.cores;
    const uint32_t ids[][2] = {{0, cores}, {0xFFFFFFFFu, 0}, {0x1000, 0x1001}};

    (void)state;
    suite_need(NEEDS_FABRIC); /* Without one, every id is that of the one core. */
    to_init();
    const uint32_t handle = launch(0);

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct sev_activate_ex parameters = on_cores(handle, new_asid(), ids[i], 2);

        assert_refused(ACTIVATE_EX, &parameters, INVALID_PARAM);
    }
}

static void asid_is_checked_as_in_activate(void **state)
{
    static const uint32_t ids[] = {0, 1};

    (void)state;
    to_init();
    const uint32_t owner = launch(0);
    const uint32_t owned = activate(owner);
    const uint32_t handle = launch(0);
    struct sev_activate_ex parameters = on_cores(handle, 0, ids, 2);

    assert_refused(ACTIVATE_EX, &parameters, INVALID_ASID);
    parameters.asid = suite.machine.max_asid + 1;
    assert_refused(ACTIVATE_EX, &parameters, INVALID_ASID);
    parameters.asid = suite.machine.min_sev_asid - 1;
    assert_refused(ACTIVATE_EX, &parameters, INVALID_ASID);
    parameters.asid = owned;
    assert_refused(ACTIVATE_EX, &parameters, ASID_OWNED);
    deactivate(owner);
    assert_refused(ACTIVATE_EX, &parameters, DFFLUSH_REQUIRED);
}

/** Fails the test unless just these cores owe a WBINVD. */
static void assert_owing(const uint32_t *cores, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_plain_refused(DF_FLUSH, WBINVD_REQUIRED);
        assert_true(fabric_report_wbinvd(suite_fabric(), cores[i]));
    }
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
}

/** Of the four cores two share a complex: where one may run the guest, both may. */
static void whole_complexes_are_bound(void **state)
{
    static const uint32_t ids[] = {3};
    static const uint32_t owing[] = {2, 3};

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    struct sev_activate_ex parameters = on_cores(handle, new_asid(), ids, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    deactivate(handle);
    assert_owing(owing, 2);
}

/** The same ASID adds complexes; another one is ACTIVE. */
static void repetition_adds_cores(void **state)
{
    static const uint32_t ids[] = {1, 2};
    static const uint32_t owing[] = {0, 1, 2, 3};

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = new_asid();
    struct sev_activate_ex first = on_cores(handle, asid, ids, 1);
    struct sev_activate_ex other = first;

    assert_status(RUN(ACTIVATE_EX, &first), SUCCESS);
    other.asid = new_asid();
    assert_refused(ACTIVATE_EX, &other, ACTIVE);
    struct sev_activate plain = {.handle = handle, .asid = asid};

    assert_refused(ACTIVATE, &plain, ACTIVE);
    struct sev_activate_ex second = on_cores(handle, asid, ids + 1, 1);

    assert_status(RUN(ACTIVATE_EX, &second), SUCCESS);
    deactivate(handle);
    assert_owing(owing, 4);
}

/** A guest that was activated for all cores owes a WBINVD of all, whatever is added. */
static void adding_cores_to_all_cores_changes_nothing(void **state)
{
    static const uint32_t ids[] = {1};

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);
    struct sev_activate_ex parameters = on_cores(handle, asid, ids, 1);

    assert_status(RUN(ACTIVATE_EX, &parameters), SUCCESS);
    deactivate(handle);
    assert_true(fabric_report_wbinvd(suite_fabric(), 1));
    assert_plain_refused(DF_FLUSH, WBINVD_REQUIRED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guest_is_active_afterwards),
    cmocka_unit_test(ex_len_must_be_18h),
    cmocka_unit_test(unknown_core_is_invalid_param),
    cmocka_unit_test(asid_is_checked_as_in_activate),
    cmocka_unit_test(whole_complexes_are_bound),
    cmocka_unit_test(repetition_adds_cores),
    cmocka_unit_test(adding_cores_to_all_cores_changes_nothing),
};
TEST_GROUP(activate_ex, tests);
