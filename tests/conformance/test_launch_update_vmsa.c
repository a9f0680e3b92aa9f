/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-ES: LAUNCH_UPDATE_VMSA, SEND_UPDATE_VMSA, RECEIVE_UPDATE_VMSA and the integrity values in the
 * TMR (sections 4.20, 4.26, 4.29, 10).
 */
#include <string.h>

#include "host/lib/vmsa.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"
#include "tests/conformance/migration.h"

static uint8_t page[SEV_VMSA_BYTES];

/** The table in the TMR, as the CPU's own hardware sees it. */
static struct vmsa_entry *table(void)
{
    return suite_at(suite.tmr, SEV_TMR_BYTES);
}

/** Looks a page up as the CPU does. */
static const struct vmsa_entry *look_up(uint64_t paddr)
{
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        const struct vmsa_entry *entry =
            &table()[(VMSA_TABLE_SLOT(paddr) + i) % VMSA_TABLE_ENTRIES];

        if (entry->state == VMSA_ENTRY_FREE) {
            return NULL;
        }
        if (entry->state == VMSA_ENTRY_USED && entry->paddr == paddr) {
            return entry;
        }
    }
    return NULL;
}

static void assert_recorded(uint64_t paddr, uint32_t handle, const uint8_t *plaintext)
{
    const struct vmsa_entry *entry = look_up(paddr);
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    assert_non_null(entry);
    assert_true(vmsa_compute(suite_memory(), paddr, handle, plaintext, value));
    assert_int_equal(entry->handle, handle);
    assert_memory_equal(entry->value, value, sizeof value);
}

/** LAUNCH_UPDATE_VMSA of PAGE at an address. */
static int update(uint32_t handle, uint64_t paddr)
{
    struct sev_launch_update parameters = {
        .handle = handle, .paddr = paddr, .length = SEV_VMSA_BYTES};

    memcpy(suite_at(paddr, sizeof page), page, sizeof page);
    return RUN(LAUNCH_UPDATE_VMSA, &parameters);
}

static void vmsa_is_encrypted_measured_and_recorded(void **state)
{
    static uint8_t launched[3 * SEV_VMSA_BYTES];
    struct owned_guest guest;

    (void)state;
    to_init_es();
    owned_launch(&guest, SEV_POLICY_ES);
    const uint32_t asid = activate(guest.handle);
    const uint32_t other = activate(launch(SEV_POLICY_ES));

    assert_true(asid < suite.machine.min_sev_asid);
    for (unsigned i = 0; i < 3; i++) {
        const uint64_t paddr = suite_slot(3 + i);

        fill(page, sizeof page, i);
        memcpy(launched + i * sizeof page, page, sizeof page);
        assert_status(update(guest.handle, paddr), SUCCESS);
        assert_guest_memory(asid, other, paddr, page, sizeof page);
        assert_recorded(paddr, guest.handle, page);
    }
    owned_measure(&guest, launched, sizeof launched);
    owner_close(&guest.owner);
}

static void guest_without_es_is_policy_failure(void **state)
{
    (void)state;
    to_init_es();
    struct sev_launch_update parameters = {
        .handle = launch_active(0), .paddr = suite_slot(0), .length = SEV_VMSA_BYTES};

    assert_refused(LAUNCH_UPDATE_VMSA, &parameters, POLICY_FAILURE);
    struct owner origin;

    assert_true(owner_open(&origin, 0));
    struct sev_packet packet = {.handle = receive(&origin)};

    assert_refused(RECEIVE_UPDATE_VMSA, &packet, POLICY_FAILURE);
    packet.handle = guest_in_state(SEV_GUEST_SUPDATE, true);
    assert_refused(SEND_UPDATE_VMSA, &packet, POLICY_FAILURE);
    owner_close(&origin);
}

/** A guest in SUPDATE with a VMSA in slot 3, and the target whose session is open. */
static struct sev_packet begin_send(struct owner *target)
{
    struct sev_measurement measurement;
    struct sev_send_start start;

    assert_true(owner_open(target, SEV_POLICY_ES));
    const uint32_t handle = launch_active(SEV_POLICY_ES);

    fill(page, sizeof page, 21);
    assert_status(update(handle, suite_slot(3)), SUCCESS);
    measure(handle, &measurement);
    finish(handle);
    prepare_send_to(handle, target, &start);
    assert_status(RUN(SEND_START, &start), SUCCESS);
    open_session(target);
    return (struct sev_packet){
        .handle = handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof(struct sev_packet_header),
        .guest_paddr = suite_slot(3),
        .guest_length = SEV_VMSA_BYTES,
        .trans_paddr = suite_slot(2),
        .trans_length = SEV_VMSA_BYTES,
    };
}

static void vmsa_is_sent(void **state)
{
    static uint8_t received[SEV_VMSA_BYTES];
    struct owner target;

    (void)state;
    to_init_es();
    struct sev_packet packet = begin_send(&target);

    assert_status(RUN(SEND_UPDATE_VMSA, &packet), SUCCESS);
    open_packet(&target, SEV_MAC_CONTEXT_SEND_VMSA, suite_at(suite_slot(0), 0x34),
                suite_at(suite_slot(2), sizeof received), sizeof received, received);
    assert_memory_equal(received, page, sizeof page);
    owner_close(&target);
}

/** What the host did to a VMSA does not leave the platform (section 10.2). */
static void changed_vmsa_is_bad_measurement(void **state)
{
    struct owner target;

    (void)state;
    to_init_es();
    struct sev_packet packet = begin_send(&target);
    uint8_t *byte = suite_at(suite_slot(3) + 0x123, 1);

    *byte ^= 1;
    assert_refused(SEND_UPDATE_VMSA, &packet, BAD_MEASUREMENT);
    *byte ^= 1;
    packet.guest_paddr = suite_slot(4); /* a page that is no VMSA */
    assert_refused(SEND_UPDATE_VMSA, &packet, BAD_MEASUREMENT);
    packet.guest_paddr = suite_slot(3);
    assert_status(RUN(SEND_UPDATE_VMSA, &packet), SUCCESS);
    owner_close(&target);
}

static void vmsa_is_received(void **state)
{
    struct sev_packet_header *header = suite_at(suite_slot(0), sizeof *header);
    struct owner origin;

    (void)state;
    to_init_es();
    assert_true(owner_open(&origin, SEV_POLICY_ES));
    const uint32_t handle = receive(&origin);
    const uint32_t asid = activate(handle);
    struct sev_packet packet = {
        .handle = handle,
        .hdr_paddr = suite_slot(0),
        .hdr_length = sizeof *header,
        .guest_paddr = suite_slot(1) | 1ull << suite.machine.c_bit,
        .guest_length = SEV_VMSA_BYTES,
        .trans_paddr = suite_slot(2),
        .trans_length = SEV_VMSA_BYTES,
    };
    struct sev_packet wrong = packet;

    fill(page, sizeof page, 33);
    seal_packet(&origin, SEV_MAC_CONTEXT_SEND_DATA, page, sizeof page, header,
                suite_at(suite_slot(2), sizeof page));
    assert_refused(RECEIVE_UPDATE_VMSA, &wrong, BAD_MEASUREMENT); /* data is no VMSA */
    seal_packet(&origin, SEV_MAC_CONTEXT_SEND_VMSA, page, sizeof page, header,
                suite_at(suite_slot(2), sizeof page));
    assert_refused(RECEIVE_UPDATE_DATA, &wrong, BAD_MEASUREMENT); /* nor the other way */
    header->flags = 2;
    assert_refused(RECEIVE_UPDATE_VMSA, &wrong, INVALID_PARAM);
    header->flags = SEV_PACKET_FLAG_COMPRESSED;
    assert_refused(RECEIVE_UPDATE_VMSA, &wrong, UNSUPPORTED);
    header->flags = 0;
    assert_status(RUN(RECEIVE_UPDATE_VMSA, &packet), SUCCESS);
    assert_guest_memory(asid, 0, suite_slot(1), page, sizeof page);
    assert_recorded(suite_slot(1), handle, page);
    assert_refused(RECEIVE_UPDATE_VMSA, &packet, INVALID_ADDRESS); /* It is a VMSA already. */
    assert_recorded(suite_slot(1), handle, page);
    packet.guest_paddr = suite_slot(3); /* Packets have no number that would tell. */
    assert_status(RUN(RECEIVE_UPDATE_VMSA, &packet), SUCCESS);
    owner_close(&origin);
}

/** Entries of a guest go with it; all of them go with SHUTDOWN, and INIT begins with none. */
static void entries_go_with_their_guest(void **state)
{
    (void)state;
    to_init_es();
    const uint32_t first = launch_active(SEV_POLICY_ES);
    const uint32_t second = launch_active(SEV_POLICY_ES);

    assert_status(update(first, suite_slot(0)), SUCCESS);
    assert_status(update(second, suite_slot(1)), SUCCESS);
    tear_down(first);
    assert_null(look_up(suite_slot(0)));
    assert_non_null(look_up(suite_slot(1)));
    to_uninit();
    for (uint32_t i = 0; i < SEV_TMR_BYTES; i++) {
        assert_int_equal(((const uint8_t *)table())[i], 0);
    }
    memset(table(), 0x01, SEV_TMR_BYTES);
    to_init_es();
    assert_null(look_up(suite_slot(1)));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(vmsa_is_encrypted_measured_and_recorded),
    cmocka_unit_test(guest_without_es_is_policy_failure),
    cmocka_unit_test(vmsa_is_sent),
    cmocka_unit_test(changed_vmsa_is_bad_measurement),
    cmocka_unit_test(vmsa_is_received),
    cmocka_unit_test(entries_go_with_their_guest),
};
TEST_GROUP(launch_update_vmsa, tests);
