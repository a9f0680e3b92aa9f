/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest good file for DOWNLOAD_FIRMWARE (firmware_psp_file.h).
 */
#include "tests/unit/firmware_psp_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/self_test.h"
#include "firmware/platform/update.h"
#include "hal/hosted/hosted.h"

struct signed_image_keys psp_file_keys;
struct psp_file psp_file_good;
struct psp_file psp_file;

int psp_file_make(void **state)
{
    struct psp_file *good = &psp_file_good;

    (void)state;
    crypto_start();
    signed_image_make_keys(&psp_file_keys);
    memset(good->body, 0x5A, sizeof(good->body));
    signed_image_make(&psp_file_keys, good->body, PSP_FILE_BODY_BYTES, PSP_FILE_SVN, &good->header);
    signed_image_wrap(&psp_file_keys, (uint8_t *)good, PSP_FILE_IMAGE_BYTES);
    return 0;
}

int psp_file_free(void **state)
{
    (void)state;
    signed_image_free_keys(&psp_file_keys);
    return 0;
}

int psp_file_start(void **state)
{
    (void)state;
    hosted_reset();
    *hosted_fuses() = psp_file_fuses();
    psp_file = psp_file_good;
    return 0;
}

struct fuses psp_file_fuses(void)
{
    struct fuses fuses = {
        .magic = FUSES_MAGIC,
        .chip_secret = {[31] = 1},
        .life_cycle = FUSES_LIFE_CYCLE_PRODUCTION,
        .minimum_security_version = PSP_FILE_SVN,
    };

    signed_image_hash(&psp_file_good.header.root_key, sizeof(psp_file_good.header.root_key),
                      fuses.firmware_root_hash);
    return fuses;
}

void psp_file_sign_wrapper(void)
{
    signed_image_sign(psp_file_keys.signing, &psp_file, PSP_FILE_SIGNED_BYTES, psp_file.signature);
}

enum sev_status psp_file_check(uint32_t minimum_security_version)
{
    struct update_image image;

    return update_check((const uint8_t *)&psp_file, PSP_FILE_BYTES, minimum_security_version,
                        &image);
}

enum sev_status psp_file_check_bare(uint32_t length, uint32_t minimum_security_version)
{
    struct update_image image;

    return update_check((const uint8_t *)&psp_file.header, length, minimum_security_version,
                        &image);
}

void psp_file_expect(enum sev_status status)
{
    assert_int_equal(psp_file_check(0), status);
}

void psp_file_expect_both(enum sev_status status)
{
    psp_file_expect(status);
    assert_int_equal(psp_file_check_bare(PSP_FILE_IMAGE_BYTES, 0), status);
}
