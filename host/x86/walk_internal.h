/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a page walk: tables, and the nested walk that every guest physical address takes.
 */
#ifndef HOST_X86_WALK_INTERNAL_H
#define HOST_X86_WALK_INTERNAL_H

#include "host/x86/walk.h"
#include "host/x86/walk_entry_internal.h"

/** One walk. */
struct x86_walk_state {
    struct x86_machine *machine;
    const struct x86_view *view;
    uint64_t linear;
    enum x86_rmp_access access;
    bool operand; /**< Of an instruction that changes the reverse map table. */
    struct x86_table table;
    struct x86_table_rights rights;
};

/** Whether the walk is that of a guest with SEV. */
bool x86_walk_has_sev(const struct x86_walk_state *walk);

/** @return a guest physical address without the C-bit, which only guests with SEV have */
uint64_t x86_walk_gpa(const struct x86_walk_state *walk, uint64_t address);

/** @return how the tables are read that a view's CR3 leads to */
struct x86_table x86_walk_table(struct x86_machine *machine, const struct x86_view *view);

/** @return the fault at the linear address, unless it is #NPF, which tells the guest physical one */
struct x86_fault x86_walk_at_linear(const struct x86_walk_state *walk, struct x86_fault fault);

/**
 * Walks down to the last entry, which allows the access.
 *
 * @param[out] address  of the page, with the C-bit as far as there is one
 * @param[out] span     its size
 */
struct x86_fault x86_walk_tables(struct x86_walk_state *walk, uint64_t *address, uint64_t *span);

/** Makes a translation one of a smaller part of the page, if it is larger. */
void x86_walk_limit(struct x86_translation *translation, uint64_t bytes);

/** Where a guest physical address leads to. */
struct x86_nested {
    uint64_t spa;   /**< Of the byte, without the C-bit. */
    uint32_t key;   /**< What the nested table says: of pages that are not the guest's. */
    uint64_t bytes; /**< Size of the page. */
};

/** How a guest comes to a guest physical address. */
struct x86_nested_access {
    uint64_t gpa; /**< Without the C-bit. */
    enum x86_rmp_access access;
    bool table;   /**< It is an entry of the guest's page table. */
    bool c_bit;   /**< The access is private, as those to page tables and fetches are. */
    bool operand; /**< No access: the reverse map table is not asked. */
};

/** @return #NPF of such an access. @param bits  beside those that the access itself gives */
struct x86_fault x86_nested_fault(const struct x86_guest *guest,
                                  const struct x86_nested_access *access, uint64_t bits);

/** The nested walk. @return X86_FAULT_NONE or X86_FAULT_NPF */
struct x86_fault x86_nested_find(struct x86_machine *machine, const struct x86_guest *guest,
                                 const struct x86_nested_access *access, struct x86_nested *nested);

/** What the reverse map table says of an access after the nested walk. @param user  CPL 3 */
struct x86_fault x86_nested_check(struct x86_machine *machine, const struct x86_guest *guest,
                                  const struct x86_nested_access *access, bool user,
                                  const struct x86_nested *nested);

/** Walk, check and key of a guest's own access. */
struct x86_fault x86_nested_translate(struct x86_machine *machine, const struct x86_guest *guest,
                                      const struct x86_nested_access *access, bool user,
                                      struct x86_translation *translation);

/** How the host's tables are read, nested ones or a core's. @param nxe  there is no execution */
struct x86_table x86_host_table(const struct x86_machine *machine, uint32_t core,
                                enum x86_format format, bool nxe);

#endif
