/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests and their context pages (SNP 2.5 to 2.8): what a context is, what is none, what a guest's end
 * leaves.
 */
#include <string.h>

#include "tests/hypervisor/guest.h"

#define CONTEXTS 24u /**< More than the firmware keeps in its own memory. */

static void contexts_are_pages_of_the_firmware(void **state)
{
    (void)state;
    hypervisor_to_init();
    for (unsigned i = 0; i < CONTEXTS; i++) {
        assert_status(SNP_OF(GCTX_CREATE, hypervisor_page(i)), INVALID_PAGE_STATE);
        (void)hypervisor_create(hypervisor_page(i));
        assert_page(hypervisor_page(i), CONTEXT);
        assert_status(SNP_OF(GCTX_CREATE, hypervisor_page(i)), INVALID_PAGE_STATE);
    }
    assert_int_equal(hypervisor_status().guest_count, CONTEXTS);
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const struct snp_guest_status_page status = guest_status_of(hypervisor_page(i));

        assert_int_equal(status.state, SNP_GUEST_INIT);
        assert_int_equal(status.asid, 0);
        assert_int_equal(status.policy, 0);
    }
}

static void an_ended_guest_leaves_a_page_of_the_firmware(void **state)
{
    (void)state;
    hypervisor_to_init();
    const uint64_t gctx = hypervisor_create(hypervisor_page(0));

    assert_status(SNP_OF(DECOMMISSION, gctx), SUCCESS);
    assert_page(gctx, FIRMWARE);
    assert_int_equal(hypervisor_status().guest_count, 0);
    assert_status(SNP_OF(DECOMMISSION, gctx), INVALID_GUEST);
    hypervisor_take(gctx);
    assert_page(gctx, HYPERVISOR);
    (void)hypervisor_create(gctx);
    assert_int_equal(guest_status_of(gctx).state, SNP_GUEST_INIT);
}

/** Other contexts are used meanwhile, so that the page counts and not a copy of it. */
static void a_changed_or_older_page_is_no_guest(void **state)
{
    uint8_t old[DRAM_PAGE_BYTES];

    (void)state;
    hypervisor_to_init();
    const uint64_t gctx = hypervisor_create(hypervisor_page(0));
    uint8_t *bytes = suite_at(gctx, DRAM_PAGE_BYTES);

    for (unsigned i = 1; i < CONTEXTS; i++) {
        (void)hypervisor_create(hypervisor_page(i));
    }
    memcpy(old, bytes, sizeof old);
    bytes[0x80] ^= 1;
    assert_status(SNP_OF(DECOMMISSION, gctx), INVALID_GUEST);
    bytes[0x80] ^= 1;
    assert_status(SNP_OF(DECOMMISSION, gctx), SUCCESS);
    hypervisor_take(gctx);
    (void)hypervisor_create(gctx);
    for (unsigned i = 1; i < CONTEXTS; i++) {
        assert_int_equal(guest_status_of(hypervisor_page(i)).state, SNP_GUEST_INIT);
    }
    memcpy(bytes, old, sizeof old);
    assert_status(SNP_OF(DECOMMISSION, gctx), INVALID_GUEST);
}

static void a_shutdown_ends_all_guests(void **state)
{
    (void)state;
    hypervisor_to_init();
    const uint64_t gctx = hypervisor_create(hypervisor_page(0));

    assert_status(SNP_PLAIN(SHUTDOWN), SUCCESS);
    assert_int_equal(hypervisor_status().guest_count, 0);
    assert_status(hypervisor_init_ex(0), SUCCESS);
    assert_page(gctx, FIRMWARE);
    assert_status(SNP_OF(DECOMMISSION, gctx), INVALID_GUEST);
    hypervisor_flush();
}

static void guests_before_their_launch_are_not_activated(void **state)
{
    struct snp_activate parameters = {.asid = 1};

    (void)state;
    hypervisor_to_init();
    parameters.gctx_paddr = hypervisor_create(hypervisor_page(0));
    assert_status(SNP_RUN(ACTIVATE, &parameters), INVALID_GUEST_STATE);
    assert_int_equal(guest_status_of(parameters.gctx_paddr).asid, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(contexts_are_pages_of_the_firmware),
    cmocka_unit_test(an_ended_guest_leaves_a_page_of_the_firmware),
    cmocka_unit_test(a_changed_or_older_page_is_no_guest),
    cmocka_unit_test(a_shutdown_ends_all_guests),
    cmocka_unit_test(guests_before_their_launch_are_not_activated),
};

PROGRAM_GROUP(guests, tests);
