/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caches: what is filled and written back, and through which key; what the emulator is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/x86_stage.h"

#define SPA 0x100000ull
#define LINE X86_LINE_BYTES

static uint8_t plain[X86_PAGE_BYTES];
static uint8_t seen[X86_PAGE_BYTES];

/* A page of a guest in DRAM, different everywhere. */
static void put_page(uint64_t spa, uint32_t key)
{
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 7 + i / 256 + spa / X86_PAGE_BYTES);
    }
    stage_put(spa, key, plain);
}

static struct x86_cache_page fill(uint64_t spa, uint32_t key, bool write)
{
    struct x86_cache_page page;
    assert_int_equal(x86_cache_fill(stage.machine.cache, spa, key, write, &page),
                     MEMORY_CONTROLLER_OK);
    return page;
}

static uint8_t get(uint64_t spa, uint32_t key)
{
    uint8_t byte;
    assert_int_equal(x86_cache_read(stage.machine.cache, spa, key, &byte, 1), MEMORY_CONTROLLER_OK);
    return byte;
}

static void set(uint64_t spa, uint32_t key, uint8_t byte)
{
    assert_int_equal(x86_cache_write(stage.machine.cache, spa, key, &byte, 1),
                     MEMORY_CONTROLLER_OK);
}

/* A byte in DRAM, in the eyes of a key. */
static uint8_t memory(uint64_t spa, uint32_t key)
{
    stage_look(spa, key, seen);
    return seen[spa % X86_PAGE_BYTES];
}

static void fill_decrypts_and_leaves_memory_alone(void **state)
{
    uint8_t before[X86_PAGE_BYTES];
    (void)state;
    put_page(SPA, STAGE_ASID);
    memcpy(before, stage_dram(SPA), sizeof before);
    const struct x86_cache_page page = fill(SPA + 123, STAGE_ASID, true);
    assert_true(page.cached);
    assert_memory_equal(page.bytes, plain, sizeof plain);
    page.bytes[0] ^= 1;
    set(SPA + 100, STAGE_ASID, 9);
    assert_memory_equal(stage_dram(SPA), before, sizeof before);
}

static void flush_encrypts_what_was_written_through_the_pointer(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    const struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[4095] ^= 1;
    plain[4095] ^= 1;
    x86_cache_flush_page(stage.machine.cache, SPA, STAGE_ASID);
    stage_look(SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, plain, sizeof plain);
    assert_false(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
}

static void only_changed_lines_are_written_back(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    const struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[5 * LINE] ^= 1;
    set(SPA + 9 * LINE, STAGE_ASID, plain[9 * LINE]); /* what is there: written all the same */
    memset(stage_dram(SPA), 0xEE, X86_PAGE_BYTES);
    x86_cache_flush(stage.machine.cache);
    for (size_t line = 0; line < X86_PAGE_BYTES / LINE; line++) {
        const uint8_t *bytes = stage_dram(SPA + line * LINE);
        if (line != 5 && line != 9) {
            assert_int_equal(bytes[0], 0xEE);
            assert_memory_equal(bytes, bytes + 1, LINE - 1);
        }
    }
    assert_int_equal(memory(SPA + 5 * LINE, STAGE_ASID), (uint8_t)(plain[5 * LINE] ^ 1));
    assert_int_equal(memory(SPA + 9 * LINE, STAGE_ASID), plain[9 * LINE]);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_written, 2);
}

static void page_that_was_not_filled_for_writing_is_not_compared(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    (void)fill(SPA, STAGE_ASID, false);
    memset(stage_dram(SPA), 0xEE, X86_PAGE_BYTES);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_written, 0);
    assert_int_equal(memory(SPA, X86_KEY_NONE), 0xEE);
}

static void reader_through_another_key_sees_memory_until_a_flush(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    const uint8_t old = memory(SPA, X86_KEY_NONE);
    set(SPA, STAGE_ASID, (uint8_t)~plain[0]);
    assert_int_equal(get(SPA, X86_KEY_NONE), old);
    x86_cache_flush_line(stage.machine.cache, SPA + 63, STAGE_ASID);
    assert_int_equal(get(SPA, X86_KEY_NONE), memory(SPA, X86_KEY_NONE));
    assert_int_not_equal(get(SPA, X86_KEY_NONE), old);
}

static void cached_line_of_another_key_stays_stale_until_its_own_flush(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    const uint8_t stale = get(SPA, X86_KEY_HOST);
    set(SPA, STAGE_ASID, (uint8_t)~plain[0]);
    x86_cache_flush_page(stage.machine.cache, SPA, STAGE_ASID);
    assert_int_equal(get(SPA, X86_KEY_HOST), stale);
    x86_cache_flush_page(stage.machine.cache, SPA, X86_KEY_HOST);
    assert_int_equal(get(SPA, X86_KEY_HOST), memory(SPA, X86_KEY_HOST));
    assert_int_not_equal(get(SPA, X86_KEY_HOST), stale);
}

static void last_write_back_is_what_memory_is(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 1);
    set(SPA, STAGE_OTHER_ASID, 2);
    x86_cache_flush_key(stage.machine.cache, STAGE_OTHER_ASID);
    assert_int_equal(memory(SPA, STAGE_OTHER_ASID), 2);
    x86_cache_flush_key(stage.machine.cache, STAGE_ASID);
    assert_int_equal(memory(SPA, STAGE_ASID), 1);
    assert_int_not_equal(memory(SPA, STAGE_OTHER_ASID), 2);
}

static void line_flush_leaves_other_lines_and_keys(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 1);
    set(SPA + LINE, STAGE_ASID, 2);
    set(SPA, X86_KEY_HOST, 3);
    x86_cache_flush_line(stage.machine.cache, SPA + 5, STAGE_ASID);
    assert_false(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, SPA + LINE, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, SPA, X86_KEY_HOST));
    assert_int_equal(memory(SPA, STAGE_ASID), 1);
    assert_int_not_equal(memory(SPA + LINE, STAGE_ASID), 2);
}

/* The pointer is void, and the line is read anew: it may be another's by then. */
static void page_with_a_flushed_line_is_completed_by_the_next_fill(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[LINE] ^= 1;
    x86_cache_flush_line(stage.machine.cache, SPA, STAGE_ASID);
    assert_int_equal(stage.notice.gone, 1);
    assert_int_equal(stage.notice.page, page.number);
    put_page(SPA, STAGE_OTHER_ASID);
    page = fill(SPA, STAGE_ASID, false);
    assert_int_equal(page.bytes[LINE], (uint8_t)(plain[LINE] ^ 1));
    assert_int_equal(page.bytes[0], memory(SPA, STAGE_ASID));
}

static void wrong_key_is_garbage_and_no_fault(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    assert_memory_not_equal(fill(SPA, STAGE_OTHER_ASID, false).bytes, plain, sizeof plain);
    assert_memory_not_equal(fill(SPA, STAGE_EMPTY_ASID, false).bytes, plain, sizeof plain);
    assert_memory_not_equal(fill(SPA, 5000, false).bytes, plain, sizeof plain);
    stage_look(SPA, STAGE_EMPTY_ASID, seen);
    assert_memory_equal(fill(SPA, STAGE_EMPTY_ASID, false).bytes, seen, sizeof seen);
}

/* DEACTIVATE without WBINVD: what the guest leaves in the caches is no plaintext of anybody's. */
static void lines_of_a_key_that_is_gone_are_written_back_with_what_is_there(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 0x5A);
    stage_set_key(STAGE_ASID, 0);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(memory(SPA, STAGE_ASID), 0x5A);
    stage_set_key(STAGE_ASID, 0x22);
    assert_int_not_equal(memory(SPA, STAGE_ASID), 0x5A);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_lost, 0);
}

/* An ASID that is used anew without a flush: the next guest finds the last one's lines. */
static void lines_outlive_their_guest(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 0x5A);
    stage_set_key(STAGE_ASID, 0x99);
    assert_int_equal(get(SPA, STAGE_ASID), 0x5A);
    x86_wbinvd(&stage.machine, 0, false);
    assert_int_equal(memory(SPA, STAGE_ASID), 0x5A);
}

static void eviction_writes_back_and_tells(void **state)
{
    (void)state;
    struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[0] = 0x5A;
    for (uint64_t i = 1; i < 3 * X86_CACHE_PAGES_MIN; i++) {
        (void)fill(SPA + i * X86_PAGE_BYTES, STAGE_OTHER_ASID, false);
    }
    assert_false(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
    assert_int_equal(memory(SPA, STAGE_ASID), 0x5A);
    assert_int_equal(stage.notice.gone, 2 * X86_CACHE_PAGES_MIN);
    assert_int_equal(x86_cache_counts(stage.machine.cache).evictions, 2 * X86_CACHE_PAGES_MIN);
}

/* As many as an instruction may need at once. */
static void pages_that_were_just_filled_stay(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        (void)fill(SPA + i * X86_PAGE_BYTES, STAGE_ASID, false);
        for (uint64_t back = 0; back < 8 && back <= i; back++) {
            assert_true(
                x86_cache_has(stage.machine.cache, SPA + (i - back) * X86_PAGE_BYTES, STAGE_ASID));
        }
    }
}

static void only_who_has_a_page_is_told(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 1);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(stage.notice.gone, 0);
    (void)fill(SPA, STAGE_ASID, false);
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(stage.notice.clean, 0);
    (void)fill(SPA, STAGE_ASID, true);
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
    struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[0] = 1;
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(memory(SPA, STAGE_ASID), 1);
    assert_true(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
    page = fill(SPA, STAGE_ASID, true);
    page.bytes[0] = 2;
    x86_cache_write_back(stage.machine.cache);
    assert_int_equal(memory(SPA, STAGE_ASID), 2);
}

static void discard_writes_nothing(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    struct x86_cache_page page = fill(SPA, STAGE_ASID, true);
    page.bytes[0] ^= 1;
    set(SPA + LINE, X86_KEY_HOST, 1);
    x86_cache_discard(stage.machine.cache);
    assert_int_equal(stage.notice.gone, 1);
    stage_look(SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, plain, sizeof plain);
    assert_false(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
}

static void snoop_flushes_what_is_not_a_guests(void **state)
{
    (void)state;
    set(SPA, X86_KEY_HOST, 1);
    set(SPA + LINE, STAGE_ASID, 2);
    x86_cache_snoop(stage.machine.cache);
    assert_false(x86_cache_has(stage.machine.cache, SPA, X86_KEY_HOST));
    assert_true(x86_cache_has(stage.machine.cache, SPA + LINE, STAGE_ASID));
    assert_int_equal(memory(SPA, X86_KEY_HOST), 1);
}

static void wbinvd_is_counted_for_the_host_alone(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 1);
    x86_wbinvd(&stage.machine, 2, false);
    assert_int_equal(stage_core(2)->wbinvd_count, 1);
    assert_int_equal(stage_core(0)->wbinvd_count, 0);
    assert_int_equal(memory(SPA, STAGE_ASID), 1);
    set(SPA, STAGE_ASID, 2);
    x86_wbinvd(&stage.machine, 2, true);
    assert_int_equal(stage_core(2)->wbinvd_count, 1);
    assert_int_equal(memory(SPA, STAGE_ASID), 2);
}

static void vm_page_flush_is_of_one_page_and_asid(void **state)
{
    (void)state;
    set(SPA, STAGE_ASID, 1);
    set(SPA, STAGE_OTHER_ASID, 2);
    set(SPA + X86_PAGE_BYTES, STAGE_ASID, 3);
    assert_true(x86_vm_page_flush(&stage.machine, SPA, STAGE_ASID));
    assert_false(x86_cache_has(stage.machine.cache, SPA, STAGE_ASID));
    assert_true(x86_cache_has(stage.machine.cache, SPA, STAGE_OTHER_ASID));
    assert_true(x86_cache_has(stage.machine.cache, SPA + X86_PAGE_BYTES, STAGE_ASID));
    assert_int_equal(memory(SPA, STAGE_ASID), 1);
    assert_false(x86_vm_page_flush(&stage.machine, SPA, 0));
    assert_true(x86_vm_page_flush(&stage.machine, SPA, 509));
    assert_false(x86_vm_page_flush(&stage.machine, SPA, 510));
}

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
    refuse(1ull << 51 | SPA, X86_KEY_NONE, MEMORY_CONTROLLER_UNMAPPED);
    (void)fill(STAGE_HIGH, STAGE_ASID, true);
}

static void tmr_is_nobodys(void **state)
{
    (void)state;
    stage_set_tmr(SPA, 0x100000);
    refuse(SPA, STAGE_ASID, MEMORY_CONTROLLER_PROTECTED);
    refuse(SPA + 0xFFFFF, X86_KEY_HOST, MEMORY_CONTROLLER_PROTECTED);
    refuse(SPA, X86_KEY_NONE, MEMORY_CONTROLLER_PROTECTED);
    (void)fill(SPA + 0x100000, STAGE_ASID, true);
    stage_set_tmr(0, 0);
    (void)fill(SPA, STAGE_ASID, true);
}

static void lines_that_a_new_tmr_covers_are_lost(void **state)
{
    (void)state;
    put_page(SPA, STAGE_ASID);
    fill(SPA, STAGE_ASID, true).bytes[0] ^= 1;
    stage_set_tmr(SPA, 0x100000);
    refuse(SPA, STAGE_ASID, MEMORY_CONTROLLER_PROTECTED);
    assert_int_equal(stage.notice.gone, 1);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_lost, 1);
    assert_int_equal(memory(SPA, STAGE_ASID), plain[0]);
}

static void without_keys_only_raw_memory_is_there(void **state)
{
    (void)state;
    stage_memctl()->magic = 0;
    refuse(SPA, X86_KEY_HOST, MEMORY_CONTROLLER_NO_KEYS);
    set(SPA, X86_KEY_NONE, 3);
    assert_int_equal(stage_dram(SPA)[0], 3);
}

static void raw_memory_is_not_cached(void **state)
{
    (void)state;
    const struct x86_cache_page page = fill(SPA + 5, X86_KEY_NONE, true);
    assert_false(page.cached);
    assert_ptr_equal(page.bytes, stage_dram(SPA));
    set(SPA + 4095, X86_KEY_NONE, 3);
    assert_int_equal(stage_dram(SPA)[4095], 3);
    assert_false(x86_cache_has(stage.machine.cache, SPA, X86_KEY_NONE));
}

static void raw_memory_is_cached_where_that_is_wanted(void **state)
{
    const struct stage_options options = {.cache_raw = true};
    (void)state;
    stage_tear_down(state);
    stage_open(&options);
    put_page(SPA, STAGE_ASID);
    const uint8_t raw = stage_dram(SPA)[0];
    assert_int_equal(get(SPA, X86_KEY_NONE), raw);
    set(SPA, X86_KEY_NONE, (uint8_t)~raw);
    assert_int_equal(stage_dram(SPA)[0], raw);
    assert_int_equal(get(SPA, STAGE_ASID), plain[0]);
    x86_cache_snoop(stage.machine.cache);
    assert_int_equal(stage_dram(SPA)[0], (uint8_t)~raw);
}

static void with_tsme_the_hosts_key_is_everywhere(void **state)
{
    const struct stage_options options = {.flags = FABRIC_FLAG_TSME};
    (void)state;
    stage_tear_down(state);
    stage_open(&options);
    set(SPA, X86_KEY_NONE, 3);
    assert_int_equal(get(SPA, X86_KEY_HOST), 3);
    assert_true(x86_cache_has(stage.machine.cache, SPA, X86_KEY_NONE));
    x86_cache_flush_line(stage.machine.cache, SPA, X86_KEY_NONE);
    assert_false(x86_cache_has(stage.machine.cache, SPA, X86_KEY_HOST));
    assert_int_equal(memory(SPA, X86_KEY_HOST), 3);
    assert_int_equal(x86_host_key(&stage.machine, 0, SPA), X86_KEY_HOST);
    assert_true(fill(SPA, X86_KEY_NONE, false).cached);
    set(SPA, STAGE_ASID, 4);
    assert_int_equal(get(SPA, X86_KEY_NONE), 3);
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
    put_page(SPA, STAGE_ASID);
    assert_int_equal(x86_cache_fill(cache, SPA, STAGE_ASID, true, &page), MEMORY_CONTROLLER_OK);
    assert_ptr_equal(page.bytes, options.arena + page.number * (size_t)X86_PAGE_BYTES);
    assert_memory_equal(page.bytes, plain, sizeof plain);
    x86_cache_free(cache);
    for (size_t i = 0; i < 0x40000; i++) {
        assert_int_equal(options.arena[i], 0);
    }
    free(options.arena);
}

static void too_few_pages_are_refused(void **state)
{
    const struct x86_cache_options options = {.memory = &stage.machine.memory,
                                              .pages = X86_CACHE_PAGES_MIN - 1};
    (void)state;
    assert_null(x86_cache_new(&options));
    x86_cache_free(NULL);
}

/* Any place and length in a page, against the page as a whole. */
static void bytes_of_any_place_and_length(void **state)
{
    uint8_t bytes[X86_PAGE_BYTES];
    (void)state;
    put_page(SPA, STAGE_ASID);
    for (size_t length = 0; length <= X86_PAGE_BYTES; length += length < 130 ? 1 : 331) {
        const size_t offset = (length * 37) % (X86_PAGE_BYTES - length + 1);
        assert_int_equal(
            x86_cache_read(stage.machine.cache, SPA + offset, STAGE_ASID, bytes, length),
            MEMORY_CONTROLLER_OK);
        assert_memory_equal(bytes, plain + offset, length);
        memset(bytes, (int)length, length);
        memset(plain + offset, (int)length, length);
        assert_int_equal(
            x86_cache_write(stage.machine.cache, SPA + offset, STAGE_ASID, bytes, length),
            MEMORY_CONTROLLER_OK);
        if (length % 3 == 0) {
            x86_cache_flush_line(stage.machine.cache, SPA + offset, STAGE_ASID);
        }
    }
    x86_cache_flush(stage.machine.cache);
    stage_look(SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, plain, sizeof plain);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(fill_decrypts_and_leaves_memory_alone),
        STAGED(flush_encrypts_what_was_written_through_the_pointer),
        STAGED(only_changed_lines_are_written_back),
        STAGED(page_that_was_not_filled_for_writing_is_not_compared),
        STAGED(reader_through_another_key_sees_memory_until_a_flush),
        STAGED(cached_line_of_another_key_stays_stale_until_its_own_flush),
        STAGED(last_write_back_is_what_memory_is),
        STAGED(line_flush_leaves_other_lines_and_keys),
        STAGED(page_with_a_flushed_line_is_completed_by_the_next_fill),
        STAGED(wrong_key_is_garbage_and_no_fault),
        STAGED(lines_of_a_key_that_is_gone_are_written_back_with_what_is_there),
        STAGED(lines_outlive_their_guest),
        STAGED(eviction_writes_back_and_tells),
        STAGED(pages_that_were_just_filled_stay),
        STAGED(only_who_has_a_page_is_told),
        STAGED(write_back_keeps_lines_and_asks_for_the_next_write),
        STAGED(discard_writes_nothing),
        STAGED(snoop_flushes_what_is_not_a_guests),
        STAGED(wbinvd_is_counted_for_the_host_alone),
        STAGED(vm_page_flush_is_of_one_page_and_asid),
        STAGED(where_no_memory_is_there_is_no_access),
        STAGED(tmr_is_nobodys),
        STAGED(lines_that_a_new_tmr_covers_are_lost),
        STAGED(without_keys_only_raw_memory_is_there),
        STAGED(raw_memory_is_not_cached),
        STAGED(raw_memory_is_cached_where_that_is_wanted),
        STAGED(with_tsme_the_hosts_key_is_everywhere),
        STAGED(plaintext_is_in_the_emulators_arena_and_wiped_at_the_end),
        STAGED(too_few_pages_are_refused),
        STAGED(bytes_of_any_place_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
