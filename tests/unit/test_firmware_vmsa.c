/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of VMSA values: what the firmware puts into it, where, and that it is true for a core
 * that looks at it between any two accesses of the firmware.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/vmsa.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_cpu.h"

#define GUEST 0x401u
#define OTHER 0x402u
#define PAGE(n) (0x10000ull * (n) + 0x3000u) /* The table does not look whether it is DRAM. */
#define COLLIDING 24u                        /**< Pages whose searches all begin in one place. */

static uint8_t page[SEV_VMSA_BYTES];
static uint64_t colliding[COLLIDING];

static int boot(void **state)
{
    (void)board_boot(state);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    return 0;
}

/** Finds pages whose searches begin at the last entries of the table, so that they wrap. */
static int boot_colliding(void **state)
{
    size_t found = 0;

    for (uint64_t paddr = 0x1000; found < COLLIDING; paddr += 0x1000) {
        if (VMSA_TABLE_SLOT(paddr) >= VMSA_TABLE_ENTRIES - 4) {
            colliding[found++] = paddr;
        }
    }
    return boot(state);
}

static void fill_page(uint64_t paddr)
{
    memset(page, (int)(paddr >> 12 & 0xFF), sizeof(page));
    memcpy(page, &paddr, sizeof(paddr));
}

static enum sev_status record(uint32_t handle, uint64_t paddr)
{
    fill_page(paddr);
    const enum sev_status status = vmsa_record(handle, paddr, page);

    /* It is locked until it is written. */
    assert_true(status != SEV_STATUS_SUCCESS || cpu_find(paddr)->state == VMSA_ENTRY_LOCKED);
    assert_true(status != SEV_STATUS_SUCCESS || vmsa_unlock(handle, paddr, NULL));
    return status;
}

/** The page is a VMSA of the guest for the firmware and for a core, with the right value. */
static void assert_vmsa(uint32_t handle, uint64_t paddr)
{
    const struct vmsa_entry *entry = cpu_find(paddr);
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    assert_true(vmsa_is_known(handle, paddr));
    assert_non_null(entry);
    assert_int_equal(entry->handle, handle);
    assert_int_equal(entry->state, VMSA_ENTRY_USED);
    cpu_value(paddr, handle, page, value);
    assert_memory_equal(entry->value, value, sizeof(value));
    assert_true(vmsa_is_intact(handle, paddr, page));
}

static void assert_no_vmsa(uint64_t paddr)
{
    assert_null(cpu_find(paddr));
    assert_false(vmsa_is_known(GUEST, paddr));
    assert_false(vmsa_is_known(OTHER, paddr));
}

/** @return entries in a state */
static uint32_t count(enum vmsa_entry_state state)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        found += cpu_table()[i].state == (uint32_t)state ? 1 : 0;
    }
    return found;
}

/** Vacant entries say nothing. */
static void assert_vacant_entries_are_wiped(void)
{
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        struct vmsa_entry entry = cpu_table()[i];
        static const struct vmsa_entry zeros;
        if (entry.state == VMSA_ENTRY_FREE || entry.state == VMSA_ENTRY_REMOVED) {
            entry.state = 0;
            assert_memory_equal(&entry, &zeros, sizeof(zeros));
        }
    }
}

/** Moves a VMSA as COPY does. @return whether it has moved; else it is what it was */
static bool move(uint32_t handle, uint64_t from, uint64_t to)
{
    enum sev_status status;

    fill_page(from);
    if (!vmsa_lock_intact(handle, from, page)) {
        return false;
    }
    status = vmsa_move(handle, from, to, page);
    assert_true(status == SEV_STATUS_SUCCESS || status == SEV_STATUS_INVALID_ADDRESS);
    assert_true(vmsa_unlock(handle, status == SEV_STATUS_SUCCESS ? to : from, NULL));
    return status == SEV_STATUS_SUCCESS;
}

static bool swap_out(uint32_t handle, uint64_t paddr, uint64_t ticket)
{
    fill_page(paddr);
    return vmsa_lock_intact(handle, paddr, page) && vmsa_swap_out(handle, paddr, ticket);
}

static void entry_is_where_its_search_begins(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_vmsa(GUEST, PAGE(1));
    assert_ptr_equal(cpu_find(PAGE(1)), &cpu_table()[VMSA_TABLE_SLOT(PAGE(1))]);
    assert_int_equal(record(GUEST, 0), SEV_STATUS_SUCCESS); /* An address like any other. */
    assert_vmsa(GUEST, 0);
}

/** The value is of this page at this address for this guest, under a key of the fabric. */
static void value_fits_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_false(vmsa_is_intact(OTHER, PAGE(1), page));
    assert_false(vmsa_is_intact(GUEST, PAGE(2), page));
    page[4095] ^= 1;
    assert_false(vmsa_is_intact(GUEST, PAGE(1), page));
    page[4095] ^= 1;
    cpu_find(PAGE(1))->value[15] ^= 1;
    assert_false(vmsa_is_intact(GUEST, PAGE(1), page));
    cpu_find(PAGE(1))->value[15] ^= 1;
    assert_true(vmsa_is_intact(GUEST, PAGE(1), page));
}

/** One page is never the VMSA of two guests: who recorded it last has it. */
static void page_belongs_to_the_last_guest_that_recorded_it(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(record(OTHER, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(count(VMSA_ENTRY_USED), 1);
    assert_vmsa(OTHER, PAGE(1));
    assert_false(vmsa_is_known(GUEST, PAGE(1)));
    vmsa_forget_guest(GUEST);
    assert_vmsa(OTHER, PAGE(1));
    vmsa_forget_guest(OTHER);
    assert_no_vmsa(PAGE(1));
}

/** Pages are found whatever was taken out before them, and nothing is left when all have gone. */
static void searches_survive_what_is_taken_out(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < COLLIDING; round++) {
        for (uint32_t i = 0; i < COLLIDING; i++) {
            assert_int_equal(record(GUEST + i, colliding[i]), SEV_STATUS_SUCCESS);
        }
        for (uint32_t i = 0; i < COLLIDING; i++) {
            const uint32_t gone = (round + i * 7u) % COLLIDING; /* 7 and 24 share no factor. */
            vmsa_forget_guest(GUEST + gone);
            assert_null(cpu_find(colliding[gone]));
            for (uint32_t j = i + 1; j < COLLIDING; j++) {
                const uint32_t there = (round + j * 7u) % COLLIDING;
                fill_page(colliding[there]);
                assert_vmsa(GUEST + there, colliding[there]);
            }
            assert_vacant_entries_are_wiped();
        }
        assert_int_equal(count(VMSA_ENTRY_FREE), VMSA_TABLE_ENTRIES);
    }
}

/** An entry that was given up is taken again before one behind it. */
static void vacant_entry_on_the_way_is_taken_first(void **state)
{
    const struct vmsa_entry *second;

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(record(GUEST + i, colliding[i]), SEV_STATUS_SUCCESS);
    }
    second = cpu_find(colliding[1]);
    vmsa_forget_guest(GUEST + 1);
    assert_int_equal(second->state, VMSA_ENTRY_REMOVED);
    assert_int_equal(record(GUEST, colliding[6]), SEV_STATUS_SUCCESS);
    assert_ptr_equal(cpu_find(colliding[6]), second);
    assert_int_equal(count(VMSA_ENTRY_REMOVED), 0);
}

static void moved_page_has_one_place(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_true(move(GUEST, PAGE(1), PAGE(2)));
    assert_no_vmsa(PAGE(1));
    fill_page(PAGE(1)); /* The registers are what they were. */
    assert_vmsa(GUEST, PAGE(2));
    assert_int_equal(count(VMSA_ENTRY_USED), 1);
    assert_int_equal(count(VMSA_ENTRY_FREE), VMSA_TABLE_ENTRIES - 1);
}

static void page_that_does_not_fit_stays(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    fill_page(PAGE(2));
    assert_false(vmsa_lock_intact(GUEST, PAGE(1), page));
    fill_page(PAGE(1));
    assert_vmsa(GUEST, PAGE(1));
    assert_no_vmsa(PAGE(2));
    assert_false(move(OTHER, PAGE(1), PAGE(2))); /* Not this guest's. */
    assert_vmsa(GUEST, PAGE(1));
    assert_no_vmsa(PAGE(2));
}

static void ticket_is_good_once(void **state)
{
    static const uint8_t nothing[VMSA_TABLE_VALUE_BYTES];
    const struct vmsa_entry *entry;

    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    entry = cpu_find(PAGE(1));
    assert_true(swap_out(GUEST, PAGE(1), 7));
    assert_no_vmsa(PAGE(1));
    assert_int_equal(entry->paddr, 0);
    assert_memory_equal(entry->value, nothing, sizeof(nothing));
    assert_int_equal(count(VMSA_ENTRY_SWAPPED), 1);
    assert_true(vmsa_is_swapped_out(GUEST, 7));
    assert_false(vmsa_is_swapped_out(OTHER, 7));
    assert_false(vmsa_is_swapped_out(GUEST, 8));
    assert_int_equal(vmsa_swap_in(GUEST, 7, PAGE(2), page), SEV_STATUS_SUCCESS);
    assert_int_equal(cpu_find(PAGE(2))->state, VMSA_ENTRY_LOCKED); /* Until it is written. */
    assert_true(vmsa_unlock(GUEST, PAGE(2), NULL));
    assert_vmsa(GUEST, PAGE(2));
    assert_false(vmsa_is_swapped_out(GUEST, 7));
    assert_int_equal(count(VMSA_ENTRY_SWAPPED), 0);
    assert_int_equal(count(VMSA_ENTRY_USED), 1);
}

/** DECOMMISSION takes what is swapped out along. */
static void swapped_page_goes_with_its_guest(void **state)
{
    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(record(OTHER, PAGE(2)), SEV_STATUS_SUCCESS);
    assert_true(swap_out(GUEST, PAGE(1), 1));
    assert_true(swap_out(OTHER, PAGE(2), 1));
    vmsa_forget_guest(GUEST);
    assert_int_equal(count(VMSA_ENTRY_SWAPPED), 1);
    assert_false(vmsa_is_swapped_out(GUEST, 1));
    assert_true(vmsa_is_swapped_out(OTHER, 1));
    vmsa_forget_guest(OTHER);
    assert_int_equal(count(VMSA_ENTRY_FREE), VMSA_TABLE_ENTRIES);
}

/** While a core runs a VMSA no command takes it away, and its end does not give it to others. */
static void running_vmsa_is_let_be(void **state)
{
    struct vmsa_entry *entry;
    struct vmsa_value value;

    (void)state;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_int_equal(record(GUEST, PAGE(2)), SEV_STATUS_SUCCESS);
    entry = cpu_find(PAGE(1));
    entry->state = VMSA_ENTRY_RUNNING;
    assert_int_equal(record(GUEST, PAGE(1)), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(record(OTHER, PAGE(1)), SEV_STATUS_INVALID_ADDRESS);
    assert_false(vmsa_is_intact(GUEST, PAGE(1), page));
    assert_int_equal(vmsa_lock(GUEST, PAGE(1), &value), SEV_STATUS_INVALID_ADDRESS);
    assert_false(move(GUEST, PAGE(1), PAGE(3)));
    assert_false(move(GUEST, PAGE(2), PAGE(1))); /* Onto it. */
    assert_int_equal(vmsa_hold(PAGE(1)), SEV_STATUS_INVALID_ADDRESS);
    assert_false(swap_out(GUEST, PAGE(1), 1));
    assert_int_equal(entry->state, VMSA_ENTRY_RUNNING);
    assert_null(cpu_find(PAGE(3)));
    fill_page(PAGE(2));
    assert_vmsa(GUEST, PAGE(2));
    assert_true(swap_out(GUEST, PAGE(2), 2));
    assert_int_equal(vmsa_swap_in(GUEST, 2, PAGE(1), page), SEV_STATUS_INVALID_ADDRESS);
    assert_true(vmsa_is_swapped_out(GUEST, 2));
    vmsa_forget_guest(GUEST);
    assert_int_equal(entry->state, VMSA_ENTRY_ABANDONED);
    assert_no_vmsa(PAGE(1));
    assert_int_equal(record(OTHER, PAGE(1)), SEV_STATUS_SUCCESS);
    assert_ptr_not_equal(cpu_find(PAGE(1)), entry);
    assert_vmsa(OTHER, PAGE(1));
    /* The core gives it up: it can be used again. */
    *(uint64_t *)(void *)((uint8_t *)entry + 8) = VMSA_ENTRY_WORD(0, VMSA_ENTRY_REMOVED);
    assert_int_equal(record(OTHER, PAGE(4)), SEV_STATUS_SUCCESS);
    vmsa_forget_guest(OTHER);
    assert_int_equal(count(VMSA_ENTRY_FREE), VMSA_TABLE_ENTRIES);
}

/** What somebody writes into the table makes no VMSA for the firmware. */
static void firmware_does_not_believe_the_table(void **state)
{
    struct vmsa_entry *forged = &cpu_table()[VMSA_TABLE_SLOT(PAGE(1))];

    (void)state;
    fill_page(PAGE(1));
    forged->paddr = PAGE(1);
    forged->handle = GUEST;
    cpu_value(PAGE(1), GUEST, page, forged->value);
    forged->state = VMSA_ENTRY_USED;
    assert_false(vmsa_is_known(GUEST, PAGE(1)));
    assert_false(vmsa_is_intact(GUEST, PAGE(1), page));
}

#define TEST(name) cmocka_unit_test_setup(name, boot)
#define COLLISION_TEST(name) cmocka_unit_test_setup(name, boot_colliding)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entry_is_where_its_search_begins),
        TEST(value_fits_nothing_else),
        TEST(page_belongs_to_the_last_guest_that_recorded_it),
        COLLISION_TEST(searches_survive_what_is_taken_out),
        COLLISION_TEST(vacant_entry_on_the_way_is_taken_first),
        TEST(moved_page_has_one_place),
        TEST(page_that_does_not_fit_stays),
        TEST(ticket_is_good_once),
        TEST(swapped_page_goes_with_its_guest),
        TEST(running_vmsa_is_let_be),
        TEST(firmware_does_not_believe_the_table),
    };

    return cmocka_run_group_tests_name("VMSA table", tests, NULL, NULL);
}
