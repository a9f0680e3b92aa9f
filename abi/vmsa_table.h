/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of VMSA integrity values at the start of the TMR (SEV-ES). The CPU model shares it with
 * the firmware: docs/fabric.md says who may change what, and how. It is never encrypted.
 *
 * Open addressing: a page's entry is the first match from VMSA_TABLE_SLOT(paddr) on, wrapping at the
 * end, before a FREE entry. A page matches whose entry is USED, RUNNING or LOCKED.
 */
#ifndef ABI_VMSA_TABLE_H
#define ABI_VMSA_TABLE_H

#include "abi/abi.h"

#define VMSA_TABLE_ENTRIES 0x8000u
#define VMSA_TABLE_VALUE_BYTES 16u

enum vmsa_entry_state {
    VMSA_ENTRY_FREE = 0,
    VMSA_ENTRY_USED = 1,      /**< A VMSA that nobody runs: the only one that VMRUN may take. */
    VMSA_ENTRY_REMOVED = 2,   /**< Vacant, but a search goes on behind it. */
    VMSA_ENTRY_SWAPPED = 3,   /**< Of a VMSA that SWAP_OUT took; PADDR and VALUE are 0. */
    VMSA_ENTRY_RUNNING = 4,   /**< A core's from VMRUN to #VMEXIT: the firmware lets it be. */
    VMSA_ENTRY_LOCKED = 5,    /**< The firmware's while a command works on it. */
    VMSA_ENTRY_ABANDONED = 6, /**< The guest has ended while a core ran it; #VMEXIT gives it up. */
};

struct vmsa_entry {
    uint64_t paddr;                        /**< Of the page, without C-bit. */
    uint32_t handle;                       /**< Of the guest; 0 in FREE and REMOVED. */
    uint32_t state;                        /**< enum vmsa_entry_state */
    uint8_t value[VMSA_TABLE_VALUE_BYTES]; /**< VMSA_VALUE below. */
} ABI_PACKED;
ABI_SIZE(struct vmsa_entry, 0x20);
ABI_OFFSET(struct vmsa_entry, paddr, 0x00);
ABI_OFFSET(struct vmsa_entry, handle, 0x08);
ABI_OFFSET(struct vmsa_entry, state, 0x0C);
ABI_OFFSET(struct vmsa_entry, value, 0x10);

/*
 * VMSA_VALUE: the first 16 bytes of HMAC-SHA-256, under the fabric's vmsa_key (32 bytes), over PADDR
 * (8 bytes), HANDLE (4 bytes) and the 4096 plaintext bytes of the page.
 */

/** HANDLE and STATE as the one 64-bit word that is loaded, stored and compared-and-swapped. */
#define VMSA_ENTRY_WORD(handle, state) ((uint64_t)(handle) | ((uint64_t)(state) << 32))
#define VMSA_ENTRY_WORD_OFFSET 0x08u

/** Where the search for a page begins. */
#define VMSA_TABLE_SLOT(paddr)                                                                     \
    ((uint32_t)((((uint64_t)(paddr) >> 12) * 0x9E3779B97F4A7C15ull) >> 49))

#endif
