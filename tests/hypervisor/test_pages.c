/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that change hands (SNP 2.17, 3.4): what the firmware writes it must have been given, and gives
 * back by SNP_PAGE_RECLAIM only.
 */
#include <string.h>

#include "host/x86/rmp_access.h"
#include "host/x86/snp_pages.h"
#include "tests/hypervisor/hypervisor.h"

/** What SNP_PAGE_RECLAIM makes of a page; UNKNOWN: it refuses. */
static const struct {
    enum x86_rmp_state before;
    enum x86_rmp_state after;
} reclaims[] = {
    {X86_RMP_HYPERVISOR, X86_RMP_UNKNOWN},      {X86_RMP_FIRMWARE, X86_RMP_RECLAIM},
    {X86_RMP_RECLAIM, X86_RMP_RECLAIM},         {X86_RMP_CONTEXT, X86_RMP_UNKNOWN},
    {X86_RMP_METADATA, X86_RMP_RECLAIM},        {X86_RMP_PRE_SWAP, X86_RMP_GUEST_VALID},
    {X86_RMP_PRE_GUEST, X86_RMP_GUEST_INVALID}, {X86_RMP_GUEST_INVALID, X86_RMP_UNKNOWN},
    {X86_RMP_GUEST_VALID, X86_RMP_UNKNOWN},
};

static void reclaim_ends_the_firmware_s_hold(void **state)
{
    (void)state;
    hypervisor_to_init();
    for (unsigned i = 0; i < sizeof reclaims / sizeof reclaims[0]; i++) {
        const uint64_t paddr = hypervisor_page(i);
        const bool refused = reclaims[i].after == X86_RMP_UNKNOWN;

        assert_true(hypervisor_make(paddr, reclaims[i].before));
        hypervisor_assert_state(paddr, reclaims[i].before, __FILE__, __LINE__);
        assert_status_is(SNP_OF(PAGE_RECLAIM, paddr),
                         refused ? SEV_STATUS_INVALID_PAGE_STATE : SEV_STATUS_SUCCESS);
        hypervisor_assert_state(paddr, refused ? reclaims[i].before : reclaims[i].after, __FILE__,
                                __LINE__);
    }
}

static void what_the_firmware_needs_is_not_reclaimed(void **state)
{
    (void)state;
    hypervisor_to_init();
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.table), INVALID_PAGE_STATE);
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.table + HYPERVISOR_TABLE_BYTES - DRAM_PAGE_BYTES),
                  INVALID_PAGE_STATE);
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.fixed), INVALID_PAGE_STATE);
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.unowned), INVALID_PAGE_STATE);
}

static void reclaim_names_a_page_s_size(void **state)
{
    (void)state;
    hypervisor_to_init();
    assert_int_equal(snp_page_to_firmware(&hypervisor.rmp, hypervisor.region, true), RMP_SUCCESS);
    hypervisor_give(hypervisor_page(0));
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.region), INVALID_PAGE_SIZE);
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor_page(0) | 1), INVALID_PAGE_SIZE);
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor_page(1) | 1), INVALID_ADDRESS);
    for (uint64_t bit = 2; bit < DRAM_PAGE_BYTES; bit *= 2) {
        assert_status(SNP_OF(PAGE_RECLAIM, hypervisor_page(0) | bit), INVALID_ADDRESS);
    }
    assert_status(SNP_OF(PAGE_RECLAIM, hypervisor.region | 1), SUCCESS);
    assert_page(hypervisor.region + DRAM_PAGE_BYTES, RECLAIM);
    assert_int_equal(snp_page_to_host(&hypervisor.rmp, hypervisor.region, true), RMP_SUCCESS);
    assert_page(hypervisor.region, HYPERVISOR);
}

/** SNP_PAGE_SET_STATE takes pages of 4 KiB only. */
static void pages_become_fixed_one_by_one(void **state)
{
    const struct snp_range_list list = {.num_elements = 1};
    struct snp_page_set_state parameters = {.length = sizeof parameters};
    struct snp_range range = {.page_count = 2};
    uint8_t *bytes;

    (void)state;
    hypervisor_to_init();
    parameters.list_paddr = hypervisor_page(0);
    bytes = suite_at(parameters.list_paddr, DRAM_PAGE_BYTES);
    memcpy(bytes, &list, sizeof list);
    range.base = hypervisor_page(8);
    memcpy(bytes + sizeof list, &range, sizeof range);
    hypervisor_give(hypervisor_page(8));
    assert_status(SNP_RUN(PAGE_SET_STATE, &parameters), INVALID_PAGE_STATE);
    hypervisor_give(hypervisor_page(9));
    assert_status(SNP_RUN(PAGE_SET_STATE, &parameters), SUCCESS);
    assert_page(hypervisor_page(8), HV_FIXED);
    assert_page(hypervisor_page(9), HV_FIXED);
    assert_int_equal(snp_page_to_firmware(&hypervisor.rmp, hypervisor.region, true), RMP_SUCCESS);
    range.base = hypervisor.region;
    memcpy(bytes + sizeof list, &range, sizeof range);
    assert_status(SNP_RUN(PAGE_SET_STATE, &parameters), INVALID_PAGE_SIZE);
    assert_page(hypervisor.region, FIRMWARE);
}

/** Until it is reclaimed, neither software nor RMPUPDATE gets at it. */
static void a_page_of_the_firmware_is_out_of_the_host_s_reach(void **state)
{
    const struct x86_rmp *rmp = &hypervisor.rmp;

    (void)state;
    hypervisor_to_init();
    const uint64_t paddr = hypervisor_page(0);

    assert_true(x86_rmp_host_may_write(rmp, paddr, false));
    hypervisor_give(paddr);
    assert_false(x86_rmp_host_may_write(rmp, paddr, false));
    assert_int_equal(snp_page_to_host(rmp, paddr, false), RMP_FAIL_PERMISSION);
    assert_int_equal(snp_page_to_guest(rmp, paddr, false, 1, 0), RMP_FAIL_PERMISSION);
    assert_status(SNP_OF(PAGE_RECLAIM, paddr), SUCCESS);
    assert_false(x86_rmp_host_may_write(rmp, paddr, false));
    assert_int_equal(snp_page_to_host(rmp, paddr, false), RMP_SUCCESS);
    assert_true(x86_rmp_host_may_write(rmp, paddr, false));
    assert_false(x86_rmp_host_may_write(rmp, hypervisor.table, false));
}

static void a_status_is_written_to_pages_of_the_firmware(void **state)
{
    static const enum x86_rmp_state wrong[] = {
        X86_RMP_HYPERVISOR, X86_RMP_RECLAIM,       X86_RMP_CONTEXT,
        X86_RMP_PRE_GUEST,  X86_RMP_GUEST_INVALID, X86_RMP_GUEST_VALID,
    };
    uint8_t before[sizeof(struct snp_platform_status_page)];

    (void)state;
    hypervisor_to_init();
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const uint64_t paddr = hypervisor_page(i);

        assert_true(hypervisor_make(paddr, wrong[i]));
        memcpy(before, suite_at(paddr, sizeof before), sizeof before);
        assert_status(SNP_OF(PLATFORM_STATUS, paddr), INVALID_PAGE_STATE);
        assert_memory_equal(suite_at(paddr, sizeof before), before, sizeof before);
        hypervisor_assert_state(paddr, wrong[i], __FILE__, __LINE__);
    }
    assert_status(SNP_OF(PLATFORM_STATUS, hypervisor.fixed), INVALID_PAGE_STATE);
    assert_status(SNP_OF(PLATFORM_STATUS, hypervisor.table), INVALID_ADDRESS);
    /* A page that the RMP does not cover is nobody's. */
    assert_status(SNP_OF(PLATFORM_STATUS, hypervisor.unowned), SUCCESS);
    assert_page(hypervisor.unowned, DEFAULT);
    (void)hypervisor_status();
}

/** In UNINIT nobody asks, and nothing becomes of the page. */
static void without_snp_any_page_does(void **state)
{
    (void)state;
    hypervisor_to_uninit();
    assert_int_equal(hypervisor_status().state, SNP_PLATFORM_UNINIT);
    hypervisor_to_init();
    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_status(SNP_OF(PLATFORM_STATUS, hypervisor_page(0)), SUCCESS);
    assert_page(hypervisor_page(0), HYPERVISOR);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reclaim_ends_the_firmware_s_hold),
    cmocka_unit_test(what_the_firmware_needs_is_not_reclaimed),
    cmocka_unit_test(reclaim_names_a_page_s_size),
    cmocka_unit_test(pages_become_fixed_one_by_one),
    cmocka_unit_test(a_page_of_the_firmware_is_out_of_the_host_s_reach),
    cmocka_unit_test(a_status_is_written_to_pages_of_the_firmware),
    cmocka_unit_test(without_snp_any_page_does),
};

PROGRAM_GROUP(pages, tests);
