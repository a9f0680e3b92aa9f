/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table (RMP) as the processor sees it, for programs that emulate x86 hardware: the
 * table in force, what it says of a page, and what an instruction or a check ends with. SNP 3.1 to
 * 3.4; docs/rmp.md. The instructions are in rmp_instructions.h, the checks of accesses in
 * rmp_access.h.
 *
 * Threads may share a table. The firmware, another process, changes the same one.
 */
#ifndef HOST_X86_RMP_H
#define HOST_X86_RMP_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fabric.h"
#include "abi/snp_rmp.h"
#include "host/lib/dram.h"

#define X86_RMP_VMPLS 4u
#define X86_RMP_REGION_BYTES 0x200000ull /**< A page of 2 MiB, and what one lock covers. */

/** Some hundredths of a second: others keep a lock for less, unless they have died. */
#define X86_RMP_TRIES 100000u

/** A machine's table; x86_rmp_attach() makes one. */
struct x86_rmp {
    const uint8_t *fabric;
    const struct dram *dram;
    uint32_t tries; /**< How often to look for the end of another's change: X86_RMP_TRIES. */
    uint64_t running[FABRIC_CORES_MAX]; /**< The VMSA page that a core runs, bit 0 set; else 0. */
};

/** States of a page (SNP 3.4). */
enum x86_rmp_state {
    X86_RMP_UNKNOWN = 0, /**< An entry that is none of these. */
    X86_RMP_DEFAULT,     /**< The table does not cover the page, or there is no table. */
    X86_RMP_HYPERVISOR,
    X86_RMP_HV_FIXED,
    X86_RMP_FIRMWARE,
    X86_RMP_RECLAIM,
    X86_RMP_CONTEXT,
    X86_RMP_METADATA,
    X86_RMP_PRE_GUEST,
    X86_RMP_PRE_SWAP,
    X86_RMP_GUEST_INVALID,
    X86_RMP_GUEST_VALID,
};

/** What the table says of a page of 4 KiB. */
struct x86_rmp_page {
    bool covered; /**< All else is 0 if not. */
    bool assigned;
    bool large; /**< Part of one page of 2 MiB. */
    bool immutable;
    bool validated;
    bool vmsa;
    uint32_t asid;
    uint64_t gpa;      /**< Of these 4 KiB; of a Metadata page the guest context's address. */
    uint32_t subpages; /**< Assigned pages of 4 KiB in the region, but the region's first. */
    uint8_t permissions[X86_RMP_VMPLS]; /**< RMP_PERMISSION_* */
};

/** A guest's instruction or access. */
struct x86_rmp_guest {
    uint32_t asid; /**< Of the guest, whose VMSA has SNP on. */
    uint8_t vmpl;
    uint8_t cpl;
    bool c_bit;        /**< The guest's page table has the C-bit. */
    bool nested_large; /**< The nested page table maps the page with 2 MiB or more. */
    uint64_t gpa;      /**< Where the address leads to, without the C-bit. */
    uint64_t spa;      /**< Where that leads to. */
};

/** What the processor does. */
enum x86_rmp_event {
    X86_RMP_EVENT_NONE = 0, /**< Goes on: the access is allowed; EAX is the outcome's RESULT. */
    X86_RMP_EVENT_UD,       /**< Raises #UD. */
    X86_RMP_EVENT_GP,       /**< Raises #GP with error code 0. */
    X86_RMP_EVENT_PF,       /**< Raises #PF in the host; ERROR is the error code. */
    X86_RMP_EVENT_NPF,      /**< Leaves the guest with #NPF (400h); ERROR is EXITINFO1. */
    X86_RMP_EVENT_VC,       /**< Raises #VC (29) in the guest; ERROR is the error code. */
};

/* Bits of ERROR with #PF and #NPF. */
#define X86_RMP_ERROR_PRESENT (1ull << 0)
#define X86_RMP_ERROR_WRITE (1ull << 1)
#define X86_RMP_ERROR_USER (1ull << 2) /**< Always with #NPF: a nested walk is a user's. */
#define X86_RMP_ERROR_FETCH (1ull << 4)
#define X86_RMP_ERROR_RMP (1ull << 31)
#define X86_RMP_ERROR_FINAL (1ull << 32) /**< The guest's own access. */
#define X86_RMP_ERROR_TABLE (1ull << 33) /**< An access to the guest's page table. */
#define X86_RMP_ERROR_ENC (1ull << 34)   /**< The access had the C-bit. */
#define X86_RMP_ERROR_SIZEM (1ull << 35) /**< The host must PSMASH the page. */
#define X86_RMP_ERROR_VMPL (1ull << 36)  /**< The VMPL has not the permission. */

#define X86_RMP_PAGE_NOT_VALIDATED 0x404u /**< ERROR with #VC. */

struct x86_rmp_outcome {
    enum x86_rmp_event event;
    enum rmp_result result; /**< Of an instruction, with X86_RMP_EVENT_NONE. */
    bool carry;             /**< PVALIDATE with RMP_SUCCESS: nothing has changed. */
    uint64_t error;
};

/**
 * @param[out] rmp  the table of a machine, no core of which runs a VMSA
 * @param fabric    the mapped fabric file, or NULL when there is none: no page is covered then
 * @param dram      x86 memory, where the table lies; it is written to
 */
void x86_rmp_attach(struct x86_rmp *rmp, const uint8_t *fabric, const struct dram *dram);

/** @return whether SYSCFG of a core has SNP_EN (docs/fabric.md, "Cores") */
bool x86_rmp_enabled(const struct x86_rmp *rmp, uint32_t core);

/**
 * Looks a page up.
 *
 * @param spa        system physical address in the page, without the C-bit
 * @param[out] page  what the table in force says at one moment
 * @return false when somebody keeps the region locked, or the firmware is making the table:
 *         *PAGE is all 0
 */
bool x86_rmp_look_up(const struct x86_rmp *rmp, uint64_t spa, struct x86_rmp_page *page)
    __attribute__((warn_unused_result));

/** @return the state that the table's words are */
enum x86_rmp_state x86_rmp_state_of(const struct x86_rmp_page *page);

/** @return a state's name, "Guest-Valid" for example */
const char *x86_rmp_state_name(enum x86_rmp_state state);

/**
 * @param asid        0 = the firmware's
 * @param[out] pages  of 4 KiB that are assigned to it
 * @return false when no table is in force, or there is no such ASID
 */
bool x86_rmp_pages_of(const struct x86_rmp *rmp, uint32_t asid, uint64_t *pages)
    __attribute__((warn_unused_result));

#endif
