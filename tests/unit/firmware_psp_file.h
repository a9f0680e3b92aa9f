/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest good file for DOWNLOAD_FIRMWARE, and a chip that accepts it; tests damage the file.
 */
#ifndef TESTS_UNIT_FIRMWARE_PSP_FILE_H
#define TESTS_UNIT_FIRMWARE_PSP_FILE_H

#include "abi/fuses.h"
#include "abi/image.h"
#include "abi/psp_header.h"
#include "abi/sev_status.h"

#include "tests/unit/firmware_signed_image.h"

#define PSP_FILE_BODY_BYTES 64u
#define PSP_FILE_IMAGE_BYTES (IMAGE_HEADER_BYTES + PSP_FILE_BODY_BYTES)
#define PSP_FILE_BYTES (PSP_HEADER_BYTES + PSP_FILE_IMAGE_BYTES + PSP_SIGNATURE_BYTES)
#define PSP_FILE_SIGNED_BYTES (PSP_FILE_BYTES - PSP_SIGNATURE_BYTES)
#define PSP_FILE_SVN 5u /**< Security version of the image, and what the fuses ask for. */

/** A PSP file, and the bare image in it. */
struct psp_file {
    struct psp_header wrapper;
    struct image_header header;
    uint8_t body[PSP_FILE_BODY_BYTES];
    uint8_t signature[PSP_SIGNATURE_BYTES];
};
_Static_assert(sizeof(struct psp_file) == PSP_FILE_BYTES, "the parts follow each other");

extern struct signed_image_keys psp_file_keys;
extern struct psp_file psp_file_good;
extern struct psp_file psp_file; /**< What a test damages: a copy of the good one. */

/** Makes keys and good file, and frees the keys: set-up and tear-down of a group. */
int psp_file_make(void **state);
int psp_file_free(void **state);

/** New board with the fuses of the chip that the file is for: set-up of a test. */
int psp_file_start(void **state);

/** @return fuses that accept the file, and nothing below PSP_FILE_SVN */
struct fuses psp_file_fuses(void);

/** Signs the wrapper as it is. */
void psp_file_sign_wrapper(void);

/** Judges the file, or the bare image in it with a file's length. @return the status */
enum sev_status psp_file_check(uint32_t minimum_security_version);
enum sev_status psp_file_check_bare(uint32_t length, uint32_t minimum_security_version);

/** Asserts the status of the file, or of both; the running firmware has security version 0. */
void psp_file_expect(enum sev_status status);
void psp_file_expect_both(enum sev_status status);

#endif
