/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command buffers of the SEV firmware API: what CmdBufAddr points to, one structure per command.
 * Tags: I = read by the firmware, O = written on success, IO = both. A LENGTH that is IO is also
 * written, with the length that is needed, when the command fails with INVALID_LENGTH.
 */
#ifndef ABI_SEV_COMMANDS_H
#define ABI_SEV_COMMANDS_H

#include "abi/abi.h"

#define SEV_INIT_OPTION_ES (1u << 0)
#define SEV_STATUS_OWNER_EXTERNAL (1u << 0)
#define SEV_STATUS_CONFIG_ES (1u << 0)

/** INIT (001h). */
struct sev_init {
    uint32_t options; /**< I: bit 0 = ES */
    uint32_t reserved;
    uint64_t tmr_paddr;  /**< I: used when ES */
    uint32_t tmr_length; /**< I: used when ES */
} ABI_PACKED;
ABI_SIZE(struct sev_init, 0x14);
ABI_OFFSET(struct sev_init, options, 0x00);
ABI_OFFSET(struct sev_init, reserved, 0x04);
ABI_OFFSET(struct sev_init, tmr_paddr, 0x08);
ABI_OFFSET(struct sev_init, tmr_length, 0x10);

/** PLATFORM_STATUS (004h). */
struct sev_platform_status {
    uint8_t api_major;    /**< O */
    uint8_t api_minor;    /**< O */
    uint8_t state;        /**< O: enum sev_platform_state */
    uint8_t owner;        /**< O: bit 0, 1 = external */
    uint16_t config;      /**< O: bit 0 = ES */
    uint8_t reserved;     /**< O: 0 */
    uint8_t build;        /**< O */
    uint32_t guest_count; /**< O */
} ABI_PACKED;
ABI_SIZE(struct sev_platform_status, 0x0C);
ABI_OFFSET(struct sev_platform_status, api_major, 0x00);
ABI_OFFSET(struct sev_platform_status, api_minor, 0x01);
ABI_OFFSET(struct sev_platform_status, state, 0x02);
ABI_OFFSET(struct sev_platform_status, owner, 0x03);
ABI_OFFSET(struct sev_platform_status, config, 0x04);
ABI_OFFSET(struct sev_platform_status, reserved, 0x06);
ABI_OFFSET(struct sev_platform_status, build, 0x07);
ABI_OFFSET(struct sev_platform_status, guest_count, 0x08);

/** PEK_CSR (006h). */
struct sev_pek_csr {
    uint64_t csr_paddr;  /**< I */
    uint32_t csr_length; /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_pek_csr, 0x0C);
ABI_OFFSET(struct sev_pek_csr, csr_paddr, 0x00);
ABI_OFFSET(struct sev_pek_csr, csr_length, 0x08);

/** PEK_CERT_IMPORT (007h). */
struct sev_pek_cert_import {
    uint64_t pek_cert_paddr;  /**< I */
    uint32_t pek_cert_length; /**< I */
    uint32_t reserved;
    uint64_t oca_cert_paddr;  /**< I */
    uint32_t oca_cert_length; /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_pek_cert_import, 0x1C);
ABI_OFFSET(struct sev_pek_cert_import, pek_cert_paddr, 0x00);
ABI_OFFSET(struct sev_pek_cert_import, pek_cert_length, 0x08);
ABI_OFFSET(struct sev_pek_cert_import, reserved, 0x0C);
ABI_OFFSET(struct sev_pek_cert_import, oca_cert_paddr, 0x10);
ABI_OFFSET(struct sev_pek_cert_import, oca_cert_length, 0x18);

/** PDH_CERT_EXPORT (008h). */
struct sev_pdh_cert_export {
    uint64_t pdh_cert_paddr;  /**< I */
    uint32_t pdh_cert_length; /**< IO */
    uint32_t reserved;
    uint64_t certs_paddr;  /**< I: PEK, OCA, CEK go there */
    uint32_t certs_length; /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_pdh_cert_export, 0x1C);
ABI_OFFSET(struct sev_pdh_cert_export, pdh_cert_paddr, 0x00);
ABI_OFFSET(struct sev_pdh_cert_export, pdh_cert_length, 0x08);
ABI_OFFSET(struct sev_pdh_cert_export, reserved, 0x0C);
ABI_OFFSET(struct sev_pdh_cert_export, certs_paddr, 0x10);
ABI_OFFSET(struct sev_pdh_cert_export, certs_length, 0x18);

/** DOWNLOAD_FIRMWARE (00Bh). */
struct sev_download_firmware {
    uint64_t fw_paddr;  /**< I: 32-byte aligned */
    uint32_t fw_length; /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_download_firmware, 0x0C);
ABI_OFFSET(struct sev_download_firmware, fw_paddr, 0x00);
ABI_OFFSET(struct sev_download_firmware, fw_length, 0x08);

/** GET_ID (00Ch). */
struct sev_get_id {
    uint64_t id_paddr;  /**< I: 8-byte aligned */
    uint32_t id_length; /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_get_id, 0x0C);
ABI_OFFSET(struct sev_get_id, id_paddr, 0x00);
ABI_OFFSET(struct sev_get_id, id_length, 0x08);

/** INIT_EX (00Dh). */
struct sev_init_ex {
    uint32_t length;     /**< I: 24h */
    uint32_t options;    /**< I: bit 0 = ES */
    uint64_t tmr_paddr;  /**< I: used when ES */
    uint32_t tmr_length; /**< I: used when ES */
    uint32_t reserved;
    uint64_t nv_paddr;  /**< I: the block itself is IO */
    uint32_t nv_length; /**< I: 8000h */
} ABI_PACKED;
ABI_SIZE(struct sev_init_ex, 0x24);
ABI_OFFSET(struct sev_init_ex, length, 0x00);
ABI_OFFSET(struct sev_init_ex, options, 0x04);
ABI_OFFSET(struct sev_init_ex, tmr_paddr, 0x08);
ABI_OFFSET(struct sev_init_ex, tmr_length, 0x10);
ABI_OFFSET(struct sev_init_ex, reserved, 0x14);
ABI_OFFSET(struct sev_init_ex, nv_paddr, 0x18);
ABI_OFFSET(struct sev_init_ex, nv_length, 0x20);

/** RING_BUFFER (00Fh). */
struct sev_ring_buffer {
    uint64_t qlo_cmdptr_paddr;  /**< I: 4 KiB aligned */
    uint64_t qlo_statval_paddr; /**< I */
    uint64_t qhi_cmdptr_paddr;  /**< I */
    uint64_t qhi_statval_paddr; /**< I */
    uint8_t qlo_size;           /**< I: 4 KiB pages, 1 */
    uint8_t qhi_size;           /**< I: 4 KiB pages, 1 */
    uint16_t qlo_threshold;     /**< I */
    uint16_t qhi_threshold;     /**< I */
    uint16_t int_on_empty;      /**< I: bit 0 */
} ABI_PACKED;
ABI_SIZE(struct sev_ring_buffer, 0x28);
ABI_OFFSET(struct sev_ring_buffer, qlo_cmdptr_paddr, 0x00);
ABI_OFFSET(struct sev_ring_buffer, qlo_statval_paddr, 0x08);
ABI_OFFSET(struct sev_ring_buffer, qhi_cmdptr_paddr, 0x10);
ABI_OFFSET(struct sev_ring_buffer, qhi_statval_paddr, 0x18);
ABI_OFFSET(struct sev_ring_buffer, qlo_size, 0x20);
ABI_OFFSET(struct sev_ring_buffer, qhi_size, 0x21);
ABI_OFFSET(struct sev_ring_buffer, qlo_threshold, 0x22);
ABI_OFFSET(struct sev_ring_buffer, qhi_threshold, 0x24);
ABI_OFFSET(struct sev_ring_buffer, int_on_empty, 0x26);

/** DECOMMISSION, DEACTIVATE, LAUNCH_FINISH, SEND_FINISH, SEND_CANCEL, RECEIVE_FINISH. */
struct sev_handle {
    uint32_t handle; /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_handle, 0x04);
ABI_OFFSET(struct sev_handle, handle, 0x00);

/** ACTIVATE (021h). */
struct sev_activate {
    uint32_t handle; /**< I */
    uint32_t asid;   /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_activate, 0x08);
ABI_OFFSET(struct sev_activate, handle, 0x00);
ABI_OFFSET(struct sev_activate, asid, 0x04);

/** GUEST_STATUS (023h); there is no fourteenth byte. */
struct sev_guest_status {
    uint32_t handle; /**< I */
    uint32_t policy; /**< O */
    uint32_t asid;   /**< O: 0 if inactive */
    uint8_t state;   /**< O: enum sev_guest_state */
} ABI_PACKED;
ABI_SIZE(struct sev_guest_status, 0x0D);
ABI_OFFSET(struct sev_guest_status, handle, 0x00);
ABI_OFFSET(struct sev_guest_status, policy, 0x04);
ABI_OFFSET(struct sev_guest_status, asid, 0x08);
ABI_OFFSET(struct sev_guest_status, state, 0x0C);

/** COPY (024h). */
struct sev_copy {
    uint32_t handle;    /**< I */
    uint32_t length;    /**< I */
    uint64_t src_paddr; /**< I */
    uint64_t dst_paddr; /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_copy, 0x18);
ABI_OFFSET(struct sev_copy, handle, 0x00);
ABI_OFFSET(struct sev_copy, length, 0x04);
ABI_OFFSET(struct sev_copy, src_paddr, 0x08);
ABI_OFFSET(struct sev_copy, dst_paddr, 0x10);

/** ACTIVATE_EX (025h). */
struct sev_activate_ex {
    uint32_t ex_len;    /**< I: 18h */
    uint32_t handle;    /**< I */
    uint32_t asid;      /**< I */
    uint32_t num_ids;   /**< I */
    uint64_t ids_paddr; /**< I: array of u32 APIC ids */
} ABI_PACKED;
ABI_SIZE(struct sev_activate_ex, 0x18);
ABI_OFFSET(struct sev_activate_ex, ex_len, 0x00);
ABI_OFFSET(struct sev_activate_ex, handle, 0x04);
ABI_OFFSET(struct sev_activate_ex, asid, 0x08);
ABI_OFFSET(struct sev_activate_ex, num_ids, 0x0C);
ABI_OFFSET(struct sev_activate_ex, ids_paddr, 0x10);

/** LAUNCH_START (030h). */
struct sev_launch_start {
    uint32_t handle;         /**< IO: 0 = new key, else the guest to share with */
    uint32_t policy;         /**< I */
    uint64_t dh_cert_paddr;  /**< I */
    uint32_t dh_cert_length; /**< I: 824h, or 0 = no session */
    uint32_t reserved;
    uint64_t session_paddr;  /**< I */
    uint32_t session_length; /**< I: 80h, or 0 */
} ABI_PACKED;
ABI_SIZE(struct sev_launch_start, 0x24);
ABI_OFFSET(struct sev_launch_start, handle, 0x00);
ABI_OFFSET(struct sev_launch_start, policy, 0x04);
ABI_OFFSET(struct sev_launch_start, dh_cert_paddr, 0x08);
ABI_OFFSET(struct sev_launch_start, dh_cert_length, 0x10);
ABI_OFFSET(struct sev_launch_start, reserved, 0x14);
ABI_OFFSET(struct sev_launch_start, session_paddr, 0x18);
ABI_OFFSET(struct sev_launch_start, session_length, 0x20);

/** LAUNCH_UPDATE_DATA (031h) and LAUNCH_UPDATE_VMSA (032h). */
struct sev_launch_update {
    uint32_t handle; /**< I */
    uint32_t reserved;
    uint64_t paddr;  /**< I */
    uint32_t length; /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_launch_update, 0x14);
ABI_OFFSET(struct sev_launch_update, handle, 0x00);
ABI_OFFSET(struct sev_launch_update, reserved, 0x04);
ABI_OFFSET(struct sev_launch_update, paddr, 0x08);
ABI_OFFSET(struct sev_launch_update, length, 0x10);

/** LAUNCH_MEASURE (033h). */
struct sev_launch_measure {
    uint32_t handle; /**< I */
    uint32_t reserved;
    uint64_t measure_paddr;  /**< I */
    uint32_t measure_length; /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_launch_measure, 0x14);
ABI_OFFSET(struct sev_launch_measure, handle, 0x00);
ABI_OFFSET(struct sev_launch_measure, reserved, 0x04);
ABI_OFFSET(struct sev_launch_measure, measure_paddr, 0x08);
ABI_OFFSET(struct sev_launch_measure, measure_length, 0x10);

/** LAUNCH_UPDATE_SECRET (034h), SEND_UPDATE_* (041h, 042h), RECEIVE_UPDATE_* (051h, 052h). */
struct sev_packet {
    uint32_t handle; /**< I */
    uint32_t reserved0;
    uint64_t hdr_paddr;  /**< I */
    uint32_t hdr_length; /**< I; SEND: IO */
    uint32_t reserved1;
    uint64_t guest_paddr;  /**< I */
    uint32_t guest_length; /**< I */
    uint32_t reserved2;
    uint64_t trans_paddr;  /**< I */
    uint32_t trans_length; /**< I; SEND: IO */
} ABI_PACKED;
ABI_SIZE(struct sev_packet, 0x34);
ABI_OFFSET(struct sev_packet, handle, 0x00);
ABI_OFFSET(struct sev_packet, reserved0, 0x04);
ABI_OFFSET(struct sev_packet, hdr_paddr, 0x08);
ABI_OFFSET(struct sev_packet, hdr_length, 0x10);
ABI_OFFSET(struct sev_packet, reserved1, 0x14);
ABI_OFFSET(struct sev_packet, guest_paddr, 0x18);
ABI_OFFSET(struct sev_packet, guest_length, 0x20);
ABI_OFFSET(struct sev_packet, reserved2, 0x24);
ABI_OFFSET(struct sev_packet, trans_paddr, 0x28);
ABI_OFFSET(struct sev_packet, trans_length, 0x30);

/** ATTESTATION (036h). */
struct sev_attestation {
    uint32_t handle; /**< I */
    uint32_t reserved;
    uint64_t report_paddr; /**< I */
    uint8_t mnonce[16];    /**< I */
    uint32_t length;       /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_attestation, 0x24);
ABI_OFFSET(struct sev_attestation, handle, 0x00);
ABI_OFFSET(struct sev_attestation, reserved, 0x04);
ABI_OFFSET(struct sev_attestation, report_paddr, 0x08);
ABI_OFFSET(struct sev_attestation, mnonce, 0x10);
ABI_OFFSET(struct sev_attestation, length, 0x20);

/** SEND_START (040h). */
struct sev_send_start {
    uint32_t handle;          /**< I */
    uint32_t policy;          /**< O */
    uint64_t pdh_cert_paddr;  /**< I: the target's PDH */
    uint32_t pdh_cert_length; /**< I: 824h */
    uint32_t reserved0;
    uint64_t plat_certs_paddr;  /**< I: the target's PEK, OCA, CEK */
    uint32_t plat_certs_length; /**< I: 186Ch */
    uint32_t reserved1;
    uint64_t amd_certs_paddr;  /**< I: ASK, ARK */
    uint32_t amd_certs_length; /**< I */
    uint32_t reserved2;
    uint64_t session_paddr;  /**< I: the session goes there */
    uint32_t session_length; /**< IO */
} ABI_PACKED;
ABI_SIZE(struct sev_send_start, 0x44);
ABI_OFFSET(struct sev_send_start, handle, 0x00);
ABI_OFFSET(struct sev_send_start, policy, 0x04);
ABI_OFFSET(struct sev_send_start, pdh_cert_paddr, 0x08);
ABI_OFFSET(struct sev_send_start, pdh_cert_length, 0x10);
ABI_OFFSET(struct sev_send_start, reserved0, 0x14);
ABI_OFFSET(struct sev_send_start, plat_certs_paddr, 0x18);
ABI_OFFSET(struct sev_send_start, plat_certs_length, 0x20);
ABI_OFFSET(struct sev_send_start, reserved1, 0x24);
ABI_OFFSET(struct sev_send_start, amd_certs_paddr, 0x28);
ABI_OFFSET(struct sev_send_start, amd_certs_length, 0x30);
ABI_OFFSET(struct sev_send_start, reserved2, 0x34);
ABI_OFFSET(struct sev_send_start, session_paddr, 0x38);
ABI_OFFSET(struct sev_send_start, session_length, 0x40);

/** RECEIVE_START (050h). */
struct sev_receive_start {
    uint32_t handle;          /**< IO: 0 = new key, else the guest to share with */
    uint32_t policy;          /**< I */
    uint64_t pdh_cert_paddr;  /**< I: the origin's PDH */
    uint32_t pdh_cert_length; /**< I: 824h */
    uint32_t reserved;
    uint64_t session_paddr;  /**< I */
    uint32_t session_length; /**< I: 80h */
} ABI_PACKED;
ABI_SIZE(struct sev_receive_start, 0x24);
ABI_OFFSET(struct sev_receive_start, handle, 0x00);
ABI_OFFSET(struct sev_receive_start, policy, 0x04);
ABI_OFFSET(struct sev_receive_start, pdh_cert_paddr, 0x08);
ABI_OFFSET(struct sev_receive_start, pdh_cert_length, 0x10);
ABI_OFFSET(struct sev_receive_start, reserved, 0x14);
ABI_OFFSET(struct sev_receive_start, session_paddr, 0x18);
ABI_OFFSET(struct sev_receive_start, session_length, 0x20);

/** DBG_DECRYPT (060h) and DBG_ENCRYPT (061h). */
struct sev_dbg {
    uint32_t handle; /**< I */
    uint32_t reserved;
    uint64_t src_paddr; /**< I */
    uint64_t dst_paddr; /**< I */
    uint32_t length;    /**< I */
} ABI_PACKED;
ABI_SIZE(struct sev_dbg, 0x1C);
ABI_OFFSET(struct sev_dbg, handle, 0x00);
ABI_OFFSET(struct sev_dbg, reserved, 0x04);
ABI_OFFSET(struct sev_dbg, src_paddr, 0x08);
ABI_OFFSET(struct sev_dbg, dst_paddr, 0x10);
ABI_OFFSET(struct sev_dbg, length, 0x18);

/** SWAP_OUT (070h). */
struct sev_swap_out {
    uint32_t handle;        /**< I */
    uint32_t flags;         /**< I: SEV_SWAP_* */
    uint64_t src_paddr;     /**< I */
    uint64_t dst_paddr;     /**< I */
    uint64_t mdata_paddr;   /**< I: the entry goes there */
    uint64_t software_data; /**< I: copied to the entry */
} ABI_PACKED;
ABI_SIZE(struct sev_swap_out, 0x28);
ABI_OFFSET(struct sev_swap_out, handle, 0x00);
ABI_OFFSET(struct sev_swap_out, flags, 0x04);
ABI_OFFSET(struct sev_swap_out, src_paddr, 0x08);
ABI_OFFSET(struct sev_swap_out, dst_paddr, 0x10);
ABI_OFFSET(struct sev_swap_out, mdata_paddr, 0x18);
ABI_OFFSET(struct sev_swap_out, software_data, 0x20);

/** SWAP_IN (071h). */
struct sev_swap_in {
    uint32_t handle;      /**< I */
    uint32_t flags;       /**< I: SEV_SWAP_* */
    uint64_t src_paddr;   /**< I */
    uint64_t dst_paddr;   /**< I: not looked at when in place */
    uint64_t mdata_paddr; /**< I: the entry of SWAP_OUT */
} ABI_PACKED;
ABI_SIZE(struct sev_swap_in, 0x20);
ABI_OFFSET(struct sev_swap_in, handle, 0x00);
ABI_OFFSET(struct sev_swap_in, flags, 0x04);
ABI_OFFSET(struct sev_swap_in, src_paddr, 0x08);
ABI_OFFSET(struct sev_swap_in, dst_paddr, 0x10);
ABI_OFFSET(struct sev_swap_in, mdata_paddr, 0x18);

#endif
