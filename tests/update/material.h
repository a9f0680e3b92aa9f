/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of firmware updates are made of: a vendor's keys, another vendor's, and files for
 * DOWNLOAD_FIRMWARE, good or changed and signed again. Every function fails the running test when it
 * cannot do what it says.
 */
#ifndef TESTS_UPDATE_MATERIAL_H
#define TESTS_UPDATE_MATERIAL_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abi/psp_header.h"
#include "abi/sev_status.h"
#include "host/provision/image.h"

struct material {
    struct provision_image_keys ours;
    struct provision_image_keys theirs; /**< Another vendor's: firmware and no trust of ours. */
    struct provision_bytes firmware;    /**< The body of every image. */
    uint32_t security_version;          /**< Of a good file. */
};

/**
 * Reads keys and firmware.
 *
 * @param vendor    directory with a vendor's four keys; ARK and ASK serve as another vendor's
 * @param firmware  file
 * @return false, with the reason on standard error, when one cannot be read
 */
bool material_open(struct material *material, const char *vendor, const char *firmware,
                   uint32_t security_version);

/** Frees all of it. */
void material_close(struct material *material);

/** Makes a bare image. @param[out] image free it with provision_bytes_free() */
void material_image(const struct material *material, const struct provision_image_keys *keys,
                    uint32_t security_version, struct provision_bytes *image);

/** Makes a file with a PSP header, signed by @p signing, around an image. */
void material_wrap(const struct provision_bytes *image, EVP_PKEY *signing,
                   struct provision_bytes *file);

/** A good file: bare or in its wrapper. */
void material_file(const struct material *material, bool wrapped, struct provision_bytes *file);

/** Has our root sign the certificate in an image again. */
void material_sign_key(const struct material *material, uint8_t *image);

/** Has our signing key sign an image's header again, as it is. */
void material_sign_header(const struct material *material, uint8_t *image);

/** Has our signing key sign a file with a PSP header again. */
void material_sign_file(const struct material *material, struct provision_bytes *file);

#endif
