/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs pass to /dev/sev and /dev/sev-guest: the interface of Linux 6.16 (linux/psp-sev.h,
 * linux/sev-guest.h), of which older headers know only a part. Layouts are the same on all
 * architectures with 64-bit pointers.
 */
#ifndef HOST_EXEC_PSP_SEV_H
#define HOST_EXEC_PSP_SEV_H

#include "abi/abi.h"

#define PSP_SEV_ISSUE_CMD 0xC0105300u
#define PSP_SEV_BLOB_MAX 0x4000u
#define PSP_SEV_ID_ALLOCATION_MAX 0x400000u /**< What the kernel can have in one piece. */

/** Number in a struct psp_sev_issue_cmd. */
enum psp_sev_command {
    PSP_SEV_FACTORY_RESET = 0,
    PSP_SEV_PLATFORM_STATUS = 1,
    PSP_SEV_PEK_GEN = 2,
    PSP_SEV_PEK_CSR = 3,
    PSP_SEV_PDH_GEN = 4,
    PSP_SEV_PDH_CERT_EXPORT = 5,
    PSP_SEV_PEK_CERT_IMPORT = 6,
    PSP_SEV_GET_ID = 7,
    PSP_SEV_GET_ID2 = 8,
    PSP_SNP_PLATFORM_STATUS = 9,
    PSP_SNP_COMMIT = 10,
    PSP_SNP_SET_CONFIG = 11,
    PSP_SNP_VLEK_LOAD = 12,
    PSP_SEV_COMMANDS = 13,
};

/** Argument of PSP_SEV_ISSUE_CMD. */
struct psp_sev_issue_cmd {
    uint32_t command;
    uint64_t data;  /**< Address of what the command takes. */
    uint32_t error; /**< Out: the firmware's status. */
} ABI_PACKED;
ABI_SIZE(struct psp_sev_issue_cmd, 0x10);
ABI_OFFSET(struct psp_sev_issue_cmd, command, 0x00);
ABI_OFFSET(struct psp_sev_issue_cmd, data, 0x04);
ABI_OFFSET(struct psp_sev_issue_cmd, error, 0x0C);

/** PEK_CSR and GET_ID2: a buffer. */
struct psp_sev_buffer {
    uint64_t address;
    uint32_t length; /**< In and out. */
} ABI_PACKED;
ABI_SIZE(struct psp_sev_buffer, 0x0C);
ABI_OFFSET(struct psp_sev_buffer, address, 0x00);
ABI_OFFSET(struct psp_sev_buffer, length, 0x08);

/** PDH_CERT_EXPORT (PDH, chain) and PEK_CERT_IMPORT (PEK, OCA): two of them. */
struct psp_sev_buffers {
    struct psp_sev_buffer first;
    struct psp_sev_buffer second;
} ABI_PACKED;
ABI_SIZE(struct psp_sev_buffers, 0x18);
ABI_OFFSET(struct psp_sev_buffers, first, 0x00);
ABI_OFFSET(struct psp_sev_buffers, second, 0x0C);

#define PSP_SEV_GET_ID_BYTES 128u /**< Of two sockets. */

/** SNP_VLEK_LOAD. */
struct psp_snp_vlek_load {
    uint32_t length; /**< Of this structure. */
    uint8_t version; /**< 0 */
    uint8_t reserved[3];
    uint64_t address; /**< struct snp_wrapped_vlek */
} ABI_PACKED;
ABI_SIZE(struct psp_snp_vlek_load, 0x10);
ABI_OFFSET(struct psp_snp_vlek_load, length, 0x00);
ABI_OFFSET(struct psp_snp_vlek_load, version, 0x04);
ABI_OFFSET(struct psp_snp_vlek_load, reserved, 0x05);
ABI_OFFSET(struct psp_snp_vlek_load, address, 0x08);

#define SEV_GUEST_GET_REPORT 0xC0205300u
#define SEV_GUEST_GET_DERIVED_KEY 0xC0205301u
#define SEV_GUEST_GET_EXT_REPORT 0xC0205302u
#define SEV_GUEST_VMM_ERROR_INVALID_LENGTH 1u

/** Argument of the three. */
struct sev_guest_request {
    uint8_t message_version;
    uint8_t padding[7];
    uint64_t request;   /**< Address. */
    uint64_t response;  /**< Address. */
    uint32_t fw_error;  /**< Out. */
    uint32_t vmm_error; /**< Out. */
} ABI_PACKED;
ABI_SIZE(struct sev_guest_request, 0x20);
ABI_OFFSET(struct sev_guest_request, message_version, 0x00);
ABI_OFFSET(struct sev_guest_request, padding, 0x01);
ABI_OFFSET(struct sev_guest_request, request, 0x08);
ABI_OFFSET(struct sev_guest_request, response, 0x10);
ABI_OFFSET(struct sev_guest_request, fw_error, 0x18);
ABI_OFFSET(struct sev_guest_request, vmm_error, 0x1C);

#define SEV_GUEST_REPORT_REQUEST_BYTES 96u
#define SEV_GUEST_REPORT_RESPONSE_BYTES 4000u
#define SEV_GUEST_KEY_REQUEST_BYTES 32u
#define SEV_GUEST_KEY_RESPONSE_BYTES 64u

/** Request of SEV_GUEST_GET_EXT_REPORT. */
struct sev_guest_extended_request {
    uint8_t report[SEV_GUEST_REPORT_REQUEST_BYTES];
    uint64_t certificates; /**< Address. */
    uint32_t length;       /**< Of that; out: what is needed. */
    uint32_t padding;
} ABI_PACKED;
ABI_SIZE(struct sev_guest_extended_request, 0x70);
ABI_OFFSET(struct sev_guest_extended_request, report, 0x00);
ABI_OFFSET(struct sev_guest_extended_request, certificates, 0x60);
ABI_OFFSET(struct sev_guest_extended_request, length, 0x68);
ABI_OFFSET(struct sev_guest_extended_request, padding, 0x6C);

#endif
