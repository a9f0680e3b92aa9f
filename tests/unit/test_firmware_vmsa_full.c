/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of VMSA values when every entry is in use: no page more, but whatever needs none goes on;
 * and no entry is far from where the search for its page begins, whatever pages the host chooses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/guest/vmsa.h"
#include "firmware/guest/vmsa_index.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_sample.h"

#define GUEST 0x401u
#define PAGE(n) ((1ull << 40) + 0x1000ull * (n)) /**< Of no DRAM; the table does not look. */

static uint8_t page[SEV_VMSA_BYTES];
static uint32_t pages; /**< Number of the next page that was not tried. */

static enum sev_status record(uint64_t paddr)
{
    enum sev_status status;

    memcpy(page, &paddr, sizeof(paddr));
    status = vmsa_record(GUEST, paddr, page);
    assert_true(status != SEV_STATUS_SUCCESS || vmsa_unlock(GUEST, paddr, NULL));
    return status;
}

/** @return how far an entry is from where the search for a page begins */
static uint32_t distance(uint64_t paddr, uint32_t entry)
{
    return (entry - VMSA_TABLE_SLOT(paddr)) % VMSA_TABLE_ENTRIES;
}

/** Takes the next page that the entry is near enough for, or that it is too far for. */
static uint64_t next_page(const struct vmsa_entry *entry, bool near)
{
    while ((distance(PAGE(pages), (uint32_t)(entry - cpu_table())) < VMSA_REACH) != near) {
        pages++;
    }
    return PAGE(pages++);
}

/** Pages for which there is no entry near enough are refused: others fill the table all the same. */
static void fill_rest(void)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        used += vmsa_index_at(i)->kind != VMSA_VACANT ? 1 : 0;
    }
    for (pages = 0; used < VMSA_TABLE_ENTRIES; pages++) {
        const enum sev_status status = record(PAGE(pages));

        assert_true(status == SEV_STATUS_SUCCESS || status == SEV_STATUS_RESOURCE_LIMIT);
        used += status == SEV_STATUS_SUCCESS ? 1 : 0;
    }
    assert_int_equal(record(PAGE(pages++)), SEV_STATUS_RESOURCE_LIMIT);
}

/** As fill_rest(), when nothing is swapped out. */
static void fill_table(void)
{
    fill_rest();
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_equal(cpu_table()[i].state, VMSA_ENTRY_USED);
        assert_true(distance(cpu_table()[i].paddr, i) < VMSA_REACH);
    }
}

/** A look-up follows one list, and none is long, however many pages there are. */
static void assert_lists_are_short(void)
{
    for (uint32_t entry = 0; entry < VMSA_TABLE_ENTRIES; entry++) {
        uint32_t steps = 0;

        for (uint32_t next = vmsa_index_at(entry)->next; next != 0; steps++) {
            assert_true(steps < 32);
            next = vmsa_index_at(next - 1)->next;
        }
    }
}

static bool is_intact(uint64_t at, uint64_t paddr)
{
    memcpy(page, &paddr, sizeof(paddr));
    return vmsa_is_intact(GUEST, at, page);
}

static void full_table_takes_no_page(void **state)
{
    struct vmsa_entry *entry;
    uint64_t paddr = PAGE(100);
    uint64_t more;

    (void)state;
    (void)board_boot(NULL);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    fill_table();
    assert_lists_are_short();
    /* A page that is there gets a new value, */
    assert_int_equal(record(PAGE(5)), SEV_STATUS_SUCCESS);
    /* moves to another page, if its entry is near enough to where the search for that one begins, */
    entry = cpu_find(paddr);
    memcpy(page, &paddr, sizeof(paddr));
    assert_true(vmsa_lock_intact(GUEST, paddr, page));
    assert_int_equal(vmsa_move(GUEST, paddr, next_page(entry, false), page),
                     SEV_STATUS_RESOURCE_LIMIT);
    more = next_page(entry, true);
    assert_int_equal(vmsa_move(GUEST, paddr, more, page), SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(GUEST, more, NULL));
    assert_null(cpu_find(paddr));
    assert_true(is_intact(more, paddr));
    assert_ptr_equal(cpu_find(more), entry);
    /* and goes out and comes back, as its entry stays its own meanwhile. */
    paddr = PAGE(200);
    entry = cpu_find(paddr);
    memcpy(page, &paddr, sizeof(paddr));
    assert_true(vmsa_lock_intact(GUEST, paddr, page));
    assert_true(vmsa_swap_out(GUEST, paddr, 1));
    assert_int_equal(record(PAGE(100)), SEV_STATUS_RESOURCE_LIMIT);
    memcpy(page, &paddr, sizeof(paddr));
    assert_int_equal(vmsa_swap_in(GUEST, 1, next_page(entry, false), page),
                     SEV_STATUS_RESOURCE_LIMIT);
    assert_true(vmsa_is_swapped_out(GUEST, 1));
    assert_int_equal(vmsa_swap_in(GUEST, 1, paddr, page), SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(GUEST, paddr, NULL));
    assert_true(is_intact(paddr, paddr));
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_equal(cpu_table()[i].state, VMSA_ENTRY_USED);
    }
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_ptr_equal(cpu_find(cpu_table()[i].paddr), &cpu_table()[i]);
    }
    vmsa_forget_guest(GUEST);
    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_equal(cpu_table()[i].state, VMSA_ENTRY_FREE);
    }
}

/** Pages whose searches begin at one entry: no more of them than a search may meet. */
static void crowd_takes_no_more_than_a_search_may_meet(void **state)
{
    uint32_t crowd = 0;

    (void)state;
    (void)board_boot(NULL);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    for (pages = 0; crowd < VMSA_REACH; pages++) {
        if (VMSA_TABLE_SLOT(PAGE(pages)) == VMSA_TABLE_ENTRIES - 100) {
            assert_int_equal(record(PAGE(pages)), SEV_STATUS_SUCCESS);
            crowd++;
        }
    }
    while (VMSA_TABLE_SLOT(PAGE(pages)) != VMSA_TABLE_ENTRIES - 100) {
        pages++;
    }
    assert_int_equal(record(PAGE(pages)), SEV_STATUS_RESOURCE_LIMIT);
    assert_null(cpu_find(PAGE(pages)));
    while (VMSA_TABLE_SLOT(PAGE(pages)) != VMSA_TABLE_ENTRIES - 99) {
        pages++;
    }
    assert_int_equal(record(PAGE(pages)), SEV_STATUS_SUCCESS); /* It may go one further. */
}

static size_t accesses;

static void count_access(void *context, const struct hosted_step *step)
{
    (void)context;
    accesses += step->offset >= BOARD_TMR && step->offset < BOARD_TMR + SEV_TMR_BYTES ? 1 : 0;
}

/** Pages that are no VMSAs cost a copy no access to the table, however full it is. */
static void copy_beside_the_table(uint32_t handle)
{
    struct sev_copy parameters = {.handle = handle,
                                  .length = 0x20000,
                                  .src_paddr = BOARD_BUFFER(20),
                                  .dst_paddr = BOARD_BUFFER(21)};

    accesses = 0;
    hosted_set_access_hook(count_access, NULL);
    assert_int_equal(board_command(SEV_COMMAND_COPY, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_equal(accesses, 0);
}

/** Both commands say so, and nothing else changes. */
static void commands_are_refused_by_a_full_table(void **state)
{
    static const uint32_t ids[] = {SEV_COMMAND_LAUNCH_UPDATE_VMSA, SEV_COMMAND_RECEIVE_UPDATE_VMSA};
    static struct sample sample;
    static uint8_t before[SEV_TMR_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        sample_prepare(&sample, command_table_find(ids[i]));
        fill_table();
        memcpy(before, cpu_table(), sizeof(before));
        assert_int_equal(sample_run(&sample), SEV_STATUS_RESOURCE_LIMIT);
        copy_beside_the_table(sample.handle);
        assert_memory_equal(before, cpu_table(), sizeof(before));
    }
}

/** The VMSA stays swapped out, and comes back to where there is room. */
static void swap_in_is_refused_by_a_full_table(void **state)
{
    static struct sample sample;
    struct sev_swap_in back;
    uint32_t entry;

    (void)state;
    sample_prepare(&sample, command_table_find(SEV_COMMAND_SWAP_OUT));
    entry = vmsa_index_find_page(SAMPLE_VMSA);
    back = sample_swap_vmsa_out(&sample);
    fill_rest();
    while (distance(back.dst_paddr, entry) < VMSA_REACH) {
        back.dst_paddr += SEV_VMSA_BYTES;
    }
    memset(board_dram(back.dst_paddr), 0x3C, SEV_VMSA_BYTES);
    assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)),
                     SEV_STATUS_RESOURCE_LIMIT);
    assert_int_equal(board_dram(back.dst_paddr)[0], 0x3C);
    back.dst_paddr = SAMPLE_VMSA;
    assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &back, sizeof(back)), SEV_STATUS_SUCCESS);
    assert_true(cpu_could_enter(BOARD_ES_ASID, SAMPLE_VMSA, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_table_takes_no_page),
        cmocka_unit_test(crowd_takes_no_more_than_a_search_may_meet),
        cmocka_unit_test(commands_are_refused_by_a_full_table),
        cmocka_unit_test(swap_in_is_refused_by_a_full_table),
    };

    return cmocka_run_group_tests_name("full VMSA table", tests, NULL, NULL);
}
