/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attestation report (section 7).
 */
#ifndef ABI_SNP_REPORT_H
#define ABI_SNP_REPORT_H

#include "abi/abi.h"
#include "abi/snp_launch.h"

#define SNP_REPORT_DATA_BYTES 64u
#define SNP_REPORT_SIGNED_BYTES 0x2A0u
#define SNP_REPORT_VERSION_DEFAULT 5u
#define SNP_REPORT_VMPL_HOST 0xFFFFFFFFu

/* FLAGS. */
#define SNP_REPORT_AUTHOR_KEY_EN (1u << 0)
#define SNP_REPORT_MASK_CHIP_KEY (1u << 1)
#define SNP_REPORT_SIGNING_KEY_SHIFT 2u

/** Who signed, bits 4:2 of FLAGS. */
enum snp_signing_key {
    SNP_SIGNED_BY_VCEK = 0,
    SNP_SIGNED_BY_VLEK = 1,
    SNP_SIGNED_BY_NONE = 7,
};

/* PLATFORM_INFO. */
#define SNP_PLATFORM_SMT_EN (1ull << 0)
#define SNP_PLATFORM_TSME_EN (1ull << 1)
#define SNP_PLATFORM_ECC_EN (1ull << 2)
#define SNP_PLATFORM_RAPL_DIS (1ull << 3)
#define SNP_PLATFORM_CIPHERTEXT_HIDING_EN (1ull << 4)
#define SNP_PLATFORM_ALIAS_CHECK_COMPLETE (1ull << 5)

/** The report. */
struct snp_report {
    uint32_t version; /**< 2, 3 or 5 */
    uint32_t guest_svn;
    uint64_t policy;
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t vmpl;
    uint32_t signature_algorithm;
    uint64_t current_tcb;
    uint64_t platform_info;
    uint32_t flags;
    uint32_t reserved_4c;
    uint8_t report_data[SNP_REPORT_DATA_BYTES];
    uint8_t measurement[SNP_DIGEST_BYTES];
    uint8_t host_data[32];
    uint8_t id_key_digest[SNP_DIGEST_BYTES];
    uint8_t author_key_digest[SNP_DIGEST_BYTES];
    uint8_t report_id[32];
    uint8_t report_id_ma[32]; /**< FFh where there is no migration agent */
    uint64_t reported_tcb;
    uint8_t cpuid_family; /**< from version 3 on */
    uint8_t cpuid_model;
    uint8_t cpuid_stepping;
    uint8_t reserved_18b[21];
    uint8_t chip_id[64];
    uint64_t committed_tcb;
    uint8_t current_build;
    uint8_t current_minor;
    uint8_t current_major;
    uint8_t reserved_1eb;
    uint8_t committed_build;
    uint8_t committed_minor;
    uint8_t committed_major;
    uint8_t reserved_1ef;
    uint64_t launch_tcb;
    uint64_t launch_mitigations; /**< from version 5 on */
    uint64_t current_mitigations;
    uint8_t reserved_208[152];
    struct snp_signature signature;
} ABI_PACKED;
ABI_SIZE(struct snp_report, 0x4A0);
ABI_OFFSET(struct snp_report, version, 0x00);
ABI_OFFSET(struct snp_report, guest_svn, 0x04);
ABI_OFFSET(struct snp_report, policy, 0x08);
ABI_OFFSET(struct snp_report, family_id, 0x10);
ABI_OFFSET(struct snp_report, image_id, 0x20);
ABI_OFFSET(struct snp_report, vmpl, 0x30);
ABI_OFFSET(struct snp_report, signature_algorithm, 0x34);
ABI_OFFSET(struct snp_report, current_tcb, 0x38);
ABI_OFFSET(struct snp_report, platform_info, 0x40);
ABI_OFFSET(struct snp_report, flags, 0x48);
ABI_OFFSET(struct snp_report, reserved_4c, 0x4C);
ABI_OFFSET(struct snp_report, report_data, 0x50);
ABI_OFFSET(struct snp_report, measurement, 0x90);
ABI_OFFSET(struct snp_report, host_data, 0xC0);
ABI_OFFSET(struct snp_report, id_key_digest, 0xE0);
ABI_OFFSET(struct snp_report, author_key_digest, 0x110);
ABI_OFFSET(struct snp_report, report_id, 0x140);
ABI_OFFSET(struct snp_report, report_id_ma, 0x160);
ABI_OFFSET(struct snp_report, reported_tcb, 0x180);
ABI_OFFSET(struct snp_report, cpuid_family, 0x188);
ABI_OFFSET(struct snp_report, cpuid_model, 0x189);
ABI_OFFSET(struct snp_report, cpuid_stepping, 0x18A);
ABI_OFFSET(struct snp_report, reserved_18b, 0x18B);
ABI_OFFSET(struct snp_report, chip_id, 0x1A0);
ABI_OFFSET(struct snp_report, committed_tcb, 0x1E0);
ABI_OFFSET(struct snp_report, current_build, 0x1E8);
ABI_OFFSET(struct snp_report, current_minor, 0x1E9);
ABI_OFFSET(struct snp_report, current_major, 0x1EA);
ABI_OFFSET(struct snp_report, reserved_1eb, 0x1EB);
ABI_OFFSET(struct snp_report, committed_build, 0x1EC);
ABI_OFFSET(struct snp_report, committed_minor, 0x1ED);
ABI_OFFSET(struct snp_report, committed_major, 0x1EE);
ABI_OFFSET(struct snp_report, reserved_1ef, 0x1EF);
ABI_OFFSET(struct snp_report, launch_tcb, 0x1F0);
ABI_OFFSET(struct snp_report, launch_mitigations, 0x1F8);
ABI_OFFSET(struct snp_report, current_mitigations, 0x200);
ABI_OFFSET(struct snp_report, reserved_208, 0x208);
ABI_OFFSET(struct snp_report, signature, 0x2A0);

#endif
