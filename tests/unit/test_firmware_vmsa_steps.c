/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of VMSA values while the firmware changes it: before every single access a core looks
 * for every page. Those that the operation is not about are found as ever; the VMSA that it is about
 * can be run at one place at most. The pages collide, so that searches cross each other; one of them
 * is page 0, whose address is what a wiped entry says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/vmsa.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_cpu.h"

#define PLACES 24u /**< Pages; all searches begin within a few entries. */
#define STEPS 1500u
#define GUESTS 3u

enum what { NOTHING, VMSA, SWAPPED };

/** What the test expects of a page. */
static struct {
    uint64_t paddr;
    enum what what;
    uint32_t handle;
    uint32_t content; /**< Names the registers: they stay the same wherever they go. */
} places[PLACES];

static uint32_t subjects[2]; /**< Places that the operation under way is about. */
static uint32_t ending;      /**< Guest that is being forgotten, with all its pages. */
static uint32_t contents;
static uint8_t page[SEV_VMSA_BYTES];
static uint32_t random_state = 1;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void make(uint8_t registers[SEV_VMSA_BYTES], uint32_t content)
{
    memset(registers, (int)content, SEV_VMSA_BYTES);
    memcpy(registers, &content, sizeof(content));
}

/** Whether a core that searches for the place finds these registers of this guest there. */
static bool is_valid(uint32_t place, uint32_t handle, uint32_t content)
{
    static uint8_t registers[SEV_VMSA_BYTES];
    const struct vmsa_entry *entry = cpu_find(places[place].paddr);
    uint8_t value[VMSA_TABLE_VALUE_BYTES];

    if (entry == NULL || entry->state != VMSA_ENTRY_USED || entry->handle != handle) {
        return false;
    }
    make(registers, content);
    cpu_value(places[place].paddr, handle, registers, value);
    return memcmp(value, entry->value, sizeof(value)) == 0;
}

static void look(void *context, const struct hosted_step *step)
{
    uint32_t valid = 0;

    (void)context;
    (void)step;
    for (uint32_t i = 0; i < PLACES; i++) {
        if (i == subjects[0] || i == subjects[1]) {
            valid += is_valid(i, places[subjects[0]].handle, places[subjects[0]].content);
        } else if (places[i].handle != ending &&
                   (places[i].what == VMSA) != is_valid(i, places[i].handle, places[i].content)) {
            fail_msg("page %u is lost to a search, or found", i);
        }
    }
    assert_true(valid <= 1);
}

static void record(uint32_t place, uint32_t handle)
{
    const uint32_t content = ++contents;

    make(page, content);
    memcpy(&places[place].content, &content, sizeof(content));
    places[place].handle = handle;
    assert_int_equal(vmsa_record(handle, places[place].paddr, page), SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(handle, places[place].paddr, NULL));
    places[place].what = VMSA;
}

static void move(uint32_t from, uint32_t to)
{
    make(page, places[from].content);
    if (from == to || !vmsa_lock_intact(places[from].handle, places[from].paddr, page)) {
        fail_msg("place %u has no VMSA to move", from);
    }
    assert_int_equal(vmsa_move(places[from].handle, places[from].paddr, places[to].paddr, page),
                     SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(places[from].handle, places[to].paddr, NULL));
    places[to].what = VMSA;
    places[to].handle = places[from].handle;
    places[to].content = places[from].content;
    places[from].what = NOTHING;
}

static void swap_out(uint32_t place)
{
    make(page, places[place].content);
    assert_true(vmsa_lock_intact(places[place].handle, places[place].paddr, page));
    assert_true(vmsa_swap_out(places[place].handle, places[place].paddr, places[place].content));
    places[place].what = SWAPPED;
}

static void swap_in(uint32_t from, uint32_t to)
{
    make(page, places[from].content);
    assert_int_equal(
        vmsa_swap_in(places[from].handle, places[from].content, places[to].paddr, page),
        SEV_STATUS_SUCCESS);
    assert_true(vmsa_unlock(places[from].handle, places[to].paddr, NULL));
    places[from].what = NOTHING;
    places[to].what = VMSA;
    places[to].handle = places[from].handle;
    places[to].content = places[from].content;
}

/** A ticket would be forgotten if the place got another page: it comes back first. */
static void operate(uint32_t from, uint32_t to)
{
    subjects[0] = from;
    subjects[1] = to;
    if (places[from].what == SWAPPED) {
        swap_in(from, places[to].what == SWAPPED ? from : to);
    } else if (places[from].what == NOTHING || draw(4) == 0) {
        record(from, 0x401 + draw(GUESTS));
    } else if (draw(3) == 0 || places[to].what == SWAPPED || from == to) {
        swap_out(from);
    } else {
        move(from, to);
    }
}

static void end_guest(uint32_t handle)
{
    ending = handle;
    vmsa_forget_guest(handle);
    for (uint32_t i = 0; i < PLACES; i++) {
        places[i].what = places[i].handle == handle ? NOTHING : places[i].what;
    }
    ending = 0;
}

static void table_is_true_at_every_access(void **state)
{
    uint32_t found = 0;

    (void)state;
    for (uint64_t paddr = 0; found < PLACES; paddr += 0x1000) {
        const uint32_t slot = VMSA_TABLE_SLOT(paddr);
        if (slot >= VMSA_TABLE_ENTRIES - 4 || slot < 3) {
            places[found].paddr = paddr;
            found++;
        }
    }
    hosted_set_access_hook(look, NULL);
    for (uint32_t step = 0; step < STEPS; step++) {
        operate(draw(PLACES), draw(PLACES));
        subjects[0] = subjects[1] = PLACES;
        if (draw(100) == 0) {
            end_guest(0x401 + draw(GUESTS));
        }
    }
    hosted_set_access_hook(NULL, NULL);
}

static int boot(void **state)
{
    (void)board_boot(state);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table_is_true_at_every_access, boot, board_unhook),
    };

    return cmocka_run_group_tests_name("VMSA table, step by step", tests, NULL, NULL);
}
