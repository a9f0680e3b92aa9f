/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables for tests (x86_tables.h).
 */
#include "tests/host/x86_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ADDRESS 0x000FFFFFFFFFF000ull

static uint32_t levels_of(const struct tables *tables)
{
    return tables->format == TABLES_LONG ? 4 : tables->format == TABLES_PAE ? 3 : 2;
}

static bool is_short(const struct tables *tables)
{
    return tables->format == TABLES_32BIT;
}

struct tables tables_make(enum tables_format format, uint64_t root, uint32_t key, uint64_t to_spa)
{
    const uint8_t zero[X86_PAGE_BYTES] = {0};
    for (uint64_t page = 0; page < 16; page++) {
        stage_put(root + to_spa + page * X86_PAGE_BYTES, key, zero);
    }
    return (struct tables){.format = format,
                           .root = root,
                           .next = root + X86_PAGE_BYTES,
                           .to_spa = to_spa,
                           .key = key};
}

static uint64_t get(const struct tables *tables, uint64_t place)
{
    const uint64_t word = stage_word(place & ~7ull, tables->key);
    return is_short(tables) ? (uint32_t)(word >> place % 8 * 8) : word;
}

static void put(const struct tables *tables, uint64_t place, uint64_t entry)
{
    uint64_t word = entry;
    if (is_short(tables)) {
        const unsigned shift = (unsigned)(place % 8 * 8);
        word = (stage_word(place & ~7ull, tables->key) & ~(0xFFFFFFFFull << shift)) | entry
                                                                                          << shift;
    }
    stage_put_word(place & ~7ull, tables->key, word);
}

static uint64_t place_in(const struct tables *tables, uint64_t table, uint64_t linear,
                         uint32_t level)
{
    const uint64_t index = is_short(tables) ? linear >> (level == 2 ? 22 : 12) & 0x3FF
                                            : linear >> (12 + 9 * (level - 1)) & 0x1FF;
    return table + tables->to_spa + index * (is_short(tables) ? 4 : 8);
}

uint64_t tables_place(const struct tables *tables, uint64_t linear, uint32_t level)
{
    uint64_t table = tables->root;
    for (uint32_t above = levels_of(tables); above > level; above--) {
        const uint64_t entry = get(tables, place_in(tables, table, linear, above));
        assert_true((entry & PTE_P) != 0);
        table = entry & ADDRESS & ~tables->c_bit;
    }
    return place_in(tables, table, linear, level);
}

void tables_map(struct tables *tables, uint64_t linear, uint32_t level, uint64_t entry)
{
    for (uint32_t above = levels_of(tables); above > level; above--) {
        const uint64_t place = tables_place(tables, linear, above);
        if ((get(tables, place) & PTE_P) == 0) {
            const bool plain = tables->format == TABLES_PAE && above == 3;
            put(tables, place, tables->next | tables->c_bit | (plain ? PTE_P : PTE_ALL));
            tables->next += X86_PAGE_BYTES;
        }
    }
    put(tables, tables_place(tables, linear, level), entry | (level > 1 ? PTE_PS : 0));
}

uint64_t tables_entry(const struct tables *tables, uint64_t linear, uint32_t level)
{
    return get(tables, tables_place(tables, linear, level));
}

void tables_set_entry(const struct tables *tables, uint64_t linear, uint32_t level, uint64_t entry)
{
    put(tables, tables_place(tables, linear, level), entry);
}

struct x86_view tables_view(const struct tables *tables)
{
    return (struct x86_view){
        .cr0 = X86_CR0_PG | X86_CR0_WP,
        .cr3 = tables->root | tables->c_bit,
        .cr4 = tables->format == TABLES_32BIT ? X86_CR4_PSE : X86_CR4_PAE,
        .efer = X86_EFER_NXE | (tables->format == TABLES_LONG ? X86_EFER_LMA : 0),
    };
}

struct x86_view tables_guest_view(const struct tables *tables, const struct x86_guest *guest)
{
    struct x86_view view = tables_view(tables);
    view.guest = guest;
    return view;
}

struct x86_translation tables_walk(const struct x86_view *view, uint64_t linear,
                                   enum x86_rmp_access access)
{
    struct x86_translation translation;
    const struct x86_fault fault = x86_walk(&stage.machine, view, linear, access, &translation);
    if (fault.kind != X86_FAULT_NONE) {
        print_message("fault %d, error %llx, address %llx\n", (int)fault.kind,
                      (unsigned long long)fault.error, (unsigned long long)fault.address);
    }
    assert_int_equal(fault.kind, X86_FAULT_NONE);
    x86_cache_flush(stage.machine.cache);
    return translation;
}

void tables_fault(const struct x86_view *view, uint64_t linear, enum x86_rmp_access access,
                  enum x86_fault_kind kind, uint64_t error, uint64_t address)
{
    struct x86_translation translation;
    const struct x86_fault fault = x86_walk(&stage.machine, view, linear, access, &translation);
    x86_cache_flush(stage.machine.cache);
    if (fault.error != error) {
        print_message("error %llx, not %llx\n", (unsigned long long)fault.error,
                      (unsigned long long)error);
    }
    assert_int_equal(fault.kind, kind);
    assert_int_equal(fault.error, error);
    assert_int_equal(fault.address, address);
}
