/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which product of AMD's this chip plays (SNP 7.4, 7.6): the fuses say it, for ever. One firmware
 * image serves all of them.
 */
#ifndef FIRMWARE_PLATFORM_PRODUCT_H
#define FIRMWARE_PLATFORM_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/fuses.h"
#include "abi/snp_state.h"
#include "crypto/secret.h"

/** Which byte of a TCB version is what (enum snp_tcb_part). */
enum product_tcb_layout {
    PRODUCT_TCB_NONE, /**< No SEV-SNP: the TCB version is 0. */
    PRODUCT_TCB_MILAN,
    PRODUCT_TCB_TURIN,
};

/** A product. */
struct product {
    enum snp_product id;
    bool has_snp;
    uint8_t api_major; /**< API version that the firmware is on this product. */
    uint8_t api_minor;
    uint8_t family; /**< Extended and base family, as reports have it. */
    uint8_t model;  /**< Extended and base model. */
    uint8_t stepping;
    uint8_t report_version; /**< Of attestation reports: 2, 3 or 5; 0 without SEV-SNP. */
    uint32_t cpuid_eax;     /**< Of CPUID function 1. */
    uint32_t chip_id_bytes; /**< How many bytes of a chip ID are not zero: 64 or 8. */
    enum product_tcb_layout tcb_layout;
};

/**
 * Reads product and report version. Called once, by chip_start().
 *
 * @return NULL, or why the firmware must not serve: a product that it does not know, or a report
 *         version that it does not know or the product does not have
 */
CRYPTO_CHECKED const char *product_start(const struct fuses *fuses);

/** @return this chip's product; valid after product_start() */
const struct product *product(void);

#endif
