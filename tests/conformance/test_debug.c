/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBG_DECRYPT, DBG_ENCRYPT and COPY (sections 4.17, 4.31, 11.2).
 */
#include <string.h>

#include "host/lib/vmsa.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

static uint8_t plaintext[0x5000];

/** Odd regions: a block, across pages, several pages. */
static const struct {
    uint32_t source;
    uint32_t destination;
    uint32_t length;
} regions[] = {
    {0, 0, 16}, {0x10, 0xFF0, 0x20}, {0xFF0, 0x10, 0x40}, {0, 0x30, 0x1000}, {0x20, 0x7F0, 0x4000},
};

static void guest_memory_is_decrypted(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);

    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        const uint64_t source = suite_slot(1) + regions[i].source;
        const uint64_t destination = suite_slot(2) + regions[i].destination;
        struct sev_dbg parameters = {.handle = handle,
                                     .src_paddr = source,
                                     .dst_paddr = destination,
                                     .length = regions[i].length};

        fill(plaintext, regions[i].length, (unsigned)i);
        guest_write(asid, source, plaintext, regions[i].length);
        assert_status(RUN(DBG_DECRYPT, &parameters), SUCCESS);
        assert_memory_equal(suite_at(destination, regions[i].length), plaintext, regions[i].length);
        assert_guest_memory(asid, 0, source, plaintext, regions[i].length);
    }
}

static void guest_memory_is_encrypted(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);

    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        const uint64_t source = suite_slot(1) + regions[i].source;
        const uint64_t destination = suite_slot(2) + regions[i].destination;
        struct sev_dbg parameters = {.handle = handle,
                                     .src_paddr = source,
                                     .dst_paddr = destination,
                                     .length = regions[i].length};

        fill(plaintext, regions[i].length, (unsigned)i);
        memcpy(suite_at(source, regions[i].length), plaintext, regions[i].length);
        assert_status(RUN(DBG_ENCRYPT, &parameters), SUCCESS);
        assert_memory_equal(suite_at(source, regions[i].length), plaintext, regions[i].length);
        assert_guest_memory(asid, 0, destination, plaintext, regions[i].length);
    }
}

static void nodbg_is_policy_failure(void **state)
{
    (void)state;
    to_init();
    struct sev_dbg parameters = {
        .handle = launch_active(SEV_POLICY_NODBG),
        .src_paddr = suite_slot(1),
        .dst_paddr = suite_slot(2),
        .length = 16,
    };

    assert_refused(DBG_DECRYPT, &parameters, POLICY_FAILURE);
    assert_refused(DBG_ENCRYPT, &parameters, POLICY_FAILURE);
    parameters.length = 0;
    assert_refused(DBG_DECRYPT, &parameters, POLICY_FAILURE);
}

/** COPY works whatever the policy: the host sees no plaintext. */
static void guest_memory_is_copied(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(SEV_POLICY_NODBG);
    const uint32_t asid = activate(handle);

    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        const uint64_t source = suite_slot(1) + regions[i].source;
        const uint64_t destination = suite_slot(2) + regions[i].destination;
        struct sev_copy parameters = {.handle = handle,
                                      .length = regions[i].length,
                                      .src_paddr = source,
                                      .dst_paddr = destination};

        fill(plaintext, regions[i].length, (unsigned)i);
        guest_write(asid, source, plaintext, regions[i].length);
        assert_status(RUN(COPY, &parameters), SUCCESS);
        assert_guest_memory(asid, 0, destination, plaintext, regions[i].length);
        assert_guest_memory(asid, 0, source, plaintext, regions[i].length);
    }
}

/** The table entry of a page, or NULL. */
static const struct vmsa_entry *look_up(uint64_t paddr)
{
    const struct vmsa_entry *table = suite_at(suite.tmr, SEV_TMR_BYTES);

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        if (table[i].state == VMSA_ENTRY_USED && table[i].paddr == paddr) {
            return &table[i];
        }
    }
    return NULL;
}

static uint32_t guest_with_vmsa(uint64_t paddr)
{
    struct sev_launch_update update = {
        .handle = launch_active(SEV_POLICY_ES), .paddr = paddr, .length = SEV_VMSA_BYTES};

    memcpy(suite_at(paddr, SEV_VMSA_BYTES), plaintext, SEV_VMSA_BYTES);
    assert_status(RUN(LAUNCH_UPDATE_VMSA, &update), SUCCESS);
    return update.handle;
}

/** A VMSA that moves takes its integrity value along. */
static void copied_vmsa_stays_a_vmsa(void **state)
{
    (void)state;
    to_init_es();
    fill(plaintext, sizeof plaintext, 60);
    const uint32_t handle = guest_with_vmsa(suite_slot(1));
    struct sev_copy parameters = {.handle = handle,
                                  .length = SEV_VMSA_BYTES,
                                  .src_paddr = suite_slot(1),
                                  .dst_paddr = suite_slot(2)};
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    assert_true(vmsa_compute(suite_memory(), suite_slot(2), handle, plaintext, value));
    assert_status(RUN(COPY, &parameters), SUCCESS);
    assert_null(look_up(suite_slot(1)));
    assert_non_null(look_up(suite_slot(2)));
    assert_memory_equal(look_up(suite_slot(2))->value, value, VMSA_TABLE_VALUE_BYTES);
    parameters.src_paddr = suite_slot(2);
    parameters.dst_paddr = suite_slot(3);
    parameters.length = SEV_VMSA_BYTES - 16; /* not the whole page */
    assert_status(RUN(COPY, &parameters), SUCCESS);
    assert_non_null(look_up(suite_slot(2)));
    assert_null(look_up(suite_slot(3)));
}

/** After DBG_ENCRYPT the value is that of the changed VMSA. */
static void debugged_vmsa_has_a_new_value(void **state)
{
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    (void)state;
    to_init_es();
    fill(plaintext, sizeof plaintext, 61);
    const uint32_t handle = guest_with_vmsa(suite_slot(1));
    struct sev_dbg parameters = {.handle = handle,
                                 .src_paddr = suite_slot(2),
                                 .dst_paddr = suite_slot(1) + 0x230,
                                 .length = 0x20};

    memset(suite_at(suite_slot(2), 0x20), 0xEE, 0x20);
    memset(plaintext + 0x230, 0xEE, 0x20);
    assert_status(RUN(DBG_ENCRYPT, &parameters), SUCCESS);
    assert_true(vmsa_compute(suite_memory(), suite_slot(1), handle, plaintext, value));
    assert_memory_equal(look_up(suite_slot(1))->value, value, VMSA_TABLE_VALUE_BYTES);
    assert_guest_memory(guest_status(handle).asid, 0, suite_slot(1), plaintext, SEV_VMSA_BYTES);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guest_memory_is_decrypted), cmocka_unit_test(guest_memory_is_encrypted),
    cmocka_unit_test(nodbg_is_policy_failure),   cmocka_unit_test(guest_memory_is_copied),
    cmocka_unit_test(copied_vmsa_stays_a_vmsa),  cmocka_unit_test(debugged_vmsa_has_a_new_value),
};
TEST_GROUP(debug, tests);
