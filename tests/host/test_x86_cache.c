/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caches read and write back, and through which key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/x86_cache_stage.h"

static uint8_t seen[X86_PAGE_BYTES];

static void fill_decrypts_and_leaves_memory_alone(void **state)
{
    uint8_t before[X86_PAGE_BYTES];
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    memcpy(before, stage_dram(CACHE_SPA), sizeof before);
    const struct x86_cache_page page = cache_stage_fill(CACHE_SPA + 123, STAGE_ASID, true);
    assert_true(page.cached);
    assert_memory_equal(page.bytes, cache_stage_plain, sizeof cache_stage_plain);
    page.bytes[0] ^= 1;
    cache_stage_set(CACHE_SPA + 100, STAGE_ASID, 9);
    assert_memory_equal(stage_dram(CACHE_SPA), before, sizeof before);
}

static void flush_encrypts_what_was_written_through_the_pointer(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    const struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[4095] ^= 1;
    cache_stage_plain[4095] ^= 1;
    x86_cache_flush_page(stage.machine.cache, CACHE_SPA, STAGE_ASID);
    stage_look(CACHE_SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, cache_stage_plain, sizeof cache_stage_plain);
    assert_false(x86_cache_has(stage.machine.cache, CACHE_SPA, STAGE_ASID));
}

static void only_changed_lines_are_written_back(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    const struct x86_cache_page page = cache_stage_fill(CACHE_SPA, STAGE_ASID, true);
    page.bytes[5 * X86_LINE_BYTES] ^= 1;
    cache_stage_set(
        CACHE_SPA + 9 * X86_LINE_BYTES, STAGE_ASID,
        cache_stage_plain[9 * X86_LINE_BYTES]); /* what is there: written all the same */
    memset(stage_dram(CACHE_SPA), 0xEE, X86_PAGE_BYTES);
    x86_cache_flush(stage.machine.cache);
    for (size_t line = 0; line < X86_PAGE_BYTES / X86_LINE_BYTES; line++) {
        const uint8_t *bytes = stage_dram(CACHE_SPA + line * X86_LINE_BYTES);
        if (line != 5 && line != 9) {
            assert_int_equal(bytes[0], 0xEE);
            assert_memory_equal(bytes, bytes + 1, X86_LINE_BYTES - 1);
        }
    }
    assert_int_equal(cache_stage_memory(CACHE_SPA + 5 * X86_LINE_BYTES, STAGE_ASID),
                     (uint8_t)(cache_stage_plain[5 * X86_LINE_BYTES] ^ 1));
    assert_int_equal(cache_stage_memory(CACHE_SPA + 9 * X86_LINE_BYTES, STAGE_ASID),
                     cache_stage_plain[9 * X86_LINE_BYTES]);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_written, 2);
}

static void page_that_was_not_filled_for_writing_is_not_compared(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    (void)cache_stage_fill(CACHE_SPA, STAGE_ASID, false);
    memset(stage_dram(CACHE_SPA), 0xEE, X86_PAGE_BYTES);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_written, 0);
    assert_int_equal(cache_stage_memory(CACHE_SPA, X86_KEY_NONE), 0xEE);
}

static void reader_through_another_key_sees_memory_until_a_flush(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    const uint8_t old = cache_stage_memory(CACHE_SPA, X86_KEY_NONE);
    cache_stage_set(CACHE_SPA, STAGE_ASID, (uint8_t)~cache_stage_plain[0]);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_NONE), old);
    x86_cache_flush_line(stage.machine.cache, CACHE_SPA + 63, STAGE_ASID);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_NONE),
                     cache_stage_memory(CACHE_SPA, X86_KEY_NONE));
    assert_int_not_equal(cache_stage_get(CACHE_SPA, X86_KEY_NONE), old);
}

static void cached_line_of_another_key_stays_stale_until_its_own_flush(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    const uint8_t stale = cache_stage_get(CACHE_SPA, X86_KEY_HOST);
    cache_stage_set(CACHE_SPA, STAGE_ASID, (uint8_t)~cache_stage_plain[0]);
    x86_cache_flush_page(stage.machine.cache, CACHE_SPA, STAGE_ASID);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_HOST), stale);
    x86_cache_flush_page(stage.machine.cache, CACHE_SPA, X86_KEY_HOST);
    assert_int_equal(cache_stage_get(CACHE_SPA, X86_KEY_HOST),
                     cache_stage_memory(CACHE_SPA, X86_KEY_HOST));
    assert_int_not_equal(cache_stage_get(CACHE_SPA, X86_KEY_HOST), stale);
}

static void last_write_back_is_what_memory_is(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 1);
    cache_stage_set(CACHE_SPA, STAGE_OTHER_ASID, 2);
    x86_cache_flush_key(stage.machine.cache, STAGE_OTHER_ASID);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_OTHER_ASID), 2);
    x86_cache_flush_key(stage.machine.cache, STAGE_ASID);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 1);
    assert_int_not_equal(cache_stage_memory(CACHE_SPA, STAGE_OTHER_ASID), 2);
}

static void wrong_key_is_garbage_and_no_fault(void **state)
{
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    assert_memory_not_equal(cache_stage_fill(CACHE_SPA, STAGE_OTHER_ASID, false).bytes,
                            cache_stage_plain, sizeof cache_stage_plain);
    assert_memory_not_equal(cache_stage_fill(CACHE_SPA, STAGE_EMPTY_ASID, false).bytes,
                            cache_stage_plain, sizeof cache_stage_plain);
    assert_memory_not_equal(cache_stage_fill(CACHE_SPA, 5000, false).bytes, cache_stage_plain,
                            sizeof cache_stage_plain);
    stage_look(CACHE_SPA, STAGE_EMPTY_ASID, seen);
    assert_memory_equal(cache_stage_fill(CACHE_SPA, STAGE_EMPTY_ASID, false).bytes, seen,
                        sizeof seen);
}

/* DEACTIVATE without WBINVD: what the guest leaves in the caches is no plaintext of anybody's. */
static void lines_of_a_key_that_is_gone_are_written_back_with_what_is_there(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 0x5A);
    stage_set_key(STAGE_ASID, 0);
    x86_cache_flush(stage.machine.cache);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 0x5A);
    stage_set_key(STAGE_ASID, 0x22);
    assert_int_not_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 0x5A);
    assert_int_equal(x86_cache_counts(stage.machine.cache).lines_lost, 0);
}

/* An ASID that is used anew without a flush: the next guest finds the last one's lines. */
static void lines_outlive_their_guest(void **state)
{
    (void)state;
    cache_stage_set(CACHE_SPA, STAGE_ASID, 0x5A);
    stage_set_key(STAGE_ASID, 0x99);
    assert_int_equal(cache_stage_get(CACHE_SPA, STAGE_ASID), 0x5A);
    x86_wbinvd(&stage.machine, 0, false);
    assert_int_equal(cache_stage_memory(CACHE_SPA, STAGE_ASID), 0x5A);
}

/* Any place and length in a page, against the page as a whole. */
static void bytes_of_any_place_and_length(void **state)
{
    uint8_t bytes[X86_PAGE_BYTES];
    (void)state;
    cache_stage_put_page(CACHE_SPA, STAGE_ASID);
    for (size_t length = 0; length <= X86_PAGE_BYTES; length += length < 130 ? 1 : 331) {
        const size_t offset = (length * 37) % (X86_PAGE_BYTES - length + 1);
        assert_int_equal(
            x86_cache_read(stage.machine.cache, CACHE_SPA + offset, STAGE_ASID, bytes, length),
            MEMORY_CONTROLLER_OK);
        assert_memory_equal(bytes, cache_stage_plain + offset, length);
        memset(bytes, (int)length, length);
        memset(cache_stage_plain + offset, (int)length, length);
        assert_int_equal(
            x86_cache_write(stage.machine.cache, CACHE_SPA + offset, STAGE_ASID, bytes, length),
            MEMORY_CONTROLLER_OK);
        if (length % 3 == 0) {
            x86_cache_flush_line(stage.machine.cache, CACHE_SPA + offset, STAGE_ASID);
        }
    }
    x86_cache_flush(stage.machine.cache);
    stage_look(CACHE_SPA, STAGE_ASID, seen);
    assert_memory_equal(seen, cache_stage_plain, sizeof cache_stage_plain);
}

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
        STAGED(wrong_key_is_garbage_and_no_fault),
        STAGED(lines_of_a_key_that_is_gone_are_written_back_with_what_is_there),
        STAGED(lines_outlive_their_guest),
        STAGED(bytes_of_any_place_and_length),
    };
    return cmocka_run_group_tests_name("x86 caches", tests, NULL, NULL);
}
