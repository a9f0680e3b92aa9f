/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed firmware image and flash bank 0 (abi/image.h): making and checking them on the x86
 * side, independently of the boot ROM.
 */
#ifndef HOST_PROVISION_IMAGE_H
#define HOST_PROVISION_IMAGE_H

#include <openssl/types.h>

#include "abi/image.h"
#include "abi/psp_header.h"
#include "host/provision/files.h"

/** Keys of the firmware's vendor, RSA-4096. */
struct provision_image_keys {
    EVP_PKEY *root;
    EVP_PKEY *signing;
};

struct provision_image_parameters {
    uint32_t entry;                        /**< Address; bit 0 = Thumb. */
    uint32_t security_version;             /**< Of the image. */
    uint32_t key_minimum_security_version; /**< Goes into the signing key's certificate. */
};

/** Parameters of an image for which nothing else was asked. */
#define PROVISION_IMAGE_DEFAULTS                                                                   \
    ((struct provision_image_parameters){                                                          \
        .entry = IMAGE_LOAD_ADDRESS, .security_version = 1, .key_minimum_security_version = 0})

/**
 * Makes an image: header and body. The same input gives the same bytes.
 *
 * @param firmware    what the linker made, at most IMAGE_BODY_MAX bytes
 * @param[out] image  to be freed with provision_bytes_free()
 * @return false when the firmware is empty or too long, the entry lies outside of it or between
 *         instructions, or OpenSSL fails
 */
PROVISION_CHECKED bool provision_image_make(const struct provision_bytes *firmware,
                                            const struct provision_image_parameters *parameters,
                                            const struct provision_image_keys *keys,
                                            struct provision_bytes *image,
                                            struct provision_error *error);

/**
 * Fills in what the images of this vendor have in common: the certificate of the signing key.
 *
 * @param[out] certificate  signed by the root
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_image_certify_key(const struct provision_image_keys *keys,
                                                   uint32_t minimum_security_version,
                                                   struct image_key_certificate *certificate,
                                                   struct provision_error *error);

/**
 * Computes the hash and the signature of a header that is filled in but for these.
 *
 * @param[in,out] header  BODY_SHA384 and SIGNATURE are written
 * @param body            header->body_bytes bytes
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_image_seal(struct image_header *header, const uint8_t *body,
                                            EVP_PKEY *signing, struct provision_error *error);

/** Largest file that DOWNLOAD_FIRMWARE takes. */
#define PROVISION_PSP_BYTES_MAX PSP_FILE_BYTES_MAX

/**
 * Puts an image into the file format of AMD-SP firmware (abi/psp_header.h). The same input gives the
 * same bytes.
 *
 * @param image      what provision_image_make() made
 * @param signing    the key that signed the image
 * @param[out] file  to be freed with provision_bytes_free()
 * @return false when the file would be too long for DOWNLOAD_FIRMWARE, or OpenSSL fails
 */
PROVISION_CHECKED bool provision_psp_make(const struct provision_bytes *image, EVP_PKEY *signing,
                                          struct provision_bytes *file,
                                          struct provision_error *error);

/**
 * Reads a file for DOWNLOAD_FIRMWARE: a bare image, or one inside of the format above.
 *
 * @param[out] file  to be freed with provision_bytes_free(); empty on error
 * @return false when it cannot be read, is no such file, is cut or too long; nothing is verified
 */
PROVISION_CHECKED bool provision_firmware_read(const char *path, struct provision_bytes *file,
                                               struct provision_error *error);

/**
 * Computes the signature at the end of such a file.
 *
 * @param[in,out] file  @p length bytes, at least PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_psp_seal(uint8_t *file, size_t length, EVP_PKEY *signing,
                                          struct provision_error *error);

/**
 * @param root         the vendor's root key; its public part is enough
 * @param[out] public_key  as the header holds it
 * @param[out] hash    48 bytes, as the fuses hold it
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_image_root_hash(EVP_PKEY *root,
                                                 struct image_public_key *public_key,
                                                 uint8_t hash[IMAGE_HASH_BYTES],
                                                 struct provision_error *error);

/**
 * Checks an image as the boot ROM does.
 *
 * @param image                     @p available bytes from the start of the header
 * @param root_hash                 48 bytes, from the fuses
 * @param minimum_security_version  from the fuses
 * @param[out] error                why the image is refused
 * @return IMAGE_REFUSAL_NONE or the first reason against the image
 */
PROVISION_CHECKED enum image_refusal
provision_image_check(const uint8_t *image, size_t available,
                      const uint8_t root_hash[IMAGE_HASH_BYTES], uint32_t minimum_security_version,
                      struct provision_error *error);

/**
 * Whether a file can be a boot ROM. Says nothing of an empty one.
 *
 * @param name  for the message
 * @return false when its first word is no Arm instruction: text, an ELF file, blank flash
 */
PROVISION_CHECKED bool provision_rom_check(const char *name, const struct provision_bytes *rom,
                                           struct provision_error *error);

/**
 * Whether a file can be firmware. Says nothing of an empty one, nor of an entry outside of it.
 *
 * @param name   for the message
 * @param entry  address of its first instruction, bit 0 = Thumb
 * @return false when it is an ELF file, or there is no Arm instruction at an Arm entry
 */
PROVISION_CHECKED bool provision_code_check(const char *name,
                                            const struct provision_bytes *firmware, uint32_t entry,
                                            struct provision_error *error);

/**
 * Verifies a signature by one of the keys in an image.
 *
 * @param message    @p length bytes
 * @param signature  RSASSA-PSS with SHA-384, big-endian
 * @return false when it is not the key's over the message
 */
PROVISION_CHECKED bool provision_image_verify(const struct image_public_key *key,
                                              const void *message, size_t length,
                                              const uint8_t signature[IMAGE_RSA_BYTES],
                                              struct provision_error *error);

/**
 * Checks a file for DOWNLOAD_FIRMWARE as a chip's firmware does, as far as that can be told from
 * outside: format, signatures, vendor, security version.
 *
 * @param directory                 the chip's. When neither its fuses nor its flash can be read, any
 *                                  vendor is taken
 * @param file                      from provision_firmware_read()
 * @param minimum_security_version  that of the firmware that runs
 * @param[out] error                why the firmware would refuse the file
 */
PROVISION_CHECKED bool provision_firmware_check(const char *directory,
                                                const struct provision_bytes *file,
                                                uint32_t minimum_security_version,
                                                struct provision_error *error);

/**
 * Writes flash bank 0, exactly IMAGE_FLASH_BYTES, sparse.
 *
 * @param path   the file, made or replaced
 * @param rom    the boot ROM, at most IMAGE_FLASH_OFFSET bytes and not empty
 * @param image  what provision_image_make() made
 * @return false when the ROM does not fit, or the file cannot be written
 */
PROVISION_CHECKED bool provision_flash_write(const char *path, const struct provision_bytes *rom,
                                             const struct provision_bytes *image,
                                             struct provision_error *error);

/** @return whether the file is exactly what provision_flash_write() would write */
bool provision_flash_is(const char *path, const struct provision_bytes *rom,
                        const struct provision_bytes *image);

#endif
