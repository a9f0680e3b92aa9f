/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a launch is made of: measured page information, the special pages, ID block and its
 * authentication (sections 4, 5).
 */
#ifndef ABI_SNP_LAUNCH_H
#define ABI_SNP_LAUNCH_H

#include "abi/abi.h"

#define SNP_DIGEST_BYTES 48u
#define SNP_KEY_BYTES 32u
#define SNP_VMPCKS 4u
#define SNP_CPUID_MAX 64u
#define SNP_VMSA_GPA 0xFFFFFFFFF000ull /**< KVM's, of every VMSA page. */

/** Kind of a page of the launch. */
enum snp_page_type {
    SNP_PAGE_NORMAL = 1,
    SNP_PAGE_VMSA = 2,
    SNP_PAGE_ZERO = 3,
    SNP_PAGE_UNMEASURED = 4,
    SNP_PAGE_SECRETS = 5,
    SNP_PAGE_CPUID = 6,
};

/** What the launch digest takes in for each page: LD = SHA-384 of this. */
struct snp_page_info {
    uint8_t digest[SNP_DIGEST_BYTES];   /**< LD before */
    uint8_t contents[SNP_DIGEST_BYTES]; /**< SHA-384 of the page, or 0 */
    uint16_t length;                    /**< 70h */
    uint8_t page_type;
    uint8_t imi_page;
    uint8_t reserved_64;
    uint8_t vmpl1_perms;
    uint8_t vmpl2_perms;
    uint8_t vmpl3_perms;
    uint64_t gpa;
} ABI_PACKED;
ABI_SIZE(struct snp_page_info, 0x70);
ABI_OFFSET(struct snp_page_info, digest, 0x00);
ABI_OFFSET(struct snp_page_info, contents, 0x30);
ABI_OFFSET(struct snp_page_info, length, 0x60);
ABI_OFFSET(struct snp_page_info, page_type, 0x62);
ABI_OFFSET(struct snp_page_info, imi_page, 0x63);
ABI_OFFSET(struct snp_page_info, reserved_64, 0x64);
ABI_OFFSET(struct snp_page_info, vmpl1_perms, 0x65);
ABI_OFFSET(struct snp_page_info, vmpl2_perms, 0x66);
ABI_OFFSET(struct snp_page_info, vmpl3_perms, 0x67);
ABI_OFFSET(struct snp_page_info, gpa, 0x68);

/** The SECRETS page. The areas of guest software are written as 0. */
struct snp_secrets_page {
    uint32_t version; /**< 3 */
    uint32_t flags;   /**< bit 0 = IMI_EN */
    uint32_t fms;     /**< CPUID Fn0000_0001 EAX */
    uint32_t reserved_0c;
    uint8_t gosvw[16];
    uint8_t vmpck[SNP_VMPCKS][SNP_KEY_BYTES];
    uint8_t guest_os_area[96];
    uint8_t vmsa_tweak_bitmap[64];
    uint64_t svsm_base;
    uint64_t svsm_size;
    uint64_t svsm_caa;
    uint32_t svsm_max_version;
    uint8_t svsm_guest_vmpl;
    uint8_t reserved_15d[3];
    uint32_t tsc_factor;
    uint8_t reserved_164[3740];
} ABI_PACKED;
ABI_SIZE(struct snp_secrets_page, 0x1000);
ABI_OFFSET(struct snp_secrets_page, version, 0x00);
ABI_OFFSET(struct snp_secrets_page, flags, 0x04);
ABI_OFFSET(struct snp_secrets_page, fms, 0x08);
ABI_OFFSET(struct snp_secrets_page, reserved_0c, 0x0C);
ABI_OFFSET(struct snp_secrets_page, gosvw, 0x10);
ABI_OFFSET(struct snp_secrets_page, vmpck, 0x20);
ABI_OFFSET(struct snp_secrets_page, guest_os_area, 0xA0);
ABI_OFFSET(struct snp_secrets_page, vmsa_tweak_bitmap, 0x100);
ABI_OFFSET(struct snp_secrets_page, svsm_base, 0x140);
ABI_OFFSET(struct snp_secrets_page, svsm_size, 0x148);
ABI_OFFSET(struct snp_secrets_page, svsm_caa, 0x150);
ABI_OFFSET(struct snp_secrets_page, svsm_max_version, 0x158);
ABI_OFFSET(struct snp_secrets_page, svsm_guest_vmpl, 0x15C);
ABI_OFFSET(struct snp_secrets_page, reserved_15d, 0x15D);
ABI_OFFSET(struct snp_secrets_page, tsc_factor, 0x160);
ABI_OFFSET(struct snp_secrets_page, reserved_164, 0x164);

/** One CPUID function. */
struct snp_cpuid_function {
    uint32_t eax_in;
    uint32_t ecx_in;
    uint64_t xcr0_in;
    uint64_t xss_in;
    uint32_t eax;
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
    uint64_t reserved;
} ABI_PACKED;
ABI_SIZE(struct snp_cpuid_function, 0x30);
ABI_OFFSET(struct snp_cpuid_function, eax_in, 0x00);
ABI_OFFSET(struct snp_cpuid_function, ecx_in, 0x04);
ABI_OFFSET(struct snp_cpuid_function, xcr0_in, 0x08);
ABI_OFFSET(struct snp_cpuid_function, xss_in, 0x10);
ABI_OFFSET(struct snp_cpuid_function, eax, 0x18);
ABI_OFFSET(struct snp_cpuid_function, ebx, 0x1C);
ABI_OFFSET(struct snp_cpuid_function, ecx, 0x20);
ABI_OFFSET(struct snp_cpuid_function, edx, 0x24);
ABI_OFFSET(struct snp_cpuid_function, reserved, 0x28);

/** Start of the CPUID page; the rest of it is 0. */
struct snp_cpuid_table {
    uint32_t count;
    uint32_t reserved_04;
    uint64_t reserved_08;
    struct snp_cpuid_function functions[SNP_CPUID_MAX];
} ABI_PACKED;
ABI_SIZE(struct snp_cpuid_table, 0xC10);
ABI_OFFSET(struct snp_cpuid_table, count, 0x00);
ABI_OFFSET(struct snp_cpuid_table, reserved_04, 0x04);
ABI_OFFSET(struct snp_cpuid_table, reserved_08, 0x08);
ABI_OFFSET(struct snp_cpuid_table, functions, 0x10);

/* Fields of a VMSA that the firmware reads or writes. */
#define SNP_VMSA_VMPL 0x0CAu
#define SNP_VMSA_TSC_SCALE 0x2F0u
#define SNP_VMSA_TSC_OFFSET 0x2F8u
#define SNP_VMSA_REG_PROT_NONCE 0x300u
#define SNP_VMSA_SEV_FEATURES 0x3B0u

#define SNP_VMSA_FEATURE_ACTIVE (1ull << 0)
#define SNP_VMSA_FEATURE_VMPL_SSS (1ull << 8)
#define SNP_VMSA_FEATURE_SECURE_TSC (1ull << 9)
#define SNP_VMSA_FEATURE_REG_PROT (1ull << 14)

#define SNP_ALGORITHM_ECDSA_P384_SHA384 1u
#define SNP_CURVE_P384 2u

/** A signature: two numbers of 48 bytes, little-endian, in 72. */
struct snp_signature {
    uint8_t r[72];
    uint8_t s[72];
    uint8_t reserved[368];
} ABI_PACKED;
ABI_SIZE(struct snp_signature, 0x200);
ABI_OFFSET(struct snp_signature, r, 0x00);
ABI_OFFSET(struct snp_signature, s, 0x48);
ABI_OFFSET(struct snp_signature, reserved, 0x90);

/** A public key: coordinates as in a signature. */
struct snp_public_key {
    uint32_t curve;
    uint8_t qx[72];
    uint8_t qy[72];
    uint8_t reserved[880];
} ABI_PACKED;
ABI_SIZE(struct snp_public_key, 0x404);
ABI_OFFSET(struct snp_public_key, curve, 0x00);
ABI_OFFSET(struct snp_public_key, qx, 0x04);
ABI_OFFSET(struct snp_public_key, qy, 0x4C);
ABI_OFFSET(struct snp_public_key, reserved, 0x94);

/** What the guest's owner expects of the launch. */
struct snp_id_block {
    uint8_t digest[SNP_DIGEST_BYTES];
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t version; /**< 1 */
    uint32_t guest_svn;
    uint64_t policy;
} ABI_PACKED;
ABI_SIZE(struct snp_id_block, 0x60);
ABI_OFFSET(struct snp_id_block, digest, 0x00);
ABI_OFFSET(struct snp_id_block, family_id, 0x30);
ABI_OFFSET(struct snp_id_block, image_id, 0x40);
ABI_OFFSET(struct snp_id_block, version, 0x50);
ABI_OFFSET(struct snp_id_block, guest_svn, 0x54);
ABI_OFFSET(struct snp_id_block, policy, 0x58);

/** Who says so. */
struct snp_id_auth {
    uint32_t id_key_algorithm;
    uint32_t author_key_algorithm;
    uint8_t reserved_008[56];
    struct snp_signature id_block_signature;
    struct snp_public_key id_key;
    uint8_t reserved_644[60];
    struct snp_signature id_key_signature;
    struct snp_public_key author_key;
    uint8_t reserved_c84[892];
} ABI_PACKED;
ABI_SIZE(struct snp_id_auth, 0x1000);
ABI_OFFSET(struct snp_id_auth, id_key_algorithm, 0x00);
ABI_OFFSET(struct snp_id_auth, author_key_algorithm, 0x04);
ABI_OFFSET(struct snp_id_auth, reserved_008, 0x08);
ABI_OFFSET(struct snp_id_auth, id_block_signature, 0x40);
ABI_OFFSET(struct snp_id_auth, id_key, 0x240);
ABI_OFFSET(struct snp_id_auth, reserved_644, 0x644);
ABI_OFFSET(struct snp_id_auth, id_key_signature, 0x680);
ABI_OFFSET(struct snp_id_auth, author_key, 0x880);
ABI_OFFSET(struct snp_id_auth, reserved_c84, 0xC84);

#endif
