/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chip factory is asked for, and the names of what it makes.
 */
#ifndef HOST_PROVISION_FACTORY_OPTIONS_H
#define HOST_PROVISION_FACTORY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/provision/image.h"

/* Names in the chip's directory. */
#define PROVISION_FUSES_FILE "fuses.bin"
#define PROVISION_FLASH_FILE "flash.img"
#define PROVISION_STORAGE_FILE "nv.img"
#define PROVISION_FACTS_FILE "chip.json"
#define PROVISION_VENDOR_DIRECTORY "vendor"
#define PROVISION_KDS_DIRECTORY "kds"
#define PROVISION_KDS_CEK_DIRECTORY "kds/cek/id"

/** What blank flash reads, at the start of bank 1; the rest of that file is a hole. */
#define PROVISION_BLANK_BYTES 0x200000u
#define PROVISION_BLANK_BYTE 0xFF

struct provision_factory_options {
    const char *directory;        /**< Of the chip. */
    const char *vendor;           /**< Directory of keys; NULL: "vendor" in the chip's,
                                       which may be a link to one that was given before. */
    const char *rom;              /**< File, goes with firmware; NULL: flash is kept. */
    const char *firmware;         /**< File. */
    const char *flash;            /**< File of a bank that is signed already, or NULL. */
    const char *chip_secret_file; /**< 32 bytes; NULL: a random secret. */
    const char *product;          /**< Name; NULL: PROVISION_PRODUCT_DEFAULT, or the chip's. */
    struct provision_image_parameters image;
    bool no_flash;      /**< The chip need not have flash that boots. */
    bool force;         /**< Replace the chip that is there. */
    bool minimum_given; /**< Whether the next one was asked for. */
    uint32_t minimum_security_version;
    bool report_version_given;
    uint32_t report_version; /**< Of attestation reports; 0: the product's. */
    FILE *log;               /**< Gets a line on the chip when all is done; NULL: nothing. */
    bool verbose;            /**< Gets a line for each thing as it is done. */
};

#endif
