/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of page tables in the three formats: long mode, PAE and 32-bit.
 */
#ifndef HOST_X86_WALK_ENTRY_INTERNAL_H
#define HOST_X86_WALK_ENTRY_INTERNAL_H

#include "host/x86/machine.h"

#define X86_ENTRY_PRESENT (1ull << 0)
#define X86_ENTRY_WRITABLE (1ull << 1)
#define X86_ENTRY_USER (1ull << 2)
#define X86_ENTRY_ACCESSED (1ull << 5)
#define X86_ENTRY_DIRTY (1ull << 6)
#define X86_ENTRY_LARGE (1ull << 7)
#define X86_ENTRY_NX (1ull << 63)
#define X86_ENTRY_ADDRESS 0x000FFFFFFFFFF000ull

enum x86_format {
    X86_FORMAT_LONG,  /**< 4 levels */
    X86_FORMAT_PAE,   /**< 3 levels */
    X86_FORMAT_32BIT, /**< 2 levels, entries of 4 bytes */
};

/** What the entries so far allow. */
struct x86_table_rights {
    bool writable;
    bool user;
    bool no_execute;
};

#define X86_TABLE_RIGHTS_ALL                                                                       \
    (struct x86_table_rights)                                                                      \
    {                                                                                              \
        .writable = true, .user = true                                                             \
    }

/** How one kind of table is read. */
struct x86_table {
    enum x86_format format;
    bool page_size_extensions; /**< 32-bit: there are pages of 4 MiB. */
    bool nxe;
    uint64_t reserved; /**< Bits of an address that must be 0. */
};

/** @return levels; that of the last table is 1 */
uint32_t x86_table_levels(const struct x86_table *table);

/** @return bytes that an entry of a level maps */
uint64_t x86_entry_span(const struct x86_table *table, uint32_t level);

/** @return offset of the entry for an address in its table */
uint64_t x86_entry_offset(const struct x86_table *table, uint32_t level, uint64_t address);

/** Whether a present entry maps a page. */
bool x86_entry_is_last(const struct x86_table *table, uint32_t level, uint64_t entry);

/** Whether a present entry has a bit that must be 0. */
bool x86_entry_is_reserved(const struct x86_table *table, uint32_t level, uint64_t entry);

/** @return the address in a present entry, with the C-bit as far as it has one */
uint64_t x86_entry_address(const struct x86_table *table, uint32_t level, uint64_t entry);

/** Takes a present entry's rights off. */
void x86_entry_restrict(const struct x86_table *table, uint32_t level, uint64_t entry,
                        struct x86_table_rights *rights);

/** @return Accessed and, if @p write, Dirty, as far as the present entry has and needs them */
uint64_t x86_entry_marks(const struct x86_table *table, uint32_t level, uint64_t entry, bool write);

/** Where an entry is. */
struct x86_entry_place {
    uint64_t spa;
    uint32_t key;
};

/** Reads an entry through the caches; ones if there is no memory for software. */
uint64_t x86_entry_load(struct x86_machine *machine, const struct x86_table *table,
                        const struct x86_entry_place *place);

/** Sets bits of an entry that has just been read. */
void x86_entry_mark(struct x86_machine *machine, const struct x86_table *table,
                    const struct x86_entry_place *place, uint64_t entry);

#endif
