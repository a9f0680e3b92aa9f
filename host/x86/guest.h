/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's virtual CPU that a core runs, as far as memory depends on it. x86_vmrun() makes one.
 */
#ifndef HOST_X86_GUEST_H
#define HOST_X86_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "host/lib/vmsa.h"

struct x86_guest {
    uint32_t core; /**< Index in the fabric's table. */
    uint32_t asid;
    bool sev; /**< Memory is encrypted with the ASID's key. */
    bool es;  /**< Registers are, too. */
    bool snp; /**< The reverse map table guards it. */
    uint8_t vmpl;
    uint64_t features; /**< SEV_FEATURES of its VMSA. */
    uint64_t ncr3;     /**< Nested page table, with the host's C-bit. */
    uint64_t vmsa;     /**< Address of the VMSA, with ES. */
    struct vmsa_run run;
};

/* SEV_STATUS, MSR C001_0131, which a guest reads. */
#define X86_SEV_STATUS_SEV (1ull << 0)
#define X86_SEV_STATUS_ES (1ull << 1)
#define X86_SEV_STATUS_SNP (1ull << 2)
#define X86_SEV_STATUS_FEATURES_SHIFT 2u /**< SEV_FEATURES from bit 1 on; bit 0 is SNP. */

/** @param guest  NULL: not in a guest. @return SEV_STATUS */
uint64_t x86_sev_status(const struct x86_guest *guest);

#endif
