/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables in the memory of the stage (x86_stage.h), written as a kernel would have them there, but
 * straight into DRAM: the tests of page walks.
 */
#ifndef TESTS_HOST_X86_TABLES_H
#define TESTS_HOST_X86_TABLES_H

#include "host/x86/walk.h"
#include "tests/host/x86_stage.h"

/* Bits of entries. */
#define PTE_P (1ull << 0)
#define PTE_W (1ull << 1)
#define PTE_U (1ull << 2)
#define PTE_A (1ull << 5)
#define PTE_D (1ull << 6)
#define PTE_PS (1ull << 7)
#define PTE_NX (1ull << 63)
#define PTE_ALL (PTE_P | PTE_W | PTE_U)

enum tables_format {
    TABLES_LONG,  /**< 4 levels of 9 bits, entries of 8 bytes. */
    TABLES_PAE,   /**< 2, 9 and 9 bits, entries of 8 bytes. */
    TABLES_32BIT, /**< 2 levels of 10 bits, entries of 4 bytes. */
};

/** A tree of tables. Its first table is at ROOT, the others follow. */
struct tables {
    enum tables_format format;
    uint64_t root;   /**< As CR3 has it, without C-bit. */
    uint64_t next;   /**< Next page to take for a table. */
    uint64_t to_spa; /**< From a table's address to where it is. */
    uint32_t key;    /**< That the tables lie in memory through. */
    uint64_t c_bit;  /**< Put into the entries that lead to tables. */
};

/** An empty tree. @param root  page-aligned; sixteen pages from there are the tree's */
struct tables tables_make(enum tables_format format, uint64_t root, uint32_t key, uint64_t to_spa);

/**
 * Writes the entry for an address, and those that lead to it, which allow everything.
 *
 * @param level  of the entry: 1 is a page of 4 KiB, 2 of 2 MiB (4 MiB), 3 of 1 GiB
 * @param entry  as it is to be, PTE_PS not added
 */
void tables_map(struct tables *tables, uint64_t linear, uint32_t level, uint64_t entry);

/** @return where the entry of a level for an address is; all levels above have theirs */
uint64_t tables_place(const struct tables *tables, uint64_t linear, uint32_t level);

/** @return the entry there, in DRAM */
uint64_t tables_entry(const struct tables *tables, uint64_t linear, uint32_t level);

/** Writes it. */
void tables_set_entry(const struct tables *tables, uint64_t linear, uint32_t level, uint64_t entry);

/** A core in long mode outside of guests, with these tables. */
struct x86_view tables_view(const struct tables *tables);

/** A core in a guest. */
struct x86_view tables_guest_view(const struct tables *tables, const struct x86_guest *guest);

/** Walks, which must succeed; then flushes, so that marks are in DRAM, and what is put there is read. */
struct x86_translation tables_walk(const struct x86_view *view, uint64_t linear,
                                   enum x86_rmp_access access);

/** Walks, which must fault so; then flushes. */
void tables_fault(const struct x86_view *view, uint64_t linear, enum x86_rmp_access access,
                  enum x86_fault_kind kind, uint64_t error, uint64_t address);

#endif
