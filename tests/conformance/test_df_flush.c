/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DF_FLUSH and the flush protocol (sections 4.2, 4.10, 9.5).
 */
#include "host/lib/fabric.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/states.h"

static bool has_key(uint32_t asid)
{
    return memory_controller_has_key(suite_memory(), asid);
}

/** Every core must have executed WBINVD since the last DEACTIVATE, in any order (section 9.5). */
static void df_flush_waits_for_wbinvd_of_every_core(void **state)
{
    uint8_t *fabric = suite_fabric();

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    struct sev_activate again = {.handle = handle};

    again.asid = activate(handle);
    fabric_report_wbinvd_all(fabric); /* Too early: before the DEACTIVATE. */
    deactivate(handle);
    for (uint32_t core = 0; core < suite.machine.cores; core++) {
        assert_plain_refused(DF_FLUSH, WBINVD_REQUIRED);
        assert_refused(ACTIVATE, &again, DFFLUSH_REQUIRED);
        assert_true(fabric_report_wbinvd(fabric, (core + 1) % suite.machine.cores));
    }
    assert_refused(ACTIVATE, &again, DFFLUSH_REQUIRED);
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
    assert_status(RUN(ACTIVATE, &again), SUCCESS);
}

/** A DEACTIVATE in between makes all of it necessary again. */
static void deactivate_rearms_wbinvd(void **state)
{
    (void)state;
    to_init();
    const uint32_t first = launch_active(0);
    const uint32_t second = launch_active(0);

    deactivate(first);
    fabric_report_wbinvd_all(suite_fabric());
    deactivate(second);
    assert_plain_refused(DF_FLUSH, WBINVD_REQUIRED);
    fabric_report_wbinvd_all(suite_fabric());
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
}

/** A DF_FLUSH frees what was given up before it, not after. */
static void df_flush_frees_earlier_asids_only(void **state)
{
    (void)state;
    to_init();
    struct sev_activate first = {.handle = launch(0)};
    struct sev_activate second = {.handle = launch(0)};

    first.asid = activate(first.handle);
    second.asid = activate(second.handle);
    deactivate(first.handle);
    flush();
    deactivate(second.handle);
    assert_refused(ACTIVATE, &second, DFFLUSH_REQUIRED);
    assert_status(RUN(ACTIVATE, &first), SUCCESS);
}

static void wbinvd_is_taken_as_done_when_it_is_not_reported(void **state)
{
    struct sev_init init = {.options = 0};

    (void)state;
    to_uninit();
    machine()->flags &= ~FABRIC_FLAG_WBINVD_REPORTED;
    assert_status(RUN(INIT, &init), SUCCESS);
    struct sev_activate parameters = {.handle = launch(0), .asid = new_asid()};

    assert_refused(ACTIVATE, &parameters, DFFLUSH_REQUIRED);
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
    deactivate(parameters.handle);
    assert_refused(ACTIVATE, &parameters, DFFLUSH_REQUIRED);
    assert_status(RUN_PLAIN(DF_FLUSH), SUCCESS);
    assert_status(RUN(ACTIVATE, &parameters), SUCCESS);
}

static void shutdown_takes_guests_and_keys(void **state)
{
    struct sev_init init = {.options = 0};

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);

    (void)launch(0);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_false(has_key(asid));
    assert_int_equal(platform_status().guest_count, 0);
    assert_status(RUN(INIT, &init), SUCCESS);
    struct sev_guest_status parameters = {.handle = handle};

    assert_refused(GUEST_STATUS, &parameters, INVALID_GUEST);
    struct sev_activate activation = {.handle = launch(0), .asid = asid};

    assert_int_not_equal(activation.handle, handle);
    assert_refused(ACTIVATE, &activation, DFFLUSH_REQUIRED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(df_flush_waits_for_wbinvd_of_every_core),
    cmocka_unit_test(deactivate_rearms_wbinvd),
    cmocka_unit_test(df_flush_frees_earlier_asids_only),
    cmocka_unit_test(wbinvd_is_taken_as_done_when_it_is_not_reported),
    cmocka_unit_test(shutdown_takes_guests_and_keys),
};
TEST_GROUP(df_flush, tests);
