/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ASID a guest gets (SNP 2.7): SNP_ACTIVATE and SNP_ACTIVATE_EX refuse alike, and an ASID that was
 * used must be flushed before another guest has it.
 */
#include <string.h>

#include "host/lib/fabric.h"
#include "host/x86/snp_pages.h"
#include "tests/conformance/states.h"
#include "tests/hypervisor/guest.h"

#define FIRST hypervisor_page(0)
#define SECOND hypervisor_page(1)
#define IDS_PAGE 2u

/** The first core's complex only. */
static int to_asid_ex(uint64_t gctx, uint32_t asid, uint32_t apic_id)
{
    struct snp_activate_ex parameters = {
        .length = sizeof parameters,
        .gctx_paddr = gctx,
        .asid = asid,
        .num_ids = 1,
        .ids_paddr = hypervisor_page(IDS_PAGE),
    };

    memcpy(suite_at(parameters.ids_paddr, sizeof apic_id), &apic_id, sizeof apic_id);
    return SNP_RUN(ACTIVATE_EX, &parameters);
}

static int to_asid(bool ex, uint64_t gctx, uint32_t asid)
{
    struct snp_activate parameters = {.gctx_paddr = gctx, .asid = asid};

    return ex ? to_asid_ex(gctx, asid, 0) : SNP_RUN(ACTIVATE, &parameters);
}

static void an_asid_is_one_guest_s(void **state)
{
    (void)state;
    for (int ex = 0; ex <= 1; ex++) {
        hypervisor_to_init();
        (void)guest_start(FIRST, GUEST_POLICY);
        (void)guest_start(SECOND, GUEST_POLICY);
        const uint32_t wrong[] = {0,
                                  suite.machine.min_sev_asid,
                                  suite.machine.max_asid,
                                  suite.machine.max_asid + 1,
                                  0x10001,
                                  UINT32_MAX};

        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            assert_status(to_asid(ex != 0, FIRST, wrong[i]), INVALID_ASID);
        }
        assert_int_equal(guest_status_of(FIRST).asid, 0);
        assert_status(to_asid(ex != 0, FIRST, suite.machine.min_sev_asid - 1), SUCCESS);
        assert_int_equal(guest_status_of(FIRST).asid, suite.machine.min_sev_asid - 1);
        assert_status(to_asid(ex != 0, FIRST, 1), ACTIVE);
        assert_status(to_asid(ex != 0, SECOND, suite.machine.min_sev_asid - 1), ASID_OWNED);
        assert_status(to_asid(ex != 0, SECOND, 1), SUCCESS);
    }
}

static void a_used_asid_is_flushed_first(void **state)
{
    (void)state;
    for (int ex = 0; ex <= 1; ex++) {
        hypervisor_to_init();
        (void)guest_launch(FIRST, 1);
        (void)guest_start(SECOND, GUEST_POLICY);
        assert_status(SNP_OF(DECOMMISSION, FIRST), SUCCESS);
        assert_status(to_asid(ex != 0, SECOND, 1), WBINVD_REQUIRED);
        fabric_report_wbinvd_all(suite_fabric());
        assert_status(to_asid(ex != 0, SECOND, 1), DFFLUSH_REQUIRED);
        assert_status(SNP_PLAIN(DF_FLUSH), SUCCESS);
        assert_status(to_asid(ex != 0, SECOND, 1), SUCCESS);
    }
}

/** What is left of a guest would be the next one's. */
static void no_page_may_be_assigned_to_it(void **state)
{
    (void)state;
    for (int ex = 0; ex <= 1; ex++) {
        hypervisor_to_init();
        (void)guest_start(FIRST, GUEST_POLICY);
        guest_give(1, hypervisor_page(8), 0);
        assert_status(to_asid(ex != 0, FIRST, 1), INVALID_CONFIG);
        hypervisor_take(hypervisor_page(8));
        assert_status(to_asid(ex != 0, FIRST, 1), SUCCESS);
    }
}

static void cores_are_known_and_of_one_socket(void **state)
{
    uint8_t *fabric = suite_fabric();

    (void)state;
    hypervisor_to_uninit();
    struct fabric_core *last = fabric_core_at(fabric, suite.machine.cores - 1);
    const struct fabric_core before = *last;

    machine()->sockets = 2;
    last->socket = 1;
    last->complex = suite.machine.cores;
    assert_status(hypervisor_init_ex(SNP_INIT_RMP), SUCCESS);
    hypervisor_flush();
    (void)guest_start(FIRST, GUEST_POLICY | SNP_POLICY_SINGLE_SOCKET);
    assert_status(to_asid(false, FIRST, 1), POLICY_FAILURE);
    assert_status(to_asid_ex(FIRST, 1, 0x1000), INVALID_PARAM);
    assert_status(to_asid_ex(FIRST, 1, 0), SUCCESS);
    assert_status(to_asid_ex(FIRST, 1, last->apic_id), POLICY_FAILURE);
    hypervisor_to_uninit();
    last->socket = before.socket;
    last->complex = before.complex;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_asid_is_one_guest_s),
    cmocka_unit_test(a_used_asid_is_flushed_first),
    cmocka_unit_test(no_page_may_be_assigned_to_it),
    cmocka_unit_test(cores_are_known_and_of_one_socket),
};

PROGRAM_GROUP(activate, tests);
