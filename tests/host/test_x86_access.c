/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes outside of guests: by linear address, over pages' ends, and by physical address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/access.h"
#include "tests/host/x86_tables.h"

#define ROOT 0x10000ull
#define PAGE 0x123000ull
#define LINEAR 0x7F8040201000ull
#define C_BIT (1ull << 51)

static struct tables tables;
static struct x86_view view;

static int set_up(void **state)
{
    stage_set_up(state);
    tables = tables_make(TABLES_LONG, ROOT, X86_KEY_NONE, 0);
    view = tables_view(&tables);
    return 0;
}

static void reads_and_writes_cross_pages(void **state)
{
    uint8_t written[64];
    uint8_t found[64];
    (void)state;
    memset(written, 0x5A, sizeof written);
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL | C_BIT);
    tables_map(&tables, LINEAR + 0x1000, 1, 0x345000 | PTE_ALL);
    struct x86_fault fault = x86_write(&stage.machine, &view, LINEAR + 0xFF0, written, 64);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    fault = x86_read(&stage.machine, &view, LINEAR + 0xFF0, X86_RMP_READ, found, 64);
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    assert_memory_equal(found, written, sizeof found);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage_word(PAGE + 0xFF8, X86_KEY_HOST), 0x5A5A5A5A5A5A5A5A);
    assert_int_equal(stage_word(0x345028, X86_KEY_NONE), 0x5A5A5A5A5A5A5A5A);
    assert_int_equal(stage_word(0x345030, X86_KEY_NONE), 0);
}

static void write_that_faults_on_its_second_page_writes_nothing(void **state)
{
    uint8_t bytes[64] = {1};
    (void)state;
    tables_map(&tables, LINEAR, 1, PAGE | PTE_ALL);
    const struct x86_fault fault =
        x86_write(&stage.machine, &view, LINEAR + 0xFF0, bytes, sizeof bytes);
    assert_int_equal(fault.kind, X86_FAULT_PF);
    assert_int_equal(fault.address, LINEAR + 0x1000);
    assert_int_equal(stage_word(PAGE + 0xFF0, X86_KEY_NONE), 0);
}

static void physical_accesses(void **state)
{
    uint64_t word = 0x1122334455667788;
    (void)state;
    assert_true(x86_physical_write(&stage.machine, 0, PAGE | C_BIT, &word, sizeof word));
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage_word(PAGE, X86_KEY_HOST), word);
    x86_physical_read(&stage.machine, 0, PAGE, &word, sizeof word);
    assert_int_equal(word, stage_word(PAGE, X86_KEY_NONE));
    x86_physical_read(&stage.machine, 0, 0x900000, &word, sizeof word);
    assert_int_equal(word, UINT64_MAX);
    assert_true(x86_physical_write(&stage.machine, 0, 0x900000, &word, sizeof word));
    stage_rmp();
    stage_give(PAGE + 0x1000, false, STAGE_ES_ASID, 0x5000);
    assert_false(x86_physical_write(&stage.machine, 0, PAGE + 0xFFC, &word, sizeof word));
    assert_int_equal(stage_word(PAGE + 0xFF8, X86_KEY_NONE), 0);
}

#define ACCESSED(test) cmocka_unit_test_setup_teardown(test, set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACCESSED(reads_and_writes_cross_pages),
        ACCESSED(write_that_faults_on_its_second_page_writes_nothing),
        ACCESSED(physical_accesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
