/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command buffers of the SEV-SNP firmware API: what CmdBufAddr points to, one structure per command.
 * I = read by the firmware. Results go to pages that the parameters name (abi/snp_data.h).
 */
#ifndef ABI_SNP_COMMANDS_H
#define ABI_SNP_COMMANDS_H

#include "abi/abi.h"

#define SNP_INIT_RMP (1u << 0)
#define SNP_INIT_LIST_PADDR_EN (1u << 1)
#define SNP_INIT_RAPL_DIS (1u << 2)
#define SNP_INIT_CIPHERTEXT_HIDING_EN (1u << 3)
#define SNP_INIT_TIO_EN (1u << 4)

/** SNP_INIT_EX (085h). */
struct snp_init_ex {
    uint32_t flags; /**< I: SNP_INIT_* */
    uint32_t reserved_04;
    uint64_t list_paddr;   /**< I: struct snp_range_list */
    uint16_t max_snp_asid; /**< I: used when CIPHERTEXT_HIDING_EN */
    uint8_t reserved_12[46];
} ABI_PACKED;
ABI_SIZE(struct snp_init_ex, 0x40);
ABI_OFFSET(struct snp_init_ex, flags, 0x00);
ABI_OFFSET(struct snp_init_ex, reserved_04, 0x04);
ABI_OFFSET(struct snp_init_ex, list_paddr, 0x08);
ABI_OFFSET(struct snp_init_ex, max_snp_asid, 0x10);
ABI_OFFSET(struct snp_init_ex, reserved_12, 0x12);

#define SNP_SHUTDOWN_IOMMU (1u << 0)
#define SNP_SHUTDOWN_X86 (1u << 1)

/** SNP_SHUTDOWN_EX (086h). */
struct snp_shutdown_ex {
    uint32_t length; /**< I: 8 or more */
    uint32_t flags;  /**< I: SNP_SHUTDOWN_* */
} ABI_PACKED;
ABI_SIZE(struct snp_shutdown_ex, 0x08);
ABI_OFFSET(struct snp_shutdown_ex, length, 0x00);
ABI_OFFSET(struct snp_shutdown_ex, flags, 0x04);

/** Parameters that are one address: SNP_PLATFORM_STATUS, SNP_GCTX_CREATE, SNP_DECOMMISSION,
 * SNP_PAGE_RECLAIM, SNP_PAGE_UNSMASH. */
struct snp_address {
    uint64_t paddr; /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_address, 0x08);
ABI_OFFSET(struct snp_address, paddr, 0x00);

/** SNP_ACTIVATE (091h). */
struct snp_activate {
    uint64_t gctx_paddr; /**< I */
    uint32_t asid;       /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_activate, 0x0C);
ABI_OFFSET(struct snp_activate, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_activate, asid, 0x08);

/** SNP_ACTIVATE_EX (095h). */
struct snp_activate_ex {
    uint32_t length; /**< I: 20h or more */
    uint32_t reserved_04;
    uint64_t gctx_paddr; /**< I */
    uint32_t asid;       /**< I */
    uint32_t num_ids;    /**< I */
    uint64_t ids_paddr;  /**< I: NUM_IDS APIC ids, u32 each */
} ABI_PACKED;
ABI_SIZE(struct snp_activate_ex, 0x20);
ABI_OFFSET(struct snp_activate_ex, length, 0x00);
ABI_OFFSET(struct snp_activate_ex, reserved_04, 0x04);
ABI_OFFSET(struct snp_activate_ex, gctx_paddr, 0x08);
ABI_OFFSET(struct snp_activate_ex, asid, 0x10);
ABI_OFFSET(struct snp_activate_ex, num_ids, 0x14);
ABI_OFFSET(struct snp_activate_ex, ids_paddr, 0x18);

/** SNP_GUEST_STATUS (092h). */
struct snp_guest_status {
    uint64_t gctx_paddr;   /**< I */
    uint64_t status_paddr; /**< I: struct snp_guest_status_page */
} ABI_PACKED;
ABI_SIZE(struct snp_guest_status, 0x10);
ABI_OFFSET(struct snp_guest_status, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_guest_status, status_paddr, 0x08);

/** SNP_GUEST_REQUEST (094h). */
struct snp_guest_request {
    uint64_t gctx_paddr;     /**< I */
    uint64_t request_paddr;  /**< I */
    uint64_t response_paddr; /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_guest_request, 0x18);
ABI_OFFSET(struct snp_guest_request, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_guest_request, request_paddr, 0x08);
ABI_OFFSET(struct snp_guest_request, response_paddr, 0x10);

/** SNP_HV_REPORT_REQ (096h). */
struct snp_hv_report_req {
    uint32_t length;       /**< I: 18h or more */
    uint32_t key_sel;      /**< I: bits 1:0, SNP_KEY_SELECT_* */
    uint64_t gctx_paddr;   /**< I */
    uint64_t report_paddr; /**< I: struct snp_report_response */
} ABI_PACKED;
ABI_SIZE(struct snp_hv_report_req, 0x18);
ABI_OFFSET(struct snp_hv_report_req, length, 0x00);
ABI_OFFSET(struct snp_hv_report_req, key_sel, 0x04);
ABI_OFFSET(struct snp_hv_report_req, gctx_paddr, 0x08);
ABI_OFFSET(struct snp_hv_report_req, report_paddr, 0x10);

#define SNP_LAUNCH_MA_EN (1u << 0)
#define SNP_LAUNCH_IMI_EN (1u << 1)

/** SNP_LAUNCH_START (0A0h). */
struct snp_launch_start {
    uint64_t gctx_paddr;      /**< I */
    uint64_t policy;          /**< I */
    uint64_t ma_gctx_paddr;   /**< I: used when MA_EN */
    uint32_t flags;           /**< I: SNP_LAUNCH_* */
    uint32_t desired_tsc_khz; /**< I: 0 = the host's */
    uint8_t gosvw[16];        /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_launch_start, 0x30);
ABI_OFFSET(struct snp_launch_start, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_launch_start, policy, 0x08);
ABI_OFFSET(struct snp_launch_start, ma_gctx_paddr, 0x10);
ABI_OFFSET(struct snp_launch_start, flags, 0x18);
ABI_OFFSET(struct snp_launch_start, desired_tsc_khz, 0x1C);
ABI_OFFSET(struct snp_launch_start, gosvw, 0x20);

#define SNP_PAGE_2M (1u << 0)
#define SNP_LAUNCH_PAGE_TYPE(flags) (((flags) >> 1) & 7u)
#define SNP_LAUNCH_IMI_PAGE (1u << 4)

/** SNP_LAUNCH_UPDATE (0A1h). */
struct snp_launch_update {
    uint64_t gctx_paddr; /**< I */
    uint32_t flags;      /**< I: bit 0 = 2 MiB, 3:1 = enum snp_page_type, 4 = IMI_PAGE */
    uint32_t reserved_0c;
    uint64_t page_paddr; /**< I */
    uint8_t reserved_18;
    uint8_t vmpl1_perms; /**< I */
    uint8_t vmpl2_perms; /**< I */
    uint8_t vmpl3_perms; /**< I */
    uint32_t reserved_1c;
} ABI_PACKED;
ABI_SIZE(struct snp_launch_update, 0x20);
ABI_OFFSET(struct snp_launch_update, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_launch_update, flags, 0x08);
ABI_OFFSET(struct snp_launch_update, reserved_0c, 0x0C);
ABI_OFFSET(struct snp_launch_update, page_paddr, 0x10);
ABI_OFFSET(struct snp_launch_update, reserved_18, 0x18);
ABI_OFFSET(struct snp_launch_update, vmpl1_perms, 0x19);
ABI_OFFSET(struct snp_launch_update, vmpl2_perms, 0x1A);
ABI_OFFSET(struct snp_launch_update, vmpl3_perms, 0x1B);
ABI_OFFSET(struct snp_launch_update, reserved_1c, 0x1C);

#define SNP_FINISH_ID_BLOCK_EN (1ull << 0)
#define SNP_FINISH_AUTH_KEY_EN (1ull << 1)
#define SNP_FINISH_VCEK_DIS (1ull << 2)

/** SNP_LAUNCH_FINISH (0A2h). */
struct snp_launch_finish {
    uint64_t gctx_paddr;     /**< I */
    uint64_t id_block_paddr; /**< I: struct snp_id_block */
    uint64_t id_auth_paddr;  /**< I: struct snp_id_auth */
    uint64_t flags;          /**< I: SNP_FINISH_* */
    uint8_t host_data[32];   /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_launch_finish, 0x40);
ABI_OFFSET(struct snp_launch_finish, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_launch_finish, id_block_paddr, 0x08);
ABI_OFFSET(struct snp_launch_finish, id_auth_paddr, 0x10);
ABI_OFFSET(struct snp_launch_finish, flags, 0x18);
ABI_OFFSET(struct snp_launch_finish, host_data, 0x20);

/** SNP_DBG_DECRYPT (0B0h), SNP_DBG_ENCRYPT (0B1h). */
struct snp_dbg {
    uint64_t gctx_paddr; /**< I */
    uint64_t src_paddr;  /**< I */
    uint64_t dst_paddr;  /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_dbg, 0x18);
ABI_OFFSET(struct snp_dbg, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_dbg, src_paddr, 0x08);
ABI_OFFSET(struct snp_dbg, dst_paddr, 0x10);

#define SNP_MITIGATION_STATUS 0u
#define SNP_MITIGATION_VERIFY 1u
#define SNP_MITIGATION_DST_PADDR_EN (1u << 0)
#define SNP_MITIGATION_SRC_PADDR_EN (1u << 1)

/** SNP_VERIFY_MITIGATION (0B2h). */
struct snp_verify_mitigation {
    uint32_t length;     /**< I: 40h or more */
    uint16_t subcommand; /**< I: SNP_MITIGATION_STATUS or _VERIFY */
    uint16_t reserved_06;
    uint64_t vector; /**< I */
    uint32_t flags;  /**< I: SNP_MITIGATION_*_EN */
    uint32_t reserved_14;
    uint64_t src_paddr; /**< I */
    uint64_t dst_paddr; /**< I: struct snp_mitigation */
    uint8_t reserved_28[24];
} ABI_PACKED;
ABI_SIZE(struct snp_verify_mitigation, 0x40);
ABI_OFFSET(struct snp_verify_mitigation, length, 0x00);
ABI_OFFSET(struct snp_verify_mitigation, subcommand, 0x04);
ABI_OFFSET(struct snp_verify_mitigation, reserved_06, 0x06);
ABI_OFFSET(struct snp_verify_mitigation, vector, 0x08);
ABI_OFFSET(struct snp_verify_mitigation, flags, 0x10);
ABI_OFFSET(struct snp_verify_mitigation, reserved_14, 0x14);
ABI_OFFSET(struct snp_verify_mitigation, src_paddr, 0x18);
ABI_OFFSET(struct snp_verify_mitigation, dst_paddr, 0x20);
ABI_OFFSET(struct snp_verify_mitigation, reserved_28, 0x28);

#define SNP_SWAP_PAGE_TYPE(flags) ((uint32_t)((flags) >> 1) & 3u)
#define SNP_SWAP_IN_PLACE (1ull << 3)
#define SNP_SWAP_ROOT_MDATA_EN (1ull << 4)

/** SNP_PAGE_SWAP_OUT (0C0h), SNP_PAGE_SWAP_IN (0C1h). */
struct snp_page_swap {
    uint64_t gctx_paddr;    /**< I */
    uint64_t src_paddr;     /**< I */
    uint64_t dst_paddr;     /**< I */
    uint64_t mdata_paddr;   /**< I: struct snp_mdata_entry; not with ROOT_MDATA_EN */
    uint64_t software_data; /**< I: SWAP_OUT only */
    uint64_t flags;         /**< I: bit 0 = 2 MiB, 2:1 = enum snp_swap_type, SNP_SWAP_* */
} ABI_PACKED;
ABI_SIZE(struct snp_page_swap, 0x30);
ABI_OFFSET(struct snp_page_swap, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_page_swap, src_paddr, 0x08);
ABI_OFFSET(struct snp_page_swap, dst_paddr, 0x10);
ABI_OFFSET(struct snp_page_swap, mdata_paddr, 0x18);
ABI_OFFSET(struct snp_page_swap, software_data, 0x20);
ABI_OFFSET(struct snp_page_swap, flags, 0x28);

/** SNP_PAGE_MOVE (0C2h). */
struct snp_page_move {
    uint64_t gctx_paddr; /**< I */
    uint32_t flags;      /**< I: bit 0 = 2 MiB */
    uint32_t reserved_0c;
    uint64_t src_paddr; /**< I */
    uint64_t dst_paddr; /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_page_move, 0x20);
ABI_OFFSET(struct snp_page_move, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_page_move, flags, 0x08);
ABI_OFFSET(struct snp_page_move, reserved_0c, 0x0C);
ABI_OFFSET(struct snp_page_move, src_paddr, 0x10);
ABI_OFFSET(struct snp_page_move, dst_paddr, 0x18);

/** SNP_PAGE_MD_INIT (0C3h). */
struct snp_page_md_init {
    uint64_t gctx_paddr; /**< I */
    uint64_t page_paddr; /**< I */
} ABI_PACKED;
ABI_SIZE(struct snp_page_md_init, 0x10);
ABI_OFFSET(struct snp_page_md_init, gctx_paddr, 0x00);
ABI_OFFSET(struct snp_page_md_init, page_paddr, 0x08);

/** SNP_PAGE_SET_STATE (0C6h). */
struct snp_page_set_state {
    uint32_t length; /**< I: 10h or more */
    uint32_t reserved_04;
    uint64_t list_paddr; /**< I: struct snp_range_list */
} ABI_PACKED;
ABI_SIZE(struct snp_page_set_state, 0x10);
ABI_OFFSET(struct snp_page_set_state, length, 0x00);
ABI_OFFSET(struct snp_page_set_state, reserved_04, 0x04);
ABI_OFFSET(struct snp_page_set_state, list_paddr, 0x08);

#define SNP_CONFIG_MASK_CHIP_ID (1u << 0)
#define SNP_CONFIG_MASK_CHIP_KEY (1u << 1)

/** SNP_CONFIG (0C9h). */
struct snp_config {
    uint64_t reported_tcb; /**< I: 0 = the committed one */
    uint32_t flags;        /**< I: SNP_CONFIG_* */
    uint8_t reserved_0c[52];
} ABI_PACKED;
ABI_SIZE(struct snp_config, 0x40);
ABI_OFFSET(struct snp_config, reported_tcb, 0x00);
ABI_OFFSET(struct snp_config, flags, 0x08);
ABI_OFFSET(struct snp_config, reserved_0c, 0x0C);

#define SNP_DOWNLOAD_COMMIT (1u << 0)

/** SNP_DOWNLOAD_FIRMWARE_EX (0CAh). */
struct snp_download_firmware_ex {
    uint32_t length; /**< I: 18h or more */
    uint32_t reserved_04;
    uint64_t fw_paddr;  /**< I */
    uint32_t fw_length; /**< I */
    uint32_t flags;     /**< I: SNP_DOWNLOAD_COMMIT */
} ABI_PACKED;
ABI_SIZE(struct snp_download_firmware_ex, 0x18);
ABI_OFFSET(struct snp_download_firmware_ex, length, 0x00);
ABI_OFFSET(struct snp_download_firmware_ex, reserved_04, 0x04);
ABI_OFFSET(struct snp_download_firmware_ex, fw_paddr, 0x08);
ABI_OFFSET(struct snp_download_firmware_ex, fw_length, 0x10);
ABI_OFFSET(struct snp_download_firmware_ex, flags, 0x14);

/** SNP_COMMIT (0CBh). */
struct snp_commit {
    uint32_t length; /**< I: 4 or more */
} ABI_PACKED;
ABI_SIZE(struct snp_commit, 0x04);
ABI_OFFSET(struct snp_commit, length, 0x00);

/** SNP_VLEK_LOAD (0CDh). */
struct snp_vlek_load {
    uint32_t length;         /**< I: 10h or more */
    uint8_t wrapped_version; /**< I: 0 */
    uint8_t reserved_05[3];
    uint64_t wrapped_paddr; /**< I: struct snp_wrapped_vlek */
} ABI_PACKED;
ABI_SIZE(struct snp_vlek_load, 0x10);
ABI_OFFSET(struct snp_vlek_load, length, 0x00);
ABI_OFFSET(struct snp_vlek_load, wrapped_version, 0x04);
ABI_OFFSET(struct snp_vlek_load, reserved_05, 0x05);
ABI_OFFSET(struct snp_vlek_load, wrapped_paddr, 0x08);

/** SNP_FEATURE_INFO (0CEh). */
struct snp_feature_info {
    uint32_t length;             /**< I: 10h or more */
    uint32_t ecx_in;             /**< I: leaf */
    uint64_t feature_info_paddr; /**< I: struct snp_feature_info_page */
} ABI_PACKED;
ABI_SIZE(struct snp_feature_info, 0x10);
ABI_OFFSET(struct snp_feature_info, length, 0x00);
ABI_OFFSET(struct snp_feature_info, ecx_in, 0x04);
ABI_OFFSET(struct snp_feature_info, feature_info_paddr, 0x08);

#endif
