/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States of the SEV-SNP platform and its guests, the guest policy, TCB versions, and products
 * (sections 1.3, 1.4, 4.2, 7.4, 7.6 of the SEV-SNP reference).
 */
#ifndef ABI_SNP_STATE_H
#define ABI_SNP_STATE_H

#include <stdint.h>

/** API version of the firmware that serves SEV-SNP. */
#define SNP_API_MAJOR 1u
#define SNP_API_MINOR 58u

/** State of the SEV-SNP platform. */
enum snp_platform_state {
    SNP_PLATFORM_UNINIT = 0,
    SNP_PLATFORM_INIT = 1,
};

/** SNP_GUEST_STATUS.STATE. */
enum snp_guest_state {
    SNP_GUEST_INIT = 0,    /**< A context page, nothing else. */
    SNP_GUEST_LAUNCH = 1,  /**< Pages are added and measured. */
    SNP_GUEST_RUNNING = 2, /**< Launched, imported or absorbed. */
};

/* Guest policy, a u64. */
#define SNP_POLICY_ABI_MINOR(policy) ((uint32_t)((policy)&0xFFu))
#define SNP_POLICY_ABI_MAJOR(policy) ((uint32_t)(((policy) >> 8) & 0xFFu))
#define SNP_POLICY_SMT (1ull << 16)               /**< SMT may be on. */
#define SNP_POLICY_ONE (1ull << 17)               /**< Must be 1. */
#define SNP_POLICY_MIGRATE_MA (1ull << 18)        /**< May have a migration agent. */
#define SNP_POLICY_DEBUG (1ull << 19)             /**< May be debugged. */
#define SNP_POLICY_SINGLE_SOCKET (1ull << 20)     /**< Runs on one socket only. */
#define SNP_POLICY_CXL_ALLOW (1ull << 21)         /**< CXL devices may be there. */
#define SNP_POLICY_MEM_AES_256_XTS (1ull << 22)   /**< Wants AES-256-XTS. */
#define SNP_POLICY_RAPL_DIS (1ull << 23)          /**< Wants RAPL off. */
#define SNP_POLICY_CIPHERTEXT_HIDING (1ull << 24) /**< Wants ciphertext hiding. */
#define SNP_POLICY_PAGE_SWAP_DISABLE (1ull << 25) /**< Pages are neither moved nor swapped. */
#define SNP_POLICY_RESERVED (~0ull << 26)

#define SNP_TCB_PARTS 8u /**< A TCB version is a u64: eight versions of a byte each. */

/** What a chip is; the fuses say it. */
enum snp_product {
    SNP_PRODUCT_ROME = 0, /**< SEV and SEV-ES only. */
    SNP_PRODUCT_MILAN = 1,
    SNP_PRODUCT_GENOA = 2,
    SNP_PRODUCT_TURIN = 3,
    SNP_PRODUCT_VENICE = 4,
};

/** Which byte of a TCB version is what: on Milan and Genoa; and on Turin and later. */
enum snp_tcb_part {
    SNP_TCB_BOOT_LOADER = 0,
    SNP_TCB_TEE = 1,
    SNP_TCB_SNP = 6,
    SNP_TCB_MICROCODE = 7,
    SNP_TCB_TURIN_FMC = 0,
    SNP_TCB_TURIN_BOOT_LOADER = 1,
    SNP_TCB_TURIN_TEE = 2,
    SNP_TCB_TURIN_SNP = 3,
    SNP_TCB_TURIN_MICROCODE = 7,
};

#endif
