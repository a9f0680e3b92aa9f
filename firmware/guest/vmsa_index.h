/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware itself knows of the VMSA table (vmsa.h), in secure RAM: whose entry is where. So
 * it never believes what the table says, and finds an entry, or that there is none, at once.
 *
 * Entries have the numbers they have in the table. A search of the CPU for a page begins at
 * VMSA_TABLE_SLOT(paddr) and crosses every entry up to the page's own; how many pages' searches
 * cross an entry is counted, so that one which is given up can be FREE as soon as none does.
 */
#ifndef FIRMWARE_GUEST_VMSA_INDEX_H
#define FIRMWARE_GUEST_VMSA_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/vmsa_table.h"

#define VMSA_NOWHERE VMSA_TABLE_ENTRIES

/**
 * No page's entry is so far from where the search for it begins: nothing that is done about a page
 * takes more steps, whatever pages the x86 side chooses.
 */
#define VMSA_REACH 512u

enum vmsa_kind {
    VMSA_VACANT,    /**< FREE or REMOVED in the table. */
    VMSA_PAGE,      /**< A VMSA at NAME, an address. */
    VMSA_TICKET,    /**< A VMSA that is swapped out under NAME, a number of the guest's. */
    VMSA_ABANDONED, /**< A core still holds it; of nobody. */
};

struct vmsa_known {
    uint64_t name;
    uint32_t handle; /**< Of the guest. */
    uint16_t next;   /**< Of the same bucket: entry + 1; 0 = none. */
    uint8_t kind;    /**< enum vmsa_kind */
    uint8_t reserved;
};

/** Forgets everything: all entries are vacant. */
void vmsa_index_clear(void);

/** @return what is known of an entry below VMSA_TABLE_ENTRIES */
const struct vmsa_known *vmsa_index_at(uint32_t entry);

/** @return the entry of a page, whosever it is, or VMSA_NOWHERE */
uint32_t vmsa_index_find_page(uint64_t paddr);

/** @return the entry of a VMSA that a guest has swapped out, or VMSA_NOWHERE */
uint32_t vmsa_index_find_ticket(uint32_t handle, uint64_t ticket);

/** @return the vacant entry that a search for the page meets first; VMSA_NOWHERE beyond its reach */
uint32_t vmsa_index_find_vacant(uint64_t paddr);

/** Whether the entry is less than VMSA_REACH from where the search for the page begins. */
bool vmsa_index_reaches(uint64_t paddr, uint32_t entry);

/** Whether a search for a page crosses the entry. */
bool vmsa_index_is_crossed(uint32_t entry);

/**
 * Says what a vacant entry holds from now on.
 *
 * @param kind  VMSA_PAGE: no other entry has this page; or VMSA_TICKET, VMSA_ABANDONED
 */
void vmsa_index_set(uint32_t entry, enum vmsa_kind kind, uint32_t handle, uint64_t name);

/** Gives the page of an entry to a guest. */
void vmsa_index_set_guest(uint32_t entry, uint32_t handle);

/** The entry is vacant from now on. */
void vmsa_index_vacate(uint32_t entry);

#endif
