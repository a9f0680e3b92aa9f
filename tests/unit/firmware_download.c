/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for DOWNLOAD_FIRMWARE on the Linux board (firmware_download.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/psp_header.h"

#include "tests/unit/firmware_download.h"
#include "tests/unit/firmware_signed_image.h"

static struct signed_image_keys keys;

int download_make_keys(void **state)
{
    (void)state;
    signed_image_make_keys(&keys);
    return 0;
}

int download_free_keys(void **state)
{
    (void)state;
    signed_image_free_keys(&keys);
    return 0;
}

uint32_t download_put(const struct download_file *file)
{
    uint8_t *bytes = board_dram(DOWNLOAD_PADDR);
    uint8_t *image = bytes + (file->wrapped ? PSP_HEADER_BYTES : 0);
    struct image_header *header = malloc(sizeof(*header));

    assert_non_null(header);
    memset(image + IMAGE_HEADER_BYTES, 0x5A, file->body_bytes);
    signed_image_make(&keys, image + IMAGE_HEADER_BYTES, file->body_bytes, file->security_version,
                      header);
    header->api_major = file->api_major;
    header->api_minor = file->api_minor;
    header->build = file->build;
    signed_image_sign_header(&keys, header);
    memcpy(image, header, sizeof(*header));
    signed_image_hash(&header->root_key, sizeof(header->root_key),
                      hosted_fuses()->firmware_root_hash);
    free(header);
    if (!file->wrapped) {
        return IMAGE_HEADER_BYTES + file->body_bytes;
    }
    signed_image_wrap(&keys, bytes, IMAGE_HEADER_BYTES + file->body_bytes);
    return PSP_HEADER_BYTES + IMAGE_HEADER_BYTES + file->body_bytes + PSP_SIGNATURE_BYTES;
}

enum sev_status download_run(uint32_t length)
{
    struct sev_download_firmware parameters = {.fw_paddr = DOWNLOAD_PADDR, .fw_length = length};

    return board_command(SEV_COMMAND_DOWNLOAD_FIRMWARE, &parameters, sizeof(parameters));
}
