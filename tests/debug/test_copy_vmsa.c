/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY of VMSA pages (sections 4.17, 10.2): a page that moves whole takes its integrity value along.
 */
#include <string.h>

#include "host/lib/vmsa.h"

#include "tests/debug/groups.h"
#include "tests/debug/support.h"

static uint8_t first[SEV_VMSA_BYTES];
static uint8_t second[SEV_VMSA_BYTES];

/** Addresses in an area of 16 pages. */
static uint64_t page_at(uint32_t index)
{
    return suite_slot(0) + (uint64_t)index * SEV_VMSA_BYTES;
}

static int copy(struct debug_guest guest, uint64_t from, uint64_t to, uint32_t length)
{
    struct sev_copy parameters = {
        .handle = guest.handle, .length = length, .src_paddr = from, .dst_paddr = to};

    return RUN(COPY, &parameters);
}

static void a_moved_vmsa_is_one_at_its_new_place(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    (void)es_run(guest);
    assert_status(copy(guest, page_at(0), page_at(5), SEV_VMSA_BYTES), SUCCESS);
    assert_no_vmsa(page_at(0));
    assert_vmsa(guest.handle, page_at(5), first);
    assert_int_equal(vmsa_count(), 1);
    /* And back, to a page whose entry was removed. */
    assert_status(copy(guest, page_at(5), page_at(0), SEV_VMSA_BYTES), SUCCESS);
    assert_vmsa(guest.handle, page_at(0), first);
    assert_status(copy(guest, page_at(0), page_at(9), SEV_VMSA_BYTES), SUCCESS);
    assert_status(vmsa_send(guest, page_at(9)), SUCCESS);
    assert_status(vmsa_send(guest, page_at(0)), BAD_MEASUREMENT);
}

/** Moving does not make a VMSA valid that the host has changed. */
static void a_vmsa_that_was_changed_stays_changed_when_it_moves(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    (void)es_run(guest);
    *(uint8_t *)suite_at(page_at(0) + 0x123, 1) ^= 1;
    assert_status(copy(guest, page_at(0), page_at(5), SEV_VMSA_BYTES), SUCCESS);
    assert_status(copy(guest, page_at(5), page_at(0), SEV_VMSA_BYTES), SUCCESS);
    assert_status(vmsa_send(guest, page_at(0)), BAD_MEASUREMENT);
}

static void all_vmsas_of_a_range_move(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(1), first);
    vmsa_make(guest, page_at(3), second);
    /* From the middle of page 0 to the middle of page 4: pages 1 to 3 are whole. */
    assert_status(copy(guest, page_at(0) + 0x800, page_at(8) + 0x800, 4 * SEV_VMSA_BYTES), SUCCESS);
    assert_no_vmsa(page_at(1));
    assert_no_vmsa(page_at(3));
    assert_vmsa(guest.handle, page_at(9), first);
    assert_vmsa(guest.handle, page_at(11), second);
    assert_int_equal(vmsa_count(), 2);
}

static void parts_of_a_vmsa_do_not_move_it(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    assert_status(copy(guest, page_at(0), page_at(4), SEV_VMSA_BYTES - 16), SUCCESS);
    assert_status(copy(guest, page_at(0) + 16, page_at(4) + 16, SEV_VMSA_BYTES - 16), SUCCESS);
    assert_status(copy(guest, page_at(0), page_at(4) + 16, SEV_VMSA_BYTES), SUCCESS);
    assert_vmsa(guest.handle, page_at(0), first);
    assert_int_equal(vmsa_count(), 1);
    (void)es_run(guest);
    assert_status(vmsa_send(guest, page_at(0)), SUCCESS);
}

/** What lies on a VMSA is no VMSA: its entry does not fit any more. */
static void a_vmsa_that_is_overwritten_is_spoilt(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    assert_status(copy(guest, page_at(2), page_at(0), 16), SUCCESS);
    assert_vmsa(guest.handle, page_at(0), first);
    (void)es_run(guest);
    assert_status(vmsa_send(guest, page_at(0)), BAD_MEASUREMENT);
}

static void a_vmsa_that_moves_onto_another_replaces_it(void **state)
{
    struct debug_guest guest;

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    vmsa_make(guest, page_at(1), second);
    assert_status(copy(guest, page_at(0), page_at(1), SEV_VMSA_BYTES), SUCCESS);
    assert_no_vmsa(page_at(0));
    assert_vmsa(guest.handle, page_at(1), first);
    assert_int_equal(vmsa_count(), 1);
}

/** While a core runs a VMSA no command takes it, believes it or replaces it. */
static void a_vmsa_that_a_core_runs_is_let_be(void **state)
{
    struct debug_guest guest;
    struct vmsa_run run;
    static uint8_t registers[SEV_VMSA_BYTES];

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    vmsa_make(guest, page_at(1), second);
    assert_int_equal(vmsa_load(&suite.board.memory, guest.asid, page_at(0), registers, &run),
                     VMSA_OK);
    struct sev_launch_update again = {
        .handle = guest.handle, .paddr = page_at(0), .length = SEV_VMSA_BYTES};

    assert_unmoved(LAUNCH_UPDATE_VMSA, &again, INVALID_ADDRESS);
    assert_status(copy(guest, page_at(0), page_at(5), SEV_VMSA_BYTES), SUCCESS);
    assert_no_vmsa(page_at(5));
    (void)es_run(guest);
    assert_status(vmsa_send(guest, page_at(0)), BAD_MEASUREMENT);
    registers[7]++;
    assert_int_equal(vmsa_store(&suite.board.memory, guest.asid, &run, registers), VMSA_OK);
    assert_vmsa(guest.handle, page_at(0), registers);
    assert_vmsa(guest.handle, page_at(1), second);
    assert_status(vmsa_send(guest, page_at(0)), SUCCESS);
}

/** What a core saves for a guest that has ended is lost, and its entry can be used again. */
static void a_guest_that_ends_while_it_runs_leaves_no_vmsa(void **state)
{
    struct debug_guest guest;
    struct vmsa_run run;
    static uint8_t registers[SEV_VMSA_BYTES];

    (void)state;
    to_init_es();
    guest = es_launch();
    vmsa_make(guest, page_at(0), first);
    assert_int_equal(vmsa_load(&suite.board.memory, guest.asid, page_at(0), registers, &run),
                     VMSA_OK);
    tear_down(guest.handle);
    assert_no_vmsa(page_at(0));
    guest = es_launch();
    vmsa_make(guest, page_at(0), second);
    assert_int_equal(vmsa_store(&suite.board.memory, guest.asid, &run, registers), VMSA_UNKNOWN);
    assert_vmsa(guest.handle, page_at(0), second);
    assert_int_equal(vmsa_check(&suite.board.memory, guest.asid, page_at(0), registers), VMSA_OK);
}

static void another_guests_vmsa_stays_where_it_is(void **state)
{
    struct debug_guest guest;
    struct debug_guest other;

    (void)state;
    to_init_es();
    guest = es_launch();
    other = es_launch();
    vmsa_make(other, page_at(0), first);
    assert_status(copy(guest, page_at(0), page_at(4), SEV_VMSA_BYTES), SUCCESS);
    assert_vmsa(other.handle, page_at(0), first);
    assert_no_vmsa(page_at(4));
    (void)es_run(other);
    assert_status(vmsa_send(other, page_at(0)), SUCCESS);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_moved_vmsa_is_one_at_its_new_place),
    cmocka_unit_test(a_vmsa_that_was_changed_stays_changed_when_it_moves),
    cmocka_unit_test(all_vmsas_of_a_range_move),
    cmocka_unit_test(parts_of_a_vmsa_do_not_move_it),
    cmocka_unit_test(a_vmsa_that_is_overwritten_is_spoilt),
    cmocka_unit_test(a_vmsa_that_moves_onto_another_replaces_it),
    cmocka_unit_test(a_vmsa_that_a_core_runs_is_let_be),
    cmocka_unit_test(a_guest_that_ends_while_it_runs_leaves_no_vmsa),
    cmocka_unit_test(another_guests_vmsa_stays_where_it_is),
};

PROGRAM_GROUP(copy_vmsa, tests);
