/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nested walk, which every guest physical address of a guest takes.
 */
#ifndef HOST_X86_WALK_INTERNAL_H
#define HOST_X86_WALK_INTERNAL_H

#include "host/x86/walk.h"
#include "host/x86/walk_entry_internal.h"

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
