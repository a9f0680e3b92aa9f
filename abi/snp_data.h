/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SEV-SNP commands read from and write to pages that their parameters name.
 */
#ifndef ABI_SNP_DATA_H
#define ABI_SNP_DATA_H

#include "abi/abi.h"

#define SNP_PAGE_BYTES 0x1000u
#define SNP_PAGE_2M_BYTES 0x200000u
#define SNP_RANGES_MAX 255u
#define SNP_HASHSTICK_BYTES 384u /**< Eight parts of 48 bytes. */

/** Pages [base, base + page_count). */
struct snp_range {
    uint64_t base;
    uint32_t page_count;
    uint32_t reserved;
} ABI_PACKED;
ABI_SIZE(struct snp_range, 0x10);
ABI_OFFSET(struct snp_range, base, 0x00);
ABI_OFFSET(struct snp_range, page_count, 0x08);
ABI_OFFSET(struct snp_range, reserved, 0x0C);

/** Start of a list of ranges, which fits in a page with it. */
struct snp_range_list {
    uint32_t num_elements;
    uint32_t reserved;
} ABI_PACKED;
ABI_SIZE(struct snp_range_list, 0x08);
ABI_OFFSET(struct snp_range_list, num_elements, 0x00);
ABI_OFFSET(struct snp_range_list, reserved, 0x04);

#define SNP_STATUS_RMP_INITIALIZED (1u << 0)
#define SNP_STATUS_ALIAS_CHECK_COMPLETE (1u << 1)
#define SNP_STATUS_TIO_EN (1u << 3)

#define SNP_STATUS_MASK_CHIP_ID (1u << 0)
#define SNP_STATUS_MASK_CHIP_KEY (1u << 1)
#define SNP_STATUS_VLEK_EN (1u << 2)
#define SNP_STATUS_FEATURE_INFO (1u << 3)
#define SNP_STATUS_RAPL_DIS (1u << 4)
#define SNP_STATUS_CIPHERTEXT_HIDING_CAP (1u << 5)
#define SNP_STATUS_CIPHERTEXT_HIDING_EN (1u << 6)

/** Result of SNP_PLATFORM_STATUS. */
struct snp_platform_status_page {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t state;     /**< enum snp_platform_state */
    uint8_t rmp_flags; /**< SNP_STATUS_RMP_INITIALIZED and the two after it */
    uint32_t build_id;
    uint32_t flags; /**< SNP_STATUS_MASK_CHIP_ID and those after it */
    uint32_t guest_count;
    uint64_t current_tcb;
    uint64_t reported_tcb;
} ABI_PACKED;
ABI_SIZE(struct snp_platform_status_page, 0x20);
ABI_OFFSET(struct snp_platform_status_page, api_major, 0x00);
ABI_OFFSET(struct snp_platform_status_page, api_minor, 0x01);
ABI_OFFSET(struct snp_platform_status_page, state, 0x02);
ABI_OFFSET(struct snp_platform_status_page, rmp_flags, 0x03);
ABI_OFFSET(struct snp_platform_status_page, build_id, 0x04);
ABI_OFFSET(struct snp_platform_status_page, flags, 0x08);
ABI_OFFSET(struct snp_platform_status_page, guest_count, 0x0C);
ABI_OFFSET(struct snp_platform_status_page, current_tcb, 0x10);
ABI_OFFSET(struct snp_platform_status_page, reported_tcb, 0x18);

/** Result of SNP_GUEST_STATUS. */
struct snp_guest_status_page {
    uint64_t policy;
    uint32_t asid; /**< 0 = none */
    uint8_t state; /**< enum snp_guest_state */
    uint8_t reserved_0d[3];
    uint64_t reserved_10;
    uint64_t reserved_18;
} ABI_PACKED;
ABI_SIZE(struct snp_guest_status_page, 0x20);
ABI_OFFSET(struct snp_guest_status_page, policy, 0x00);
ABI_OFFSET(struct snp_guest_status_page, asid, 0x08);
ABI_OFFSET(struct snp_guest_status_page, state, 0x0C);
ABI_OFFSET(struct snp_guest_status_page, reserved_0d, 0x0D);
ABI_OFFSET(struct snp_guest_status_page, reserved_10, 0x10);
ABI_OFFSET(struct snp_guest_status_page, reserved_18, 0x18);

/* Leaf 0, ECX. */
#define SNP_FEATURE_VLEK (1u << 0)
#define SNP_FEATURE_X86_SHUTDOWN (1u << 1)
#define SNP_FEATURE_RAPL_DIS (1u << 2)
#define SNP_FEATURE_CIPHERTEXT_HIDING (1u << 3)
#define SNP_FEATURE_AES_256_XTS_POLICY (1u << 4)
#define SNP_FEATURE_CXL_ALLOW_POLICY (1u << 5)
#define SNP_FEATURE_VERIFY_MITIGATION (1u << 13)

/** Result of SNP_FEATURE_INFO. */
struct snp_feature_info_page {
    uint32_t eax;
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
} ABI_PACKED;
ABI_SIZE(struct snp_feature_info_page, 0x10);
ABI_OFFSET(struct snp_feature_info_page, eax, 0x00);
ABI_OFFSET(struct snp_feature_info_page, ebx, 0x04);
ABI_OFFSET(struct snp_feature_info_page, ecx, 0x08);
ABI_OFFSET(struct snp_feature_info_page, edx, 0x0C);

/** Result of SNP_VERIFY_MITIGATION. */
struct snp_mitigation {
    uint64_t verified;
    uint64_t supported;
    uint32_t failure_status;
} ABI_PACKED;
ABI_SIZE(struct snp_mitigation, 0x14);
ABI_OFFSET(struct snp_mitigation, verified, 0x00);
ABI_OFFSET(struct snp_mitigation, supported, 0x08);
ABI_OFFSET(struct snp_mitigation, failure_status, 0x10);

/** A VLEK hashstick as the key server wraps it for one chip: AES-256-GCM, nonce IV, the tag covers
 * TCB_VERSION and RESERVED_198 too. */
struct snp_wrapped_vlek {
    uint8_t iv[12];
    uint32_t reserved_0c;
    uint8_t wrapped[SNP_HASHSTICK_BYTES];
    uint64_t tcb_version;
    uint64_t reserved_198;
    uint8_t tag[16];
} ABI_PACKED;
ABI_SIZE(struct snp_wrapped_vlek, 0x1B0);
ABI_OFFSET(struct snp_wrapped_vlek, iv, 0x00);
ABI_OFFSET(struct snp_wrapped_vlek, reserved_0c, 0x0C);
ABI_OFFSET(struct snp_wrapped_vlek, wrapped, 0x10);
ABI_OFFSET(struct snp_wrapped_vlek, tcb_version, 0x190);
ABI_OFFSET(struct snp_wrapped_vlek, reserved_198, 0x198);
ABI_OFFSET(struct snp_wrapped_vlek, tag, 0x1A0);

/** Kind of a page in swap metadata. */
enum snp_swap_type {
    SNP_SWAP_DATA = 0,
    SNP_SWAP_METADATA = 1,
    SNP_SWAP_VMSA = 2,
};

#define SNP_MDATA_VALID (1ull << 0)
#define SNP_MDATA_PAGE_VALIDATED (1ull << 1)
#define SNP_MDATA_VMSA (1ull << 2)
#define SNP_MDATA_METADATA (1ull << 3)
#define SNP_MDATA_2M (1ull << 4)
#define SNP_MDATA_GPA (~0xFFFull)

/** What becomes of a page that is swapped out; 64 of them in a Metadata page. */
struct snp_mdata_entry {
    uint64_t software_data;
    uint64_t iv;
    uint8_t tag[16];
    uint64_t info; /**< SNP_MDATA_*, and GPA */
    uint8_t vmpl_perms[4];
    uint32_t reserved_2c;
    uint64_t reserved_30[2];
} ABI_PACKED;
ABI_SIZE(struct snp_mdata_entry, 0x40);
ABI_OFFSET(struct snp_mdata_entry, software_data, 0x00);
ABI_OFFSET(struct snp_mdata_entry, iv, 0x08);
ABI_OFFSET(struct snp_mdata_entry, tag, 0x10);
ABI_OFFSET(struct snp_mdata_entry, info, 0x20);
ABI_OFFSET(struct snp_mdata_entry, vmpl_perms, 0x28);
ABI_OFFSET(struct snp_mdata_entry, reserved_2c, 0x2C);
ABI_OFFSET(struct snp_mdata_entry, reserved_30, 0x30);

#endif
