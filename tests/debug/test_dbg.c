/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBG_DECRYPT and DBG_ENCRYPT (section 4.31).
 */
#include <string.h>

#include "tests/debug/groups.h"
#include "tests/debug/support.h"

#define GUEST_SLOT 0u
#define HOST_SLOT 2u

static uint8_t data[0x3000];
static uint8_t seen[sizeof data];

static struct debug_guest make_guest(uint32_t policy)
{
    struct debug_guest guest;

    to_init();
    guest.handle = launch_active(policy);
    guest.asid = guest_status(guest.handle).asid;
    return guest;
}

static int debug(uint32_t id, uint32_t handle, uint64_t from, uint64_t to, uint32_t length)
{
    struct sev_dbg parameters = {
        .handle = handle, .src_paddr = from, .dst_paddr = to, .length = length};

    return suite_run(id, &parameters, sizeof parameters);
}

static void all_alignments(void **state)
{
    static const uint32_t places[] = {0x000, 0x010, 0x7F0, 0xFF0};
    static const uint32_t lengths[] = {0x10, 0x30, 0x1000, 0x1010, 0x2FF0};
    const struct debug_guest guest = make_guest(0);
    const size_t count = sizeof places / sizeof places[0];

    (void)state;
    for (size_t i = 0; i < count * count * sizeof lengths / sizeof lengths[0]; i++) {
        const uint64_t in_guest = suite_slot(GUEST_SLOT) + 0x1000 + places[i % count];
        const uint64_t in_host = suite_slot(HOST_SLOT) + 0x1000 + places[i / count % count];
        const uint32_t length = lengths[i / count / count];
        uint8_t *host = suite_at(in_host - 16, length + 32);

        fill(data, length, (unsigned)i);
        memset(host, SUITE_PATTERN, length + 32);
        guest_write(guest.asid, in_guest, data, length);
        assert_status(debug(SEV_COMMAND_DBG_DECRYPT, guest.handle, in_guest, in_host, length),
                      SUCCESS);
        assert_memory_equal(host + 16, data, length);
        assert_int_equal(host[15], SUITE_PATTERN);
        assert_int_equal(host[length + 16], SUITE_PATTERN);

        fill(host + 16, length, (unsigned)i + 1000);
        assert_status(debug(SEV_COMMAND_DBG_ENCRYPT, guest.handle, in_host, in_guest, length),
                      SUCCESS);
        guest_read(guest.asid, in_guest, seen, length);
        assert_memory_equal(seen, host + 16, length);
    }
}

static void lengths_and_addresses_are_checked(void **state)
{
    static const uint32_t lengths[] = {0, 1, 15, 17, 0x1001, UINT32_MAX};
    static const uint32_t ids[] = {SEV_COMMAND_DBG_DECRYPT, SEV_COMMAND_DBG_ENCRYPT};
    const struct debug_guest guest = make_guest(0);
    const struct sev_dbg good = {
        .handle = guest.handle,
        .src_paddr = suite_slot(GUEST_SLOT),
        .dst_paddr = suite_slot(HOST_SLOT),
        .length = 0x40,
    };
    const uint64_t bad[] = {
        suite_slot(4) + 1,         suite_slot(4) + 8,     suite.low_end - 0x30,
        suite.high_base - 0x10,    suite.high_end - 0x30, UINT64_MAX & ~0xFull,
        suite.board.command_paddr,
    };

    (void)state;
    for (size_t command = 0; command < 2; command++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            struct sev_dbg parameters = good;

            parameters.length = lengths[i];
            debug_refuse(ids[command], &parameters, sizeof parameters, NULL,
                         SEV_STATUS_INVALID_LENGTH, __FILE__, __LINE__);
        }
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            struct sev_dbg parameters = good;

            parameters.src_paddr = bad[i];
            debug_refuse(ids[command], &parameters, sizeof parameters, NULL,
                         SEV_STATUS_INVALID_ADDRESS, __FILE__, __LINE__);
            parameters = good;
            parameters.dst_paddr = bad[i];
            debug_refuse(ids[command], &parameters, sizeof parameters, NULL,
                         SEV_STATUS_INVALID_ADDRESS, __FILE__, __LINE__);
        }
        for (uint64_t distance = 0; distance < 0x40; distance += 0x10) {
            struct sev_dbg parameters = good;

            parameters.dst_paddr = good.src_paddr + distance;
            debug_refuse(ids[command], &parameters, sizeof parameters, NULL,
                         SEV_STATUS_INVALID_ADDRESS, __FILE__, __LINE__);
        }
    }
}

/** NODBG comes before activity, lengths and addresses; no other bit of the policy matters. */
static void the_policy_decides(void **state)
{
    (void)state;
    for (uint32_t policy = 0; policy < 0x40; policy++) {
        struct sev_dbg parameters = {
            .src_paddr = suite_slot(GUEST_SLOT), .dst_paddr = suite_slot(HOST_SLOT), .length = 16};

        if ((policy & SEV_POLICY_ES) != 0) {
            continue;
        }
        to_init();
        parameters.handle = launch(policy);
        if ((policy & SEV_POLICY_NODBG) != 0) {
            assert_unmoved(DBG_DECRYPT, &parameters, POLICY_FAILURE);
            assert_unmoved(DBG_ENCRYPT, &parameters, POLICY_FAILURE);
        } else {
            assert_unmoved(DBG_DECRYPT, &parameters, INACTIVE);
            assert_unmoved(DBG_ENCRYPT, &parameters, INACTIVE);
        }
        (void)activate(parameters.handle);
        if ((policy & SEV_POLICY_NODBG) != 0) {
            parameters.length = 0;
            assert_unmoved(DBG_DECRYPT, &parameters, POLICY_FAILURE);
            assert_unmoved(DBG_ENCRYPT, &parameters, POLICY_FAILURE);
        } else {
            assert_status(RUN(DBG_DECRYPT, &parameters), SUCCESS);
            assert_status(RUN(DBG_ENCRYPT, &parameters), SUCCESS);
        }
    }
}

static void every_state_but_sent_can_be_debugged(void **state)
{
    (void)state;
    for (uint32_t guest_state = SEV_GUEST_LUPDATE; guest_state < SEV_GUEST_SENT; guest_state++) {
        to_init();
        const uint32_t handle = guest_in_state((enum sev_guest_state)guest_state, true);
        const uint32_t asid = guest_status(handle).asid;

        fill(data, 64, guest_state);
        guest_write(asid, suite_slot(GUEST_SLOT), data, 64);
        assert_status(debug(SEV_COMMAND_DBG_DECRYPT, handle, suite_slot(GUEST_SLOT),
                            suite_slot(HOST_SLOT), 64),
                      SUCCESS);
        assert_memory_equal(suite_at(suite_slot(HOST_SLOT), 64), data, 64);
        assert_int_equal(guest_status(handle).state, guest_state);
    }
}

/** What a debugger writes to a VMSA is the VMSA's new content. */
static void a_debugged_vmsa_can_be_sent(void **state)
{
    static const struct {
        uint32_t offset;
        uint32_t length;
    } writes[] = {{0, 16}, {0xFF0, 16}, {0x100, 0x200}, {0, 0x1000}, {0xF80, 0x100}, {0, 0x2000}};
    static uint8_t pages[2 * SEV_VMSA_BYTES];
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, suite_slot(GUEST_SLOT), pages);
    vmsa_make(guest, suite_slot(GUEST_SLOT) + SEV_VMSA_BYTES, pages + SEV_VMSA_BYTES);
    (void)es_run(guest);
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        uint8_t *bytes = suite_at(suite_slot(HOST_SLOT), writes[i].length);

        fill(bytes, writes[i].length, (unsigned)i);
        memcpy(pages + writes[i].offset, bytes, writes[i].length);
        assert_status(debug(SEV_COMMAND_DBG_ENCRYPT, guest.handle, suite_slot(HOST_SLOT),
                            suite_slot(GUEST_SLOT) + writes[i].offset, writes[i].length),
                      SUCCESS);
        assert_vmsa(guest.handle, suite_slot(GUEST_SLOT), pages);
        assert_vmsa(guest.handle, suite_slot(GUEST_SLOT) + SEV_VMSA_BYTES, pages + SEV_VMSA_BYTES);
        assert_int_equal(vmsa_count(), 2);
    }
    assert_status(debug(SEV_COMMAND_DBG_DECRYPT, guest.handle, suite_slot(GUEST_SLOT),
                        suite_slot(HOST_SLOT), sizeof pages),
                  SUCCESS);
    assert_memory_equal(suite_at(suite_slot(HOST_SLOT), sizeof pages), pages, sizeof pages);
    assert_status(vmsa_send(guest, suite_slot(GUEST_SLOT)), SUCCESS);
    assert_status(vmsa_send(guest, suite_slot(GUEST_SLOT) + SEV_VMSA_BYTES), SUCCESS);
    /* Without the firmware's help the page is spoilt. */
    fill(data, 16, 99);
    guest_write(guest.asid, suite_slot(GUEST_SLOT), data, 16);
    assert_status(vmsa_send(guest, suite_slot(GUEST_SLOT)), BAD_MEASUREMENT);
}

/** What is written to a part of a VMSA that the host has changed is there, but it is no VMSA yet. */
static void dbg_encrypt_of_a_part_does_not_heal_a_vmsa(void **state)
{
    static uint8_t page[SEV_VMSA_BYTES];
    const uint64_t paddr = suite_slot(GUEST_SLOT);
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, paddr, page);
    (void)es_run(guest);
    guest_read(guest.asid, paddr, page, sizeof page);
    *(uint8_t *)suite_at(paddr + 0x123, 1) ^= 1;
    fill(suite_at(suite_slot(HOST_SLOT), sizeof page), sizeof page, 5);
    assert_status(
        debug(SEV_COMMAND_DBG_ENCRYPT, guest.handle, suite_slot(HOST_SLOT), paddr + 0x800, 0x100),
        SUCCESS);
    guest_read(guest.asid, paddr + 0x800, data, 0x100);
    assert_memory_equal(data, suite_at(suite_slot(HOST_SLOT), 0x100), 0x100);
    assert_status(vmsa_send(guest, paddr), BAD_MEASUREMENT);
    /* All of the page is another matter: nothing is left of what the host wrote. */
    assert_status(
        debug(SEV_COMMAND_DBG_ENCRYPT, guest.handle, suite_slot(HOST_SLOT), paddr, sizeof page),
        SUCCESS);
    assert_status(vmsa_send(guest, paddr), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_alignments),
    cmocka_unit_test(lengths_and_addresses_are_checked),
    cmocka_unit_test(the_policy_decides),
    cmocka_unit_test(every_state_but_sent_can_be_debugged),
    cmocka_unit_test(a_debugged_vmsa_can_be_sent),
    cmocka_unit_test(dbg_encrypt_of_a_part_does_not_heal_a_vmsa),
};

PROGRAM_GROUP(dbg, tests);
