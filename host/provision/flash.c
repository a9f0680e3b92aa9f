/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash bank 0: boot ROM and firmware image in a sparse file.
 */
#include <string.h>

#include "host/provision/image.h"

bool provision_flash_write(const char *path, const struct provision_bytes *rom,
                           const struct provision_bytes *image, struct provision_error *error)
{
    const struct provision_extent extents[] = {
        {0, rom->data, rom->length},
        {IMAGE_FLASH_OFFSET, image->data, image->length},
    };
    if (rom->length == 0 || rom->length > IMAGE_FLASH_OFFSET) {
        return provision_fail(error, "the boot ROM has %zu bytes; 1 to %u are possible",
                              rom->length, IMAGE_FLASH_OFFSET);
    }
    return provision_file_write(path, extents, 2, IMAGE_FLASH_BYTES, PROVISION_MODE_PUBLIC, error);
}

static bool all_zero_from(const struct provision_bytes *flash, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++) {
        if (flash->data[i] != 0) {
            return false;
        }
    }
    return true;
}

bool provision_flash_is(const char *path, const struct provision_bytes *rom,
                        const struct provision_bytes *image)
{
    struct provision_bytes flash;
    struct provision_error unused = {0};
    if (rom->length > IMAGE_FLASH_OFFSET ||
        !provision_file_read(path, IMAGE_FLASH_BYTES, false, &flash, &unused)) {
        return false;
    }
    const bool same = flash.length == IMAGE_FLASH_BYTES &&
                      memcmp(flash.data, rom->data, rom->length) == 0 &&
                      all_zero_from(&flash, rom->length, IMAGE_FLASH_OFFSET) &&
                      memcmp(flash.data + IMAGE_FLASH_OFFSET, image->data, image->length) == 0 &&
                      all_zero_from(&flash, IMAGE_FLASH_OFFSET + image->length, flash.length);
    provision_bytes_free(&flash);
    return same;
}
