/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page walks: from a linear address to a system physical one and the key it is accessed through, or
 * the exact fault. 4-level long mode, PAE, 32-bit, and no paging; for guests the nested walk, with
 * 4 levels, of every guest physical address; the checks of the reverse map table.
 *
 * Keys. Outside of guests a page, or a page table, is accessed through the host's key if the entry
 * that leads to it, or CR3, has the C-bit. A guest with SEV reads its page tables, and fetches,
 * through its own key, whatever C-bits say; data are private if the page's last entry has the
 * C-bit. Without paging, and in 32-bit paging, there is no C-bit, and all is private. What is not
 * private is as the nested table's last entry says.
 *
 * Walks set Accessed and Dirty, in the guest's and in the nested tables, through the caches. Entries
 * where there is no memory, or in a TMR, read as ones. Nested tables are those of a host in long
 * mode with EFER.NXE; a guest's own tables are walked as writes there, as processors do.
 */
#ifndef HOST_X86_WALK_H
#define HOST_X86_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "host/x86/guest.h"
#include "host/x86/machine.h"
#include "host/x86/rmp_access.h"

/* The bits of control registers that walks look at. */
#define X86_CR0_WP (1ull << 16)
#define X86_CR0_PG (1ull << 31)
#define X86_CR4_PSE (1ull << 4)
#define X86_CR4_PAE (1ull << 5)
#define X86_CR4_SMEP (1ull << 20)
#define X86_CR4_SMAP (1ull << 21)
#define X86_EFER_LMA (1ull << 10)
#define X86_EFER_NXE (1ull << 11)

/** Who accesses memory. */
struct x86_view {
    uint32_t core;                 /**< Index in the fabric's table. */
    const struct x86_guest *guest; /**< That the core runs with nested paging, or NULL. */
    uint64_t cr0, cr3, cr4, efer;  /**< The guest's, in one. */
    bool user;                     /**< CPL 3, and no implicit access to a system table. */
    bool alignment_check;          /**< RFLAGS.AC, which suspends SMAP; explicit accesses only. */
};

/* Bits of the error code of #PF and of EXITINFO1 of #NPF; those above are X86_RMP_ERROR_*. */
#define X86_PF_PRESENT (1ull << 0)
#define X86_PF_WRITE (1ull << 1)
#define X86_PF_USER (1ull << 2)
#define X86_PF_RESERVED (1ull << 3)
#define X86_PF_FETCH (1ull << 4)

enum x86_fault_kind {
    X86_FAULT_NONE = 0,
    X86_FAULT_GP,  /**< #GP(0), or #SS(0) through SS: the address is not canonical. */
    X86_FAULT_PF,  /**< #PF, to whom the page tables belong: host or guest. */
    X86_FAULT_NPF, /**< The guest is left with #NPF, 400h. */
    X86_FAULT_VC,  /**< #VC in the guest. */
};

struct x86_fault {
    enum x86_fault_kind kind;
    uint64_t error;   /**< Error code; EXITINFO1 of #NPF. */
    uint64_t address; /**< #PF and #VC: linear, CR2. #NPF: guest physical, EXITINFO2. */
};

/* What else a translation allows the same view without another walk. */
#define X86_RIGHT_READ 1u
#define X86_RIGHT_WRITE 2u
#define X86_RIGHT_FETCH 4u

struct x86_translation {
    uint64_t spa; /**< Of the byte, without the C-bit. What is not DRAM is a device's register. */
    uint64_t gpa; /**< Of the byte, without the C-bit; outside of guests as SPA. */
    uint32_t key; /**< As x86_cache_fill() takes it. */
    uint32_t rights;   /**< X86_RIGHT_*: the access's own, and others with the same KEY. */
    bool c_bit;        /**< In the last entry; a guest's without one: private. */
    bool nested_large; /**< The nested table maps it with 2 MiB or more. */
    /**
     * For how many bytes around the address all this holds: the page, the smaller one of guest's and
     * nested table's, or the part of it that the reverse map table was asked for.
     */
    uint64_t bytes;
    uint64_t page_offset; /**< Of the address in those. */
};

/**
 * Translates an address and checks that the access is allowed.
 *
 * @param linear            of a byte
 * @param[out] translation  set with X86_FAULT_NONE
 * @return the fault; Accessed bits of the entries before it may have been set, as on hardware
 */
struct x86_fault x86_walk(struct x86_machine *machine, const struct x86_view *view, uint64_t linear,
                          enum x86_rmp_access access, struct x86_translation *translation)
    __attribute__((warn_unused_result));

/**
 * Translates RAX of PVALIDATE, RMPADJUST and RMPQUERY, which do not access the page: the walk is that
 * of a read, but the reverse map table is asked for page tables only, not for the page.
 *
 * @param view  its guest has SEV-SNP
 */
struct x86_fault x86_walk_operand(struct x86_machine *machine, const struct x86_view *view,
                                  uint64_t linear, struct x86_translation *translation)
    __attribute__((warn_unused_result));

/**
 * Translates a guest physical address by the nested table alone, as an access of the guest that needs
 * no page walk of its own, of its data.
 *
 * @param gpa    without the C-bit
 * @param c_bit  the access is private
 * @return X86_FAULT_NONE, X86_FAULT_NPF or X86_FAULT_VC
 */
struct x86_fault x86_walk_nested(struct x86_machine *machine, const struct x86_guest *guest,
                                 uint64_t gpa, bool c_bit, enum x86_rmp_access access,
                                 struct x86_translation *translation)
    __attribute__((warn_unused_result));

#endif
