/*
 * The table of VMSA integrity values at the start of the TMR (SEV-ES). The CPU model shares it with
 * the firmware: it updates a value when it has saved a VMSA and compares it before it loads one.
 *
 * Open addressing: a page's entry is the first match from VMSA_TABLE_SLOT(paddr) on, wrapping at the
 * end, before a FREE entry. A page that was taken out leaves a REMOVED entry. Of a VMSA that is
 * swapped out, PADDR is a number that only its metadata entry knows.
 */
#ifndef ABI_VMSA_TABLE_H
#define ABI_VMSA_TABLE_H

#include "abi/abi.h"

#define VMSA_TABLE_ENTRIES 0x8000u
#define VMSA_TABLE_VALUE_BYTES 16u

enum vmsa_entry_state {
    VMSA_ENTRY_FREE = 0,
    VMSA_ENTRY_USED = 1,
    VMSA_ENTRY_REMOVED = 2,
    VMSA_ENTRY_SWAPPED = 3, /**< A VMSA that SWAP_OUT took; the firmware's, no page has it. */
};

struct vmsa_entry {
    uint64_t paddr; /**< Of the page, without C-bit. */
    uint32_t handle;
    uint32_t state;                        /**< enum vmsa_entry_state */
    uint8_t value[VMSA_TABLE_VALUE_BYTES]; /**< First half of SHA-256 of the plaintext page. */
} ABI_PACKED;
ABI_SIZE(struct vmsa_entry, 0x20);
ABI_OFFSET(struct vmsa_entry, paddr, 0x00);
ABI_OFFSET(struct vmsa_entry, handle, 0x08);
ABI_OFFSET(struct vmsa_entry, state, 0x0C);
ABI_OFFSET(struct vmsa_entry, value, 0x10);

/** Where the search for a page begins. */
#define VMSA_TABLE_SLOT(paddr)                                                                     \
    ((uint32_t)((((uint64_t)(paddr) >> 12) * 0x9E3779B97F4A7C15ull) >> 49))

#endif
