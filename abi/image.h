/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed firmware image. Flash bank 0 holds the boot ROM in its first IMAGE_FLASH_OFFSET bytes
 * and one image after it: a header of IMAGE_HEADER_BYTES, then the body.
 *
 * Trust: fuses hold SHA-384(root key); the root key signs the certificate of the signing key; the
 * signing key signs the header; the header holds the SHA-384 of the body. All signatures are
 * RSASSA-PSS, 4096 bits, SHA-384, MGF1-SHA-384, 48-byte salt. RSA numbers are big-endian.
 */
#ifndef ABI_IMAGE_H
#define ABI_IMAGE_H

#include "abi/abi.h"

#define IMAGE_FLASH_OFFSET 0x40000u
#define IMAGE_FLASH_BYTES 0x4000000u /**< Size of a flash bank. */
#define IMAGE_HEADER_BYTES 0x1000u
#define IMAGE_BODY_MAX 0x200000u
#define IMAGE_MAGIC 0x314547414D494156ull /**< "VAIMAGE1" as stored, little-endian. */
#define IMAGE_VERSION 1u

#define IMAGE_RSA_BYTES 512u
#define IMAGE_HASH_BYTES 48u
#define IMAGE_KEY_USAGE_FIRMWARE 0x57465053u /**< "SPFW": may sign firmware images. */

struct image_public_key {
    uint32_t exponent; /**< 65537 */
    uint8_t modulus[IMAGE_RSA_BYTES];
} ABI_PACKED;
ABI_SIZE(struct image_public_key, 0x204);
ABI_OFFSET(struct image_public_key, exponent, 0x000);
ABI_OFFSET(struct image_public_key, modulus, 0x004);

/** Certificate of the signing key; the root signs KEY through MINIMUM_SECURITY_VERSION. */
struct image_key_certificate {
    struct image_public_key key;
    uint32_t usage;
    uint32_t minimum_security_version; /**< The key may not sign images below this. */
    uint8_t signature[IMAGE_RSA_BYTES];
} ABI_PACKED;
ABI_SIZE(struct image_key_certificate, 0x40C);
ABI_OFFSET(struct image_key_certificate, key, 0x000);
ABI_OFFSET(struct image_key_certificate, usage, 0x204);
ABI_OFFSET(struct image_key_certificate, minimum_security_version, 0x208);
ABI_OFFSET(struct image_key_certificate, signature, 0x20C);

struct image_header {
    uint64_t magic;
    uint32_t version;
    uint32_t body_bytes;   /**< Multiple of 4, at most IMAGE_BODY_MAX. */
    uint32_t load_address; /**< Must be where the firmware is linked: IMAGE_LOAD_ADDRESS. */
    uint32_t entry;        /**< Address of the first instruction; bit 0 = Thumb. */
    uint32_t security_version;
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint8_t reserved0;
    uint8_t body_sha384[IMAGE_HASH_BYTES];
    struct image_public_key root_key;
    struct image_key_certificate signing_key;
    uint8_t reserved1[0x7A0];
    uint8_t signature[IMAGE_RSA_BYTES]; /**< By the signing key, over all bytes before it. */
} ABI_PACKED;
ABI_SIZE(struct image_header, IMAGE_HEADER_BYTES);
ABI_OFFSET(struct image_header, magic, 0x00);
ABI_OFFSET(struct image_header, version, 0x08);
ABI_OFFSET(struct image_header, body_bytes, 0x0C);
ABI_OFFSET(struct image_header, load_address, 0x10);
ABI_OFFSET(struct image_header, entry, 0x14);
ABI_OFFSET(struct image_header, security_version, 0x18);
ABI_OFFSET(struct image_header, api_major, 0x1C);
ABI_OFFSET(struct image_header, api_minor, 0x1D);
ABI_OFFSET(struct image_header, build, 0x1E);
ABI_OFFSET(struct image_header, reserved0, 0x1F);
ABI_OFFSET(struct image_header, body_sha384, 0x20);
ABI_OFFSET(struct image_header, root_key, 0x50);
ABI_OFFSET(struct image_header, signing_key, 0x254);
ABI_OFFSET(struct image_header, reserved1, 0x660);
ABI_OFFSET(struct image_header, signature, 0xE00);

#define IMAGE_LOAD_ADDRESS 0x0E010000u /**< In secure RAM; the page below stays unmapped. */

/** Why an image is refused. The name is what the boot ROM prints. */
#define IMAGE_REFUSAL_LIST(X)                                                                      \
    X(NONE)                                                                                        \
    X(BAD_FUSES)                                                                                   \
    X(BAD_HEADER)                                                                                  \
    X(BAD_SIZE)                                                                                    \
    X(WRONG_ROOT)                                                                                  \
    X(BAD_KEY_CERTIFICATE)                                                                         \
    X(BAD_SIGNATURE)                                                                               \
    X(BAD_SECURITY_VERSION)                                                                        \
    X(BAD_BODY)

enum image_refusal {
#define IMAGE_REFUSAL_ENUMERATOR(name) IMAGE_REFUSAL_##name,
    IMAGE_REFUSAL_LIST(IMAGE_REFUSAL_ENUMERATOR)
#undef IMAGE_REFUSAL_ENUMERATOR
};

/** Text before the refusal's name in the log; `virtasp start` looks for it. */
#define IMAGE_REFUSAL_LOG_PREFIX "boot ROM: image refused: "

#endif
