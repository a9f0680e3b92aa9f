/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware update (section 12): which image DOWNLOAD_FIRMWARE accepts.
 */
#ifndef FIRMWARE_PLATFORM_UPDATE_H
#define FIRMWARE_PLATFORM_UPDATE_H

#include <stdint.h>

#include "abi/image.h"
#include "abi/psp_header.h"
#include "abi/sev_status.h"
#include "crypto/secret.h"

/** Smallest file that can hold an image. */
#define UPDATE_MINIMUM_BYTES (IMAGE_HEADER_BYTES + 4u)

/** Largest file: whichever image the boot ROM enters from flash can be downloaded, wrapped or bare. */
#define UPDATE_MAXIMUM_BYTES PSP_FILE_BYTES_MAX

/** An image that was accepted. */
struct update_image {
    const struct image_header *header;
    const uint8_t *body;
};

/**
 * Takes a file apart and verifies it: a bare image (abi/image.h), or one in a PSP file
 * (abi/psp_header.h).
 *
 * @param file                      private copy, @p length bytes, at least UPDATE_MINIMUM_BYTES
 * @param minimum_security_version  rollback_minimum(); the fuses' counts too
 * @param[out] image                set on success; points into @p file
 * @return SUCCESS; UNSUPPORTED when it is no such file, its sizes disagree, or it is not for this
 *         firmware's place; BAD_SIGNATURE when root, key certificate, a signature or the body's hash
 *         is wrong; BAD_SVN when its security version is too low; HWERROR_PLATFORM without fuses
 */
CRYPTO_CHECKED enum sev_status update_check(const uint8_t *file, uint32_t length,
                                            uint32_t minimum_security_version,
                                            struct update_image *image);

#endif
