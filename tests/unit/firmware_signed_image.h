/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware images that OpenSSL signs (abi/image.h, abi/psp_header.h).
 */
#ifndef TESTS_UNIT_FIRMWARE_SIGNED_IMAGE_H
#define TESTS_UNIT_FIRMWARE_SIGNED_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "abi/image.h"

/** Keys of 4096 bits. */
struct signed_image_keys {
    EVP_PKEY *root;
    EVP_PKEY *signing;
};

void signed_image_make_keys(struct signed_image_keys *keys);
void signed_image_free_keys(struct signed_image_keys *keys);

/** SHA-384. */
void signed_image_hash(const void *data, size_t length, uint8_t digest[IMAGE_HASH_BYTES]);

/** RSASSA-PSS with SHA-384 over @p length bytes. */
void signed_image_sign(EVP_PKEY *key, const void *data, size_t length,
                       uint8_t signature[IMAGE_RSA_BYTES]);

/** Signs the certificate of the signing key, and the header. */
void signed_image_sign_header(const struct signed_image_keys *keys, struct image_header *header);

/** Makes the header of an image with this body, entered at its first byte. */
void signed_image_make(const struct signed_image_keys *keys, const void *body, uint32_t length,
                       uint32_t security_version, struct image_header *header);

/**
 * Puts an image into the file that Linux has.
 *
 * @param[in,out] file  PSP_HEADER_BYTES of room, the image of @p length bytes, PSP_SIGNATURE_BYTES
 */
void signed_image_wrap(const struct signed_image_keys *keys, uint8_t *file, uint32_t length);

#endif
