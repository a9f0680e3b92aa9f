/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When lines leave the caches, or are written back, and what the emulator is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/host/x86_cache_stage.h"

static uint8_t seen[X86_PAGE_BYTES];

static void line_flush_leaves_other_lines_and_keys(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 1);
    cache_stage_set(CACHE_SPA + X86_LINE_BYTES, STAGE_ASID, 2);
    cache_stage_set(CACHE_SPA, X86_KEY_HOST, 3);
    x86_cache_flush_line(stage.machine.cache, CACHE_SPA + 5, STAGE_ASID);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA + X86_LINE_BYTES, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA, X86_KEY_HOST));
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 1);
    assert_int_not_equal(cache_stage_memory(CACHE_SPA + X86_LINE_BYTES, STAGE_ASID), 2);
}

/* The pointer is void, and the line is read anew: it may be another's by then. */
static void page_with_a_flushed_line_is_completed_by_the_next_fill(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[X86_LINE_BYTES] ^= 1;
    x86_cache_flush_line(stage.machine.cache, CACHE_SPA, STAGE_ASID);
    assert_int_equal(stage.notice.gone, 1);
    assert_int_equal(stage.notice.page, page.number);
    cache_stage_put_page(CACHE_SPA, STAGE_OTHER_ASID);
    page = cache_stage_fill(CACHE_SPA, STAGE_ASID, false);
    assert_int_equal(page.bytes[X86_LINE_BYTES], (uint8_t)(cache_stage_plain[X86_LINE_BYTES] ^ 1));
    assert_int_equal(page.bytes[0], cache_stage_memory(CACHE_SPA, STAGE_ASID));
}

static void eviction_writes_back_and_tells(void **state)
{
    (void)state;
    struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[0] = 0x5A;
    for (uint64_t i = 1; i < 3 * X86_CACHE_PAGES_MIN; i++) {
        (void)cache_stage_fill(CACHE_SPA + i * X86_PAGE_BYTES, STAGE_OTHER_ASID, false);
    }
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 0x5A);
    assert_int_equal(stage.notice.gone, 2 * X86_CACHE_PAGES_MIN);
    assert_int_equal(x86_cache_counts(stage.machine.cache).evictions, 2 * X86_CACHE_PAGES_MIN);
}

/* As many as an instruction may need at once. */
static void pages_that_were_just_filled_stay(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        (void)cache_stage_fill(CACHE_SPA + i * X86_PAGE_BYTES, STAGE_ASID, false);
        for (uint64_t back = 0; back < 8 && back <= i; back++) {
            assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA + (i - back) * X86_PAGE_BYTES,
                                      STAGE_ASID));
        }
    }
}

static void only_who_has_a_page_is_told(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 1);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage.notice.gone, 0);
    (void)cache_stage_fill(CACHE_SPA, STAGE_ASID, false);
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(stage.notice.clean, 0);
    (void)cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(stage.notice.clean, 1);
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(stage.notice.clean, 1);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage.notice.gone, 1);
}

static void write_back_keeps_lines_and_asks_for_the_next_write(void **state)
{
    (void)state;
    struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[0] = 1;
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 1);
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
    page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[0] = 2;
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 2);
}

static void discard_writes_nothing(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[0] ^= 1;
    cache_stage_set(CACHE_SPA + X86_LINE_BYTES, X86_KEY_HOST, 1);
    x86_cache_discard(stage.machine.cache);
    assert_int_equal(stage.notice.gone, 1);
    stage_look(CACHE_SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, cache_stage_plain, sizeof cache_stage_plain);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
}

static void snoop_flushes_what_is_not_a_guests(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, X86_KEY_HOST, 1);
    cache_stage_set(CACHE_SPA + X86_LINE_BYTES, STAGE_ASID, 2);
    x86_cache_snoop(stage.machine.cache);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, X86_KEY_HOST));
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA + X86_LINE_BYTES, STAGE_ASID));
    assert_int_equal(cache_stage_memory(CACHE_SPA, X86_KEY_HOST), 1);
}

static void wbinvd_is_counted_for_the_host_alone(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 1);
    x86_wbinvd(&stage.machine, 2, false);
    assert_int_equal(stage_core(2)->wbinvd_count, 1);
    assert_int_equal(stage_core(0)->wbinvd_count, 0);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 1);
    cache_stage_set(CACHE_SPA, STAGE_ASID, 2);
    x86_wbinvd(&stage.machine, 2, true);
    assert_int_equal(stage_core(2)->wbinvd_count, 1);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 2);
}

static void vm_page_flush_is_of_one_page_and_asid(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 1);
    cache_stage_set(CACHE_SPA, STAGE_OTHER_ASID, 2);
    cache_stage_set(CACHE_SPA + X86_PAGE_BYTES, STAGE_ASID, 3);
    assert_true(x86_vm_page_flush(&stage.machine, CACHE_SPA, STAGE_ASID));
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_OTHER_ASID));
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA + X86_PAGE_BYTES, STAGE_ASID));
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 1);
    assert_false(x86_vm_page_flush(&stage.machine, CACHE_SPA, 0));
    assert_true(x86_vm_page_flush(&stage.machine, CACHE_SPA, 509));
    assert_false(x86_vm_page_flush(&stage.machine, CACHE_SPA, 510));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(line_flush_leaves_other_lines_and_keys),
        STAGED(page_with_a_flushed_line_is_completed_by_the_next_fill),
        STAGED(eviction_writes_back_and_tells),
        STAGED(pages_that_were_just_filled_stay),
        STAGED(only_who_has_a_page_is_told),
        STAGED(write_back_keeps_lines_and_asks_for_the_next_write),
        STAGED(discard_writes_nothing),
        STAGED(snoop_flushes_what_is_not_a_guests),
        STAGED(wbinvd_is_counted_for_the_host_alone),
        STAGED(vm_page_flush_is_of_one_page_and_asid),
    };
    return cmocka_run_group_tests_name("x86 flushes", tests, NULL, NULL);
}
