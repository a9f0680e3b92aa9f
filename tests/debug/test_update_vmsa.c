/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_VMSA (sections 4.20, 10.2): the table of integrity values in the TMR.
 */
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/support.h"

static uint8_t page[SEV_VMSA_BYTES];

static struct sev_launch_update make(uint32_t handle, uint64_t paddr)
{
    return (struct sev_launch_update){.handle = handle, .paddr = paddr, .length = SEV_VMSA_BYTES};
}

/** The entry, byte by byte, where the layout says that it is. */
static void the_entry_is_where_the_cpu_looks(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_equal(vmsa_table()[i].state, VMSA_ENTRY_FREE);
    }
    guest = es_launch();
    for (uint32_t i = 0; i < 12; i++) {
        const uint64_t paddr = suite_slot(i % 4) + i * (uint64_t)SEV_VMSA_BYTES;

        vmsa_make(guest, paddr, page);
        struct vmsa_entry expected = {
            .paddr = paddr, .handle = guest.handle, .state = VMSA_ENTRY_USED};

        vmsa_value(guest.handle, paddr, page, expected.value);
        assert_non_null(find_vmsa(paddr));
        assert_memory_equal(find_vmsa(paddr), &expected, sizeof expected);
        assert_memory_equal(&vmsa_table()[VMSA_TABLE_SLOT(paddr)], &expected, sizeof expected);
        assert_guest_memory(guest.asid, 0, paddr, page, sizeof page);
        assert_int_equal(vmsa_count(), i + 1);
    }
    tear_down(guest.handle);
    assert_int_equal(vmsa_count(), 0);
}

/** Address 0 is an address like any other, although free entries hold it. */
static void a_vmsa_may_be_at_address_zero(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, suite_slot(0), NULL);
    vmsa_make(guest, 0, page);
    assert_vmsa(guest.handle, 0, page);
    assert_int_equal(vmsa_count(), 2);
    (void)es_run(guest);
    assert_status(vmsa_send(guest, 0), SUCCESS);
}

static void a_page_that_is_known_gets_a_new_value(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, suite_slot(0), page);
    vmsa_make(guest, suite_slot(0), page);
    assert_vmsa(guest.handle, suite_slot(0), page);
    assert_int_equal(vmsa_count(), 1);
}

static void only_es_guests_have_vmsas(void **state)
{
    struct sev_launch_update parameters;

    (void)state;
    to_init_es();
    parameters = make(launch_active(0), suite_slot(0));
    assert_unmoved(LAUNCH_UPDATE_VMSA, &parameters, POLICY_FAILURE);
    /* The policy comes before activity and lengths. */
    parameters = make(launch(SEV_POLICY_NODBG), suite_slot(0));
    parameters.length = 0;
    assert_unmoved(LAUNCH_UPDATE_VMSA, &parameters, POLICY_FAILURE);
}

static void a_vmsa_is_one_page(void **state)
{
    static const uint32_t lengths[] = {0, 16, 0x800, 0xFFF, 0x1001, 0x2000, UINT32_MAX};
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    const uint64_t addresses[] = {
        suite_slot(0) + 16,
        suite_slot(0) + 0x800,
        suite.low_end,
        suite.high_base - SEV_VMSA_BYTES,
        suite.high_end,
        suite.tmr,
        suite.tmr + SEV_TMR_BYTES - SEV_VMSA_BYTES,
        UINT64_MAX & ~0xFFFull,
        suite.board.command_paddr,
    };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sev_launch_update parameters = make(guest.handle, suite_slot(0));

        parameters.length = lengths[i];
        assert_unmoved(LAUNCH_UPDATE_VMSA, &parameters, INVALID_LENGTH);
    }
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct sev_launch_update parameters = make(guest.handle, addresses[i]);

        assert_unmoved(LAUNCH_UPDATE_VMSA, &parameters, INVALID_ADDRESS);
    }
}

/** The x86 side must not see the table, and its end leaves nothing. */
static void shutdown_wipes_the_table(void **state)
{
    static const uint8_t zeros[SEV_TMR_BYTES];
    struct debug_guest guest;
    uint8_t read[16];

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, suite_slot(0), page);
    assert_int_equal(memory_controller_read(&suite.board.memory, 0, suite.tmr, read, sizeof read),
                     MEMORY_CONTROLLER_PROTECTED);
    assert_status(RUN_PLAIN(SHUTDOWN), SUCCESS);
    assert_memory_equal(vmsa_table(), zeros, sizeof zeros);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_entry_is_where_the_cpu_looks),
    cmocka_unit_test(a_vmsa_may_be_at_address_zero),
    cmocka_unit_test(a_page_that_is_known_gets_a_new_value),
    cmocka_unit_test(only_es_guests_have_vmsas),
    cmocka_unit_test(a_vmsa_is_one_page),
    cmocka_unit_test(shutdown_wipes_the_table),
};

PROGRAM_GROUP(update_vmsa, tests);
