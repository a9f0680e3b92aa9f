/*
 * LAUNCH_UPDATE_VMSA (sections 4.20, 10.2): the table of integrity values in the TMR.
 */
#include <openssl/sha.h>
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/support.h"

static uint8_t page[SEV_VMSA_BYTES];

static struct sev_launch_update make(uint32_t handle, uint64_t paddr)
{
    return (struct sev_launch_update){.handle = handle, .paddr = paddr, .length = SEV_VMSA_BYTES};
}

/** Fills all free entries with pages that do not exist. */
static void fill_table(void)
{
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        if (vmsa_table()[i].state != VMSA_ENTRY_USED) {
            vmsa_table()[i] = (struct vmsa_entry){
                .paddr = (1ull << 40) + i * 0x1000ull, .handle = 1, .state = VMSA_ENTRY_USED};
        }
    }
}

/** The entry, byte by byte, where the layout says that it is. */
static void the_entry_is_where_the_cpu_looks(void **state)
{
    struct debug_guest guest;
    uint8_t digest[SHA256_DIGEST_LENGTH];

    (void)state;
    to_init_es();
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_equal(vmsa_table()[i].state, VMSA_ENTRY_FREE);
    }
    guest = es_launch();
    for (uint32_t i = 0; i < 12; i++) {
        const uint64_t paddr = suite_slot(i % 4) + i * (uint64_t)SEV_VMSA_BYTES;

        vmsa_make(guest, paddr, page);
        (void)SHA256(page, sizeof page, digest);
        struct vmsa_entry expected = {
            .paddr = paddr, .handle = guest.handle, .state = VMSA_ENTRY_USED};

        memcpy(expected.value, digest, sizeof expected.value);
        assert_non_null(vmsa_find(paddr));
        assert_memory_equal(vmsa_find(paddr), &expected, sizeof expected);
        assert_memory_equal(&vmsa_table()[VMSA_TABLE_SLOT(paddr)], &expected, sizeof expected);
        assert_guest_memory(guest.asid, 0, paddr, page, sizeof page);
        assert_int_equal(vmsa_count(), i + 1);
    }
    tear_down(guest.handle);
    assert_int_equal(vmsa_count(), 0);
}

/** Pages whose entries fall on the same place go to the next ones, around the end of the table. */
static void collisions_go_to_the_next_entry(void **state)
{
    struct debug_guest guest;
    const uint64_t paddr = suite_slot(0);
    const uint32_t slot = VMSA_TABLE_SLOT(paddr);

    (void)state;
    to_init_es();
    guest = es_launch();
    for (uint32_t i = slot; i < VMSA_TABLE_ENTRIES; i++) {
        vmsa_table()[i] = (struct vmsa_entry){
            .paddr = (1ull << 40) + i * 0x1000ull, .handle = 1, .state = VMSA_ENTRY_USED};
    }
    vmsa_table()[0] =
        (struct vmsa_entry){.paddr = 1ull << 41, .handle = 1, .state = VMSA_ENTRY_USED};
    vmsa_make(guest, paddr, page);
    assert_int_equal(vmsa_table()[1].paddr, paddr);
    assert_vmsa(guest.handle, paddr, page);
    /* A removed entry before it is taken first, but only for a page that is not in the table. */
    vmsa_table()[0].state = VMSA_ENTRY_REMOVED;
    (void)es_run(guest);
    assert_status(vmsa_send(guest, paddr), SUCCESS);
    assert_int_equal(vmsa_table()[0].state, VMSA_ENTRY_REMOVED);
}

/** What stands in a removed entry does not count, whoever removed it. */
static void a_removed_entry_is_no_vmsa(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, suite_slot(0), page);
    (void)es_run(guest);
    assert_status(vmsa_send(guest, suite_slot(0)), SUCCESS);
    vmsa_table()[VMSA_TABLE_SLOT(suite_slot(0))].state = VMSA_ENTRY_REMOVED;
    assert_status(vmsa_send(guest, suite_slot(0)), BAD_MEASUREMENT);
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
    /* Even when there is no room for another one. */
    fill_table();
    vmsa_make(guest, suite_slot(0), page);
    assert_vmsa(guest.handle, suite_slot(0), page);
}

static void a_full_table_takes_no_page(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    struct sev_launch_update parameters = make(guest.handle, suite_slot(0));

    fill_table();
    assert_unmoved(LAUNCH_UPDATE_VMSA, &parameters, RESOURCE_LIMIT);
    /* The launch digest is as before: the guest's is that of nothing. */
    vmsa_table()[VMSA_TABLE_ENTRIES - 1].state = VMSA_ENTRY_REMOVED;
    vmsa_make(guest, suite_slot(0), page);
    assert_int_equal(vmsa_table()[VMSA_TABLE_ENTRIES - 1].paddr, suite_slot(0));
    struct sev_measurement measurement;
    struct sev_attestation attestation = {.handle = guest.handle,
                                          .report_paddr = suite_slot(5),
                                          .length = sizeof(struct sev_attestation_report)};
    uint8_t digest[SHA256_DIGEST_LENGTH];

    measure(guest.handle, &measurement);
    assert_status(RUN(ATTESTATION, &attestation), SUCCESS);
    (void)SHA256(page, sizeof page, digest);
    assert_memory_equal(
        ((const struct sev_attestation_report *)suite_at(suite_slot(5), 0xD0))->launch_digest,
        digest, sizeof digest);
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
    cmocka_unit_test(collisions_go_to_the_next_entry),
    cmocka_unit_test(a_removed_entry_is_no_vmsa),
    cmocka_unit_test(a_vmsa_may_be_at_address_zero),
    cmocka_unit_test(a_page_that_is_known_gets_a_new_value),
    cmocka_unit_test(a_full_table_takes_no_page),
    cmocka_unit_test(only_es_guests_have_vmsas),
    cmocka_unit_test(a_vmsa_is_one_page),
    cmocka_unit_test(shutdown_wipes_the_table),
};

PROGRAM_GROUP(update_vmsa, tests);
