/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page in the caches (x86_cache_stage.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/host/x86_cache_stage.h"

uint8_t cache_stage_plain[X86_PAGE_BYTES];

void cache_stage_put_page(uint64_t spa, uint32_t key)
{
    for (size_t i = 0; i < sizeof cache_stage_plain; i++) {
        cache_stage_plain[i] = (uint8_t)(i * 7 + i / 256 + spa / X86_PAGE_BYTES);
    }
    stage_put(spa, key, cache_stage_plain);
}

struct x86_cache_page cache_stage_fill(uint64_t spa, uint32_t key, bool write)
{
    struct x86_cache_page page;
    assert_int_equal(x86_cache_fill(stage.machine.cache, spa, key, write, &page),
                     MEMORY_CONTROLLER_OK);
    return page;
}

uint8_t cache_stage_get(uint64_t spa, uint32_t key)
{
    uint8_t byte;
    assert_int_equal(x86_cache_read(stage.machine.cache, spa, key, &byte, 1), MEMORY_CONTROLLER_OK);
    return byte;
}

void cache_stage_set(uint64_t spa, uint32_t key, uint8_t byte)
{
    assert_int_equal(x86_cache_write(stage.machine.cache, spa, key, &byte, 1),
                     MEMORY_CONTROLLER_OK);
}

uint8_t cache_stage_memory(uint64_t spa, uint32_t key)
{
    static uint8_t seen[X86_PAGE_BYTES];

    stage_look(spa, key, seen);
    return seen[spa % X86_PAGE_BYTES];
}
