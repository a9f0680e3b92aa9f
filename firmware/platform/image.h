/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acceptance of a signed firmware image (abi/image.h), for the boot ROM and for DOWNLOAD_FIRMWARE.
 * Depends on nothing but the signature and hash primitives.
 *
 * Fault injection: no single instruction that is skipped, and no single wrong value, lets a refused
 * image pass, if the caller compares both members of the verdict. Each check is made twice, and
 * what it returned is added up.
 */
#ifndef FIRMWARE_PLATFORM_IMAGE_H
#define FIRMWARE_PLATFORM_IMAGE_H

#include <stdint.h>

#include "abi/fuses.h"
#include "abi/image.h"

/** What a check returns when it found nothing wrong. */
#define IMAGE_CHECK_PASSED 0x3C96A55Bu
/** Sum after COUNT checks, each made twice. */
#define IMAGE_CHECKS_PASSED(count) ((uint32_t)((uint64_t)2 * IMAGE_CHECK_PASSED * (count)))

#define IMAGE_HEADER_CHECKS 8u
#define IMAGE_BODY_CHECKS 1u
#define IMAGE_HEADER_ACCEPTED IMAGE_CHECKS_PASSED(IMAGE_HEADER_CHECKS)
#define IMAGE_BODY_ACCEPTED IMAGE_CHECKS_PASSED(IMAGE_BODY_CHECKS)

/** An image is accepted only when REFUSAL is IMAGE_REFUSAL_NONE and ACCEPTED is the constant above. */
struct image_verdict {
    enum image_refusal refusal;
    uint32_t accepted; /**< IMAGE_HEADER_ACCEPTED or IMAGE_BODY_ACCEPTED; 0 when refused. */
};

/**
 * Checks everything about an image but its body.
 *
 * @param header  a copy that nobody else can write
 * @param fuses   the chip's; minimum_security_version may have been raised by the caller
 * @return BAD_FUSES: not fuses, not in production, or no secret; BAD_HEADER: magic, version, load
 *         address or entry; BAD_SIZE: body empty, too large or not whole words; WRONG_ROOT: the root
 *         key is not the fused one; BAD_KEY_CERTIFICATE: the signing key is not certified by the
 *         root, or for something else; BAD_SIGNATURE: the header is not signed by that key;
 *         BAD_SECURITY_VERSION: below what the fuses or the signing key allow
 */
struct image_verdict image_check_header(const struct image_header *header,
                                        const struct fuses *fuses)
    __attribute__((warn_unused_result));

/**
 * Checks the body against an accepted header.
 *
 * @param header  as given to image_check_header()
 * @param body    header->body_bytes bytes, where nobody else can write them
 * @return BAD_BODY: its hash is not the one in the header
 */
struct image_verdict image_check_body(const struct image_header *header, const void *body)
    __attribute__((warn_unused_result));

/** @return the name of a refusal, as the boot ROM prints it */
const char *image_refusal_name(enum image_refusal refusal);

#endif
