/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic header of AMD-SP firmware files, as Linux hands them to DOWNLOAD_FIRMWARE (amd_sev_*.sbin):
 * this header, a body of SIZE_SIGNED bytes, a signature over both. Here the body is a firmware image
 * (abi/image.h), and the signature (RSASSA-PSS, 4096 bits, SHA-384, big-endian) is by its signing key.
 */
#ifndef ABI_PSP_HEADER_H
#define ABI_PSP_HEADER_H

#include "abi/abi.h"
#include "abi/image.h"

#define PSP_HEADER_BYTES 0x100u
#define PSP_MAGIC 0x31535024u /**< "$PS1" as stored, little-endian. */
#define PSP_SIGNATURE_RSA4096_SHA384 2u
#define PSP_SIGNATURE_BYTES 0x200u

/** Largest file: with the largest image that the boot ROM enters. 201300h. */
#define PSP_FILE_BYTES_MAX                                                                         \
    (PSP_HEADER_BYTES + IMAGE_HEADER_BYTES + IMAGE_BODY_MAX + PSP_SIGNATURE_BYTES)

struct psp_header {
    uint8_t reserved0[0x10];
    uint32_t magic;
    uint32_t size_signed; /**< Of the body. */
    uint32_t encrypted;   /**< 0. */
    uint32_t reserved1;
    uint8_t iv[16];
    uint32_t is_signed; /**< 1. */
    uint32_t signature_type;
    uint8_t key_id[16];  /**< First bytes of SHA-384 of struct image_public_key. */
    uint32_t compressed; /**< 0. */
    uint32_t reserved2;
    uint32_t uncompressed_size; /**< Of the body. */
    uint32_t zlib_size;         /**< 0. */
    uint8_t reserved3[8];
    uint8_t version[4]; /**< Build, API minor, API major, 0. */
    uint32_t reserved4;
    uint32_t load_address;
    uint32_t total_size; /**< Of the file. */
    uint8_t reserved5[0x10];
    uint8_t wrapped_key[16];
    uint8_t reserved6[0x70];
} ABI_PACKED;
ABI_SIZE(struct psp_header, PSP_HEADER_BYTES);
ABI_OFFSET(struct psp_header, reserved0, 0x00);
ABI_OFFSET(struct psp_header, magic, 0x10);
ABI_OFFSET(struct psp_header, size_signed, 0x14);
ABI_OFFSET(struct psp_header, encrypted, 0x18);
ABI_OFFSET(struct psp_header, reserved1, 0x1C);
ABI_OFFSET(struct psp_header, iv, 0x20);
ABI_OFFSET(struct psp_header, is_signed, 0x30);
ABI_OFFSET(struct psp_header, signature_type, 0x34);
ABI_OFFSET(struct psp_header, key_id, 0x38);
ABI_OFFSET(struct psp_header, compressed, 0x48);
ABI_OFFSET(struct psp_header, reserved2, 0x4C);
ABI_OFFSET(struct psp_header, uncompressed_size, 0x50);
ABI_OFFSET(struct psp_header, zlib_size, 0x54);
ABI_OFFSET(struct psp_header, reserved3, 0x58);
ABI_OFFSET(struct psp_header, version, 0x60);
ABI_OFFSET(struct psp_header, reserved4, 0x64);
ABI_OFFSET(struct psp_header, load_address, 0x68);
ABI_OFFSET(struct psp_header, total_size, 0x6C);
ABI_OFFSET(struct psp_header, reserved5, 0x70);
ABI_OFFSET(struct psp_header, wrapped_key, 0x80);
ABI_OFFSET(struct psp_header, reserved6, 0x90);

#endif
