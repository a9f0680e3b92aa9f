/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of page tables (walk_entry_internal.h).
 */
#include "host/x86/walk_entry_internal.h"

#define PAGE_SHIFT 12u

#define PAE_TOP_RESERVED                                                                           \
    0xFFF00000000001E6ull /* R/W, U/S, A, D, PS, G; what long mode ignores; NX */
#define PAE_RESERVED 0x7FF0000000000000ull
#define LARGE_4M_RESERVED (1ull << 21)
#define PAGE_4M_LOW 0xFFC00000ull
#define PAGE_4M_HIGH 0x001FE000ull /* bits 39:32 of the address, at 20:13 */
#define PAGE_4M_HIGH_SHIFT 19u

uint32_t x86_table_levels(const struct x86_table *table)
{
    static const uint32_t levels[] = {
        [X86_FORMAT_LONG] = 4, [X86_FORMAT_PAE] = 3, [X86_FORMAT_32BIT] = 2};
    return levels[table->format];
}

static uint32_t index_bits(const struct x86_table *table)
{
    return table->format == X86_FORMAT_32BIT ? 10 : 9;
}

static size_t entry_bytes(const struct x86_table *table)
{
    return table->format == X86_FORMAT_32BIT ? 4 : 8;
}

/* Of the lowest bit of an address that a level's index has. */
static uint32_t index_shift(const struct x86_table *table, uint32_t level)
{
    return PAGE_SHIFT + (level - 1) * index_bits(table);
}

uint64_t x86_entry_span(const struct x86_table *table, uint32_t level)
{
    return 1ull << index_shift(table, level);
}

uint64_t x86_entry_offset(const struct x86_table *table, uint32_t level, uint64_t address)
{
    const uint64_t index = address >> index_shift(table, level) & ((1ull << index_bits(table)) - 1);
    return index * entry_bytes(table);
}

bool x86_entry_is_last(const struct x86_table *table, uint32_t level, uint64_t entry)
{
    const bool large = (entry & X86_ENTRY_LARGE) != 0;
    if (level == 1) {
        return true;
    }
    if (table->format == X86_FORMAT_32BIT) {
        return large && table->page_size_extensions;
    }
    return large && (level == 2 || (level == 3 && table->format == X86_FORMAT_LONG));
}

/* Bits of the address below a large page's size, but for PAT's, which is bit 12. */
static uint64_t below_page(const struct x86_table *table, uint32_t level)
{
    return (x86_entry_span(table, level) - 1) & X86_ENTRY_ADDRESS & ~(uint64_t)X86_PAGE_BYTES;
}

bool x86_entry_is_reserved(const struct x86_table *table, uint32_t level, uint64_t entry)
{
    const bool last = x86_entry_is_last(table, level, entry);
    if (table->format == X86_FORMAT_32BIT) {
        return last && level == 2 && (entry & LARGE_4M_RESERVED) != 0;
    }
    uint64_t reserved = table->reserved | (table->nxe ? 0 : X86_ENTRY_NX);
    if (table->format == X86_FORMAT_PAE) {
        reserved |= level == 3 ? PAE_TOP_RESERVED : PAE_RESERVED;
    }
    if (level == 4) {
        reserved |= X86_ENTRY_LARGE;
    }
    if (last && level > 1) {
        reserved |= below_page(table, level);
    }
    return (entry & reserved) != 0;
}

uint64_t x86_entry_address(const struct x86_table *table, uint32_t level, uint64_t entry)
{
    const bool large = level > 1 && x86_entry_is_last(table, level, entry);
    if (large && table->format == X86_FORMAT_32BIT) {
        return (entry & PAGE_4M_LOW) | (entry & PAGE_4M_HIGH) << PAGE_4M_HIGH_SHIFT;
    }
    return entry & X86_ENTRY_ADDRESS & (large ? ~(x86_entry_span(table, level) - 1) : UINT64_MAX);
}

/* Those of PAE's first table say nothing of rights, and take no marks. */
static bool is_plain_pointer(const struct x86_table *table, uint32_t level)
{
    return table->format == X86_FORMAT_PAE && level == 3;
}

void x86_entry_restrict(const struct x86_table *table, uint32_t level, uint64_t entry,
                        struct x86_table_rights *rights)
{
    if (!is_plain_pointer(table, level)) {
        rights->writable = rights->writable && (entry & X86_ENTRY_WRITABLE) != 0;
        rights->user = rights->user && (entry & X86_ENTRY_USER) != 0;
        rights->no_execute = rights->no_execute || (entry & X86_ENTRY_NX) != 0;
    }
}

uint64_t x86_entry_marks(const struct x86_table *table, uint32_t level, uint64_t entry, bool write)
{
    const bool dirty = write && x86_entry_is_last(table, level, entry);
    const uint64_t wanted = X86_ENTRY_ACCESSED | (dirty ? X86_ENTRY_DIRTY : 0);
    return is_plain_pointer(table, level) ? 0 : wanted & ~entry;
}

uint64_t x86_entry_load(struct x86_machine *machine, const struct x86_table *table,
                        const struct x86_entry_place *place)
{
    uint64_t entry = 0;
    const size_t bytes = entry_bytes(table);
    if (x86_cache_read(machine->cache, place->spa, place->key, &entry, bytes) !=
        MEMORY_CONTROLLER_OK) {
        return bytes == sizeof entry ? UINT64_MAX : UINT32_MAX;
    }
    return entry;
}

void x86_entry_mark(struct x86_machine *machine, const struct x86_table *table,
                    const struct x86_entry_place *place, uint64_t entry)
{
    const enum memory_controller_result result =
        x86_cache_write(machine->cache, place->spa, place->key, &entry, entry_bytes(table));
    (void)result; /* Where there is no memory the entry was all ones, and needed no marks. */
}
