/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest on the stage (x86_stage.h), with nested tables and tables of its own: guest physical
 * addresses from 0 lie at GUEST_BASE.
 */
#ifndef TESTS_HOST_X86_GUEST_STAGE_H
#define TESTS_HOST_X86_GUEST_STAGE_H

#include "tests/host/x86_tables.h"

#define GUEST_BASE 0x400000ull /**< Where its memory begins; 2 MiB. */
#define GUEST_BYTES 0x200000ull
#define GUEST_TABLES 0x100000ull /**< Guest physical, of its own tables. */
#define GUEST_PAGE 0x5000ull     /**< Guest physical: a page of data. */
#define GUEST_SPA (GUEST_BASE + GUEST_PAGE)
#define GUEST_LINEAR 0x7F8040201000ull
#define GUEST_C_BIT (1ull << 51)

enum guest_kind {
    GUEST_PLAIN, /**< No encryption. */
    GUEST_SEV,
    GUEST_SNP,
};

struct guest_stage {
    struct x86_guest guest;
    struct tables nested; /**< Map each page of its memory with 4 KiB. */
    struct tables tables; /**< GUEST_LINEAR is GUEST_PAGE, private if it is encrypted. */
    struct x86_view view;
};

extern struct guest_stage guest_stage;

/** Makes a guest on a stage that is open. For SNP there is a table, and its memory is validated. */
void guest_stage_make(enum guest_kind kind);

/** Maps GUEST_LINEAR anew. @param bits  of the entry, beside the address */
void guest_stage_map(uint64_t gpa, uint64_t bits);

/** @return where a guest physical address is */
uint64_t guest_stage_spa(uint64_t gpa);

/** @return guest physical address of the entry of a level for GUEST_LINEAR */
uint64_t guest_stage_entry_gpa(uint32_t level);

/** Walks to 10h bytes behind GUEST_LINEAR; fails the test unless it gets there. */
struct x86_translation guest_stage_walk(enum x86_rmp_access access);

/** Fails the test unless that walk leads to GUEST_SPA with this key. @param private  C-bit */
void guest_stage_leads_to(enum x86_rmp_access access, uint32_t key, bool private);

/** Fails the test unless that walk ends with #NPF, or the guest's own #PF, and this error. */
void guest_stage_npf(enum x86_rmp_access access, uint64_t error, uint64_t gpa);
void guest_stage_page_fault(enum x86_rmp_access access, uint64_t error);

#endif
