/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuses of one chip, as the board's fw_cfg item "opt/org.virtasp/fuses" holds them. The chip
 * factory (`virtasp provision`) makes them; the boot ROM and the firmware read them.
 */
#ifndef ABI_FUSES_H
#define ABI_FUSES_H

#include "abi/abi.h"

#define FUSES_FW_CFG_NAME "opt/org.virtasp/fuses"
#define FUSES_MAGIC 0x3153455355464156ull /**< "VAFUSES1" as stored, little-endian. */

enum fuses_life_cycle {
    FUSES_LIFE_CYCLE_PRODUCTION = 0x504F5250, /**< The only value that boots. */
};

struct fuses {
    uint64_t magic;
    uint8_t chip_secret[32];        /**< Root of all chip-unique keys; never all zero. */
    uint8_t firmware_root_hash[48]; /**< SHA-384 of struct image_public_key of the root. */
    uint8_t ark_hash[32];           /**< SHA-256 of the ARK's signed bytes (platform root). */
    uint32_t life_cycle;
    uint32_t minimum_security_version; /**< Firmware below this does not boot. */
    uint32_t product;        /**< enum snp_product; 0 in chips that are older than the field. */
    uint32_t report_version; /**< Of attestation reports: 2, 3 or 5; 0 = the product's. */
    uint8_t reserved[0x78];
} ABI_PACKED;
ABI_SIZE(struct fuses, 0x100);
ABI_OFFSET(struct fuses, magic, 0x00);
ABI_OFFSET(struct fuses, chip_secret, 0x08);
ABI_OFFSET(struct fuses, firmware_root_hash, 0x28);
ABI_OFFSET(struct fuses, ark_hash, 0x58);
ABI_OFFSET(struct fuses, life_cycle, 0x78);
ABI_OFFSET(struct fuses, minimum_security_version, 0x7C);
ABI_OFFSET(struct fuses, product, 0x80);
ABI_OFFSET(struct fuses, report_version, 0x84);
ABI_OFFSET(struct fuses, reserved, 0x88);

#endif
