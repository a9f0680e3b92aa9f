/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between a guest and the firmware (sections 6, 9): SNP_GUEST_REQUEST carries them.
 */
#ifndef ABI_SNP_MESSAGE_H
#define ABI_SNP_MESSAGE_H

#include "abi/abi.h"
#include "abi/snp_data.h"
#include "abi/snp_launch.h"
#include "abi/snp_report.h"

#define SNP_MESSAGE_AES_256_GCM 1u
#define SNP_MESSAGE_HEADER_VERSION 1u
#define SNP_MESSAGE_AAD_OFFSET 0x30u /**< The tag covers the header from here on. */
#define SNP_MESSAGE_PAYLOAD_MAX 0xFA0u

/** Start of a request and of a response; the payload follows. */
struct snp_message_header {
    uint8_t tag[32]; /**< 16 bytes used */
    uint64_t sequence;
    uint64_t reserved_28;
    uint8_t algorithm;
    uint8_t header_version;
    uint16_t header_size;
    uint8_t type; /**< enum snp_message_type */
    uint8_t version;
    uint16_t size; /**< of the payload */
    uint32_t reserved_38;
    uint8_t vmpck; /**< 0 to 3 */
    uint8_t reserved_3d[35];
} ABI_PACKED;
ABI_SIZE(struct snp_message_header, 0x60);
ABI_OFFSET(struct snp_message_header, tag, 0x00);
ABI_OFFSET(struct snp_message_header, sequence, 0x20);
ABI_OFFSET(struct snp_message_header, reserved_28, 0x28);
ABI_OFFSET(struct snp_message_header, algorithm, 0x30);
ABI_OFFSET(struct snp_message_header, header_version, 0x31);
ABI_OFFSET(struct snp_message_header, header_size, 0x32);
ABI_OFFSET(struct snp_message_header, type, 0x34);
ABI_OFFSET(struct snp_message_header, version, 0x35);
ABI_OFFSET(struct snp_message_header, size, 0x36);
ABI_OFFSET(struct snp_message_header, reserved_38, 0x38);
ABI_OFFSET(struct snp_message_header, vmpck, 0x3C);
ABI_OFFSET(struct snp_message_header, reserved_3d, 0x3D);

/** A response's type is its request's and 1. */
enum snp_message_type {
    SNP_MESSAGE_CPUID = 1,
    SNP_MESSAGE_KEY = 3,
    SNP_MESSAGE_REPORT = 5,
    SNP_MESSAGE_EXPORT = 7,
    SNP_MESSAGE_IMPORT = 9,
    SNP_MESSAGE_ABSORB = 11,
    SNP_MESSAGE_VMRK = 13,
    SNP_MESSAGE_ABSORB_NOMA = 15,
    SNP_MESSAGE_TSC_INFO = 17,
};

/** Answer to a CPUID request, which is a struct snp_cpuid_table. */
struct snp_cpuid_response {
    uint32_t status;
    uint32_t count;
    uint64_t reserved_08;
    struct snp_cpuid_function functions[SNP_CPUID_MAX];
} ABI_PACKED;
ABI_SIZE(struct snp_cpuid_response, 0xC10);
ABI_OFFSET(struct snp_cpuid_response, status, 0x00);
ABI_OFFSET(struct snp_cpuid_response, count, 0x04);
ABI_OFFSET(struct snp_cpuid_response, reserved_08, 0x08);
ABI_OFFSET(struct snp_cpuid_response, functions, 0x10);

#define SNP_KEY_ROOT_VMRK (1u << 0)
#define SNP_KEY_SELECT(word) (((word) >> 1) & 3u)
#define SNP_KEY_SELECT_AUTO 0u /**< The VLEK if it is loaded, else the VCEK. */
#define SNP_KEY_SELECT_VCEK 1u
#define SNP_KEY_SELECT_VLEK 2u

#define SNP_FIELD_POLICY (1ull << 0)
#define SNP_FIELD_IMAGE_ID (1ull << 1)
#define SNP_FIELD_FAMILY_ID (1ull << 2)
#define SNP_FIELD_MEASUREMENT (1ull << 3)
#define SNP_FIELD_GUEST_SVN (1ull << 4)
#define SNP_FIELD_TCB_VERSION (1ull << 5)
#define SNP_FIELD_LAUNCH_MITIGATIONS (1ull << 6) /**< Version 2 of the message. */

#define SNP_KEY_REQUEST_V1_BYTES 0x20u

/** Asks for a key derived for the guest. Version 1 ends before LAUNCH_MITIGATIONS. */
struct snp_key_request {
    uint32_t key_select; /**< bit 0 = root is the VMRK; 2:1 = SNP_KEY_SELECT_* */
    uint32_t reserved_04;
    uint64_t field_select; /**< SNP_FIELD_* */
    uint32_t vmpl;
    uint32_t guest_svn;
    uint64_t tcb_version;
    uint64_t launch_mitigations;
} ABI_PACKED;
ABI_SIZE(struct snp_key_request, 0x28);
ABI_OFFSET(struct snp_key_request, key_select, 0x00);
ABI_OFFSET(struct snp_key_request, reserved_04, 0x04);
ABI_OFFSET(struct snp_key_request, field_select, 0x08);
ABI_OFFSET(struct snp_key_request, vmpl, 0x10);
ABI_OFFSET(struct snp_key_request, guest_svn, 0x14);
ABI_OFFSET(struct snp_key_request, tcb_version, 0x18);
ABI_OFFSET(struct snp_key_request, launch_mitigations, 0x20);

/** The key. */
struct snp_key_response {
    uint32_t status;
    uint8_t reserved_04[28];
    uint8_t key[SNP_KEY_BYTES];
} ABI_PACKED;
ABI_SIZE(struct snp_key_response, 0x40);
ABI_OFFSET(struct snp_key_response, status, 0x00);
ABI_OFFSET(struct snp_key_response, reserved_04, 0x04);
ABI_OFFSET(struct snp_key_response, key, 0x20);

/** Asks for a report. */
struct snp_report_request {
    uint8_t report_data[SNP_REPORT_DATA_BYTES];
    uint32_t vmpl;
    uint32_t key_sel; /**< bits 1:0: SNP_KEY_SELECT_* */
    uint8_t reserved_48[24];
} ABI_PACKED;
ABI_SIZE(struct snp_report_request, 0x60);
ABI_OFFSET(struct snp_report_request, report_data, 0x00);
ABI_OFFSET(struct snp_report_request, vmpl, 0x40);
ABI_OFFSET(struct snp_report_request, key_sel, 0x44);
ABI_OFFSET(struct snp_report_request, reserved_48, 0x48);

/** The report; 0 unless STATUS is 0. */
struct snp_report_response {
    uint32_t status;
    uint32_t report_size;
    uint8_t reserved_08[24];
    struct snp_report report;
} ABI_PACKED;
ABI_SIZE(struct snp_report_response, 0x4C0);
ABI_OFFSET(struct snp_report_response, status, 0x00);
ABI_OFFSET(struct snp_report_response, report_size, 0x04);
ABI_OFFSET(struct snp_report_response, reserved_08, 0x08);
ABI_OFFSET(struct snp_report_response, report, 0x20);

#define SNP_CONTEXT_VERSION 2u
#define SNP_CONTEXT_AUTHOR_KEY_EN (1ull << 0)
#define SNP_CONTEXT_ID_BLOCK_EN (1ull << 1)

/** A guest's context as a migration agent carries it. */
struct snp_exported_context {
    uint8_t digest[SNP_DIGEST_BYTES];
    uint8_t oek[SNP_KEY_BYTES];
    uint8_t vmpck[SNP_VMPCKS][SNP_KEY_BYTES];
    uint8_t vmrk[SNP_KEY_BYTES];
    uint8_t host_data[32];
    uint8_t id_key_digest[SNP_DIGEST_BYTES];
    uint8_t author_key_digest[SNP_DIGEST_BYTES];
    uint8_t report_id[32];
    uint8_t imd[SNP_DIGEST_BYTES];
    uint64_t message_count[SNP_VMPCKS];
    struct snp_mdata_entry root_mdata;
    uint64_t flags; /**< SNP_CONTEXT_*_EN */
    uint64_t policy;
    uint8_t state;
    uint8_t reserved_231[7];
    uint64_t oek_count;
    struct snp_id_block id_block;
    uint8_t gosvw[16];
    uint8_t reserved_2b0[80];
} ABI_PACKED;
ABI_SIZE(struct snp_exported_context, 0x300);
ABI_OFFSET(struct snp_exported_context, digest, 0x00);
ABI_OFFSET(struct snp_exported_context, oek, 0x30);
ABI_OFFSET(struct snp_exported_context, vmpck, 0x50);
ABI_OFFSET(struct snp_exported_context, vmrk, 0xD0);
ABI_OFFSET(struct snp_exported_context, host_data, 0xF0);
ABI_OFFSET(struct snp_exported_context, id_key_digest, 0x110);
ABI_OFFSET(struct snp_exported_context, author_key_digest, 0x140);
ABI_OFFSET(struct snp_exported_context, report_id, 0x170);
ABI_OFFSET(struct snp_exported_context, imd, 0x190);
ABI_OFFSET(struct snp_exported_context, message_count, 0x1C0);
ABI_OFFSET(struct snp_exported_context, root_mdata, 0x1E0);
ABI_OFFSET(struct snp_exported_context, flags, 0x220);
ABI_OFFSET(struct snp_exported_context, policy, 0x228);
ABI_OFFSET(struct snp_exported_context, state, 0x230);
ABI_OFFSET(struct snp_exported_context, reserved_231, 0x231);
ABI_OFFSET(struct snp_exported_context, oek_count, 0x238);
ABI_OFFSET(struct snp_exported_context, id_block, 0x240);
ABI_OFFSET(struct snp_exported_context, gosvw, 0x2A0);
ABI_OFFSET(struct snp_exported_context, reserved_2b0, 0x2B0);

#define SNP_EXPORT_IMI_EN (1u << 0)

/** A migration agent asks for a guest's context. */
struct snp_export_request {
    uint64_t gctx_paddr;
    uint32_t flags; /**< SNP_EXPORT_IMI_EN */
    uint32_t reserved_0c;
} ABI_PACKED;
ABI_SIZE(struct snp_export_request, 0x10);
ABI_OFFSET(struct snp_export_request, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_export_request, flags, 0x08);
ABI_OFFSET(struct snp_export_request, reserved_0c, 0x0C);

/** The context. */
struct snp_export_response {
    uint32_t status;
    uint32_t context_size;    /**< 300h */
    uint32_t context_version; /**< 2 */
    uint8_t reserved_0c[20];
    struct snp_exported_context context;
} ABI_PACKED;
ABI_SIZE(struct snp_export_response, 0x320);
ABI_OFFSET(struct snp_export_response, status, 0x00);
ABI_OFFSET(struct snp_export_response, context_size, 0x04);
ABI_OFFSET(struct snp_export_response, context_version, 0x08);
ABI_OFFSET(struct snp_export_response, reserved_0c, 0x0C);
ABI_OFFSET(struct snp_export_response, context, 0x20);

/** Gives a context to a guest: IMPORT, ABSORB, ABSORB_NOMA. */
struct snp_import_request {
    uint64_t gctx_paddr; /**< 0 in ABSORB_NOMA */
    uint32_t context_size;
    uint32_t context_version;
    uint8_t reserved_10[16];
    struct snp_exported_context context;
} ABI_PACKED;
ABI_SIZE(struct snp_import_request, 0x320);
ABI_OFFSET(struct snp_import_request, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_import_request, context_size, 0x08);
ABI_OFFSET(struct snp_import_request, context_version, 0x0C);
ABI_OFFSET(struct snp_import_request, reserved_10, 0x10);
ABI_OFFSET(struct snp_import_request, context, 0x20);

/** Gives a guest its VM root key. */
struct snp_vmrk_request {
    uint64_t gctx_paddr;
    uint8_t reserved_08[24];
    uint8_t vmrk[SNP_KEY_BYTES];
} ABI_PACKED;
ABI_SIZE(struct snp_vmrk_request, 0x40);
ABI_OFFSET(struct snp_vmrk_request, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_vmrk_request, reserved_08, 0x08);
ABI_OFFSET(struct snp_vmrk_request, vmrk, 0x20);

/** Answer to IMPORT, ABSORB, ABSORB_NOMA and VMRK. */
struct snp_status_response {
    uint32_t status;
    uint8_t reserved_04[12];
} ABI_PACKED;
ABI_SIZE(struct snp_status_response, 0x10);
ABI_OFFSET(struct snp_status_response, status, 0x00);
ABI_OFFSET(struct snp_status_response, reserved_04, 0x04);

/** Answer to TSC_INFO, whose request is as many bytes of 0. */
struct snp_tsc_info_response {
    uint32_t status;
    uint32_t reserved_04;
    uint64_t tsc_scale; /**< fixed point, 32 bits of fraction */
    uint64_t tsc_offset;
    uint32_t tsc_factor;
    uint8_t reserved_1c[100];
} ABI_PACKED;
ABI_SIZE(struct snp_tsc_info_response, 0x80);
ABI_OFFSET(struct snp_tsc_info_response, status, 0x00);
ABI_OFFSET(struct snp_tsc_info_response, reserved_04, 0x04);
ABI_OFFSET(struct snp_tsc_info_response, tsc_scale, 0x08);
ABI_OFFSET(struct snp_tsc_info_response, tsc_offset, 0x10);
ABI_OFFSET(struct snp_tsc_info_response, tsc_factor, 0x18);
ABI_OFFSET(struct snp_tsc_info_response, reserved_1c, 0x1C);

#endif
