/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where caches have nothing to do: no memory, a TMR, no keys, raw memory; and whose their bytes are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/host/x86_cache_stage.h"

static void refuse(uint64_t spa, uint32_t key, enum memory_controller_result result)
{
    struct x86_cache_page page;
    uint8_t byte = 0;
    struct x86_cache *cache = stage.machine.cache;
    assert_int_equal(x86_cache_fill(cache, spa, key, false, &page), result);
    assert_int_equal(x86_cache_read(cache, spa, key, &byte, 1), result);
    assert_int_equal(x86_cache_write(cache, spa, key, &byte, 1), result);
    assert_false(x86_cache_has(cache, spa, key));
}

static void where_no_memory_is_there_is_no_access(void **state)
{
    (void)state;
    refuse(0x800000, STAGE_ASID, MEMORY_CONTROLLER_UNMAPPED);
    refuse(0x800000, X86_KEY_NONE, MEMORY_CONTROLLER_UNMAPPED);
    refuse(1ull << 51 | CACHE_SPA, X86_KEY_NONE, MEMORY_CONTROLLER_UNMAPPED);
    (void)cache_stage_fill(STAGE_HIGH, STAGE_ASID, true);
}

static void tmr_is_nobodys(void **state)
{
    (void)state;
    stage_set_tmr(CACHE_SPA, 0x100000);
    refuse(CACHE_SPA, STAGE_ASID, MEMORY_CONTROLLER_PROTECTED);
    refuse(CACHE_SPA + 0xFFFFF, X86_KEY_HOST, MEMORY_CONTROLLER_PROTECTED);
    refuse(CACHE_SPA, X86_KEY_NONE, MEMORY_CONTROLLER_PROTECTED);
    (void)cache_stage_fill(CACHE_SPA + 0x100000, STAGE_ASID, true);
    stage_set_tmr(0, 0);
    (void)cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
}

/* The firmware stands still in the middle of a change: a TMR may have come meanwhile. */
static void while_nobody_can_tell_memory_is_nobodys(void **state)
{
    uint64_t word = 0;
    (void)state;
    assert_int_equal(
        x86_cache_read(stage.machine.cache, CACHE_SPA, X86_KEY_NONE, &word, sizeof word),
        MEMORY_CONTROLLER_OK);
    stage_memctl()->generation++;
    assert_int_equal(
        x86_cache_read(stage.machine.cache, CACHE_SPA, X86_KEY_NONE, &word, sizeof word),
        MEMORY_CONTROLLER_PROTECTED);
    stage_memctl()->generation++;
    assert_int_equal(
        x86_cache_read(stage.machine.cache, CACHE_SPA, X86_KEY_NONE, &word, sizeof word),
        MEMORY_CONTROLLER_OK);
}

static void lines_that_a_new_tmr_covers_are_lost(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    cache_stage_fill(CACHE_SPA, STAGE_ASID, true).bytes[0] ^= 1;
    stage_set_tmr(CACHE_SPA, 0x100000);
    refuse(CACHE_SPA, STAGE_ASID, MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(stage.notice.gone, 1);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_lost, 1);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), cache_stage_plain[0]);
}

static void without_keys_only_raw_memory_is_there(void **state)
{
    (void)state;
    stage_memctl()->magic = 0;
    refuse(CACHE_SPA, X86_KEY_HOST, MEMORY_CONTROLLER_NO_KEYS);
    cache_stage_set(CACHE_SPA, X86_KEY_NONE, 3);
    assert_int_equal(stage_dram(CACHE_SPA)[0], 3);
}

static void raw_memory_is_not_cached(void **state)
{
    (void)state;
    const struct x86_cache_page page = cache_stage_fill(CACHE_SPA + 5, X86_KEY_NONE, true);
    assert_false(page.cached);
    assert_ptr_equal(page.bytes, stage_dram(CACHE_SPA));
    cache_stage_set(CACHE_SPA + 4095, X86_KEY_NONE, 3);
    assert_int_equal(stage_dram(CACHE_SPA)[4095], 3);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, X86_KEY_NONE));
}

static void raw_memory_is_cached_where_that_is_wanted(void **state)
{
    const struct stage_options options = {.cache_raw = true};
    (void)state;
    stage_tear_down(state);
    stage_open(&options);
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    const uint8_t raw = stage_dram(CACHE_SPA)[0];
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_NONE), raw);
    cache_stage_set(CACHE_SPA, X86_KEY_NONE, (uint8_t)~raw);
    assert_int_equal(stage_dram(CACHE_SPA)[0], raw);
    assert_int_equal(cache_stage_get(CACHE_SPA, STAGE_ASID), cache_stage_plain[0]);
    x86_cache_snoop(stage.machine.cache);
    assert_int_equal(stage_dram(CACHE_SPA)[0], (uint8_t)~raw);
}

static void with_tsme_the_hosts_key_is_everywhere(void **state)
{
    const struct stage_options options = {.flags = FABRIC_FLAG_TSME};
    (void)state;
    stage_tear_down(state);
    stage_open(&options);
    cache_stage_set(CACHE_SPA, X86_KEY_NONE, 3);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_HOST), 3);
    assert_true(x86_cache_has(stage.machine.cache, CACHE_SPA, X86_KEY_NONE));
    x86_cache_flush_line(stage.machine.cache, CACHE_SPA, X86_KEY_NONE);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, X86_KEY_HOST));
    assert_int_equal(cache_stage_memory(CACHE_SPA, X86_KEY_HOST), 3);
    assert_int_equal(x86_host_key(&stage.machine, 0, CACHE_SPA), X86_KEY_HOST);
    assert_true(cache_stage_fill(CACHE_SPA, X86_KEY_NONE, false).cached);
    cache_stage_set(CACHE_SPA, STAGE_ASID, 4);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_NONE), 3);
}

static void plaintext_is_in_the_emulators_arena_and_wiped_at_the_end(void **state)
{
    const struct x86_cache_options options = {.memory = &stage.machine.memory,
                                              .pages = X86_CACHE_PAGES_MIN,
                                              .arena = aligned_alloc(X86_PAGE_BYTES, 0x40000)};
    struct x86_cache_page page;
    (void)state;
    struct x86_cache *cache = x86_cache_new(&options);
    assert_non_null(cache);
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    assert_int_equal(x86_cache_fill(cache, CACHE_SPA, STAGE_ASID, true, &page),
                     MEMORY_CONTROLLER_OK);
    assert_ptr_equal(page.bytes, options.arena + page.number * (size_t)X86_PAGE_BYTES);
    assert_memory_equal(page.bytes, cache_stage_plain, sizeof cache_stage_plain);
    x86_cache_free(cache);
    for (size_t i = 0; i < 0x40000; i++) {
        assert_int_equal(options.arena[i], 0);
    }
    free(options.arena);
}

static void too_few_and_too_many_pages_are_refused(void **state)
{
    struct x86_cache_options options = {.memory = &stage.machine.memory,
                                        .pages = X86_CACHE_PAGES_MIN - 1};
    (void)state;
    assert_null(x86_cache_new(&options));
    options.pages = X86_CACHE_PAGES_MAX + 1;
    assert_null(x86_cache_new(&options));
    options.pages = UINT32_MAX;
    assert_null(x86_cache_new(&options));
    x86_cache_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(where_no_memory_is_there_is_no_access),
        STAGED(tmr_is_nobodys),
        STAGED(while_nobody_can_tell_memory_is_nobodys),
        STAGED(lines_that_a_new_tmr_covers_are_lost),
        STAGED(without_keys_only_raw_memory_is_there),
        STAGED(raw_memory_is_not_cached),
        STAGED(raw_memory_is_cached_where_that_is_wanted),
        STAGED(with_tsme_the_hosts_key_is_everywhere),
        STAGED(plaintext_is_in_the_emulators_arena_and_wiped_at_the_end),
        STAGED(too_few_and_too_many_pages_are_refused),
    };
    return cmocka_run_group_tests_name("x86 caches at their limits", tests, NULL, NULL);
}
