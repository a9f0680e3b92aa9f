/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse map table (RMP): who owns each page of x86 memory. It lies in DRAM; the processor's
 * instructions and the firmware change it. Section 3 of the SEV-SNP reference; docs/rmp.md has the rules for those who write it.
 */
#ifndef ABI_SNP_RMP_H
#define ABI_SNP_RMP_H

#include "abi/abi.h"

#define RMP_COUNTERS 2048u            /**< u64 each, one per ASID: pages assigned to it. */
#define RMP_BOOKKEEPING_BYTES 0x4000u /**< They fill the table's first bytes. */
#define RMP_ALIGNMENT 0x100000u       /**< Of its base, and of the byte after its end. */
#define RMP_REGION_PAGES 512u         /**< 4 KiB pages in a 2 MiB region. */

/** One entry. The entry of page N is at base + RMP_BOOKKEEPING_BYTES + 16 * N. */
struct rmp_entry {
    uint64_t low;  /**< RMP_* */
    uint64_t high; /**< Permissions: byte N is VMPL N's; bytes 7:4 are 0. */
} ABI_PACKED;
ABI_SIZE(struct rmp_entry, 0x10);
ABI_OFFSET(struct rmp_entry, low, 0x00);
ABI_OFFSET(struct rmp_entry, high, 0x08);

/* Bits of the low word. */
#define RMP_ASSIGNED (1ull << 0)
#define RMP_2M (1ull << 1) /**< In the region's first entry: one page of 2 MiB. */
#define RMP_IMMUTABLE (1ull << 2)
#define RMP_SUBPAGES_SHIFT                                                                         \
    3u /**< In the region's first entry: assigned 4 KiB pages but the first. */
#define RMP_SUBPAGES (0x1FFull << RMP_SUBPAGES_SHIFT)
#define RMP_GPA 0x0007FFFFFFFFF000ull
#define RMP_ASID_SHIFT 51u
#define RMP_ASID (0x3FFull << RMP_ASID_SHIFT)
#define RMP_VMSA (1ull << 61)
#define RMP_VALIDATED (1ull << 62)
#define RMP_LOCK (1ull << 63) /**< In the region's first entry: somebody changes the region. */

/* A VMPL's permissions. */
#define RMP_PERMISSION_READ 0x01u
#define RMP_PERMISSION_WRITE 0x02u
#define RMP_PERMISSION_EXECUTE_USER 0x04u
#define RMP_PERMISSION_EXECUTE_SUPERVISOR 0x08u
#define RMP_PERMISSION_SHADOW_STACK 0x10u
#define RMP_PERMISSIONS_FULL 0x0Fu

/** What RMPUPDATE writes. */
struct rmpupdate_state {
    uint64_t gpa;
    uint8_t assigned;
    uint8_t page_size; /**< 0 = 4 KiB, 1 = 2 MiB */
    uint8_t immutable;
    uint8_t reserved;
    uint32_t asid;
} ABI_PACKED;
ABI_SIZE(struct rmpupdate_state, 0x10);
ABI_OFFSET(struct rmpupdate_state, gpa, 0x00);
ABI_OFFSET(struct rmpupdate_state, assigned, 0x08);
ABI_OFFSET(struct rmpupdate_state, page_size, 0x09);
ABI_OFFSET(struct rmpupdate_state, immutable, 0x0A);
ABI_OFFSET(struct rmpupdate_state, reserved, 0x0B);
ABI_OFFSET(struct rmpupdate_state, asid, 0x0C);

/** What RMPREAD gives. */
struct rmpread_state {
    uint64_t gpa;
    uint8_t assigned;
    uint8_t page_size; /**< bit 0 = 2 MiB; bit 1 = a page of the region is assigned */
    uint8_t immutable;
    uint8_t reserved;
    uint32_t asid;
} ABI_PACKED;
ABI_SIZE(struct rmpread_state, 0x10);
ABI_OFFSET(struct rmpread_state, gpa, 0x00);
ABI_OFFSET(struct rmpread_state, assigned, 0x08);
ABI_OFFSET(struct rmpread_state, page_size, 0x09);
ABI_OFFSET(struct rmpread_state, immutable, 0x0A);
ABI_OFFSET(struct rmpread_state, reserved, 0x0B);
ABI_OFFSET(struct rmpread_state, asid, 0x0C);

/** What the instructions give in EAX. */
enum rmp_result {
    RMP_SUCCESS = 0,
    RMP_FAIL_INPUT = 1,
    RMP_FAIL_PERMISSION = 2,
    RMP_FAIL_INUSE = 3,
    RMP_FAIL_OVERLAP = 4,
    RMP_FAIL_SIZEMISMATCH = 6,
};

/* MSR bits that matter to the table. */
#define SYSCFG_MFDM (1ull << 19)
#define SYSCFG_MEMORY_ENCRYPTION (1ull << 23)
#define SYSCFG_SNP_EN (1ull << 24)
#define SYSCFG_SNP_VMPL_EN (1ull << 25)

#endif
