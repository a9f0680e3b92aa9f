/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for DOWNLOAD_FIRMWARE, looked at before a board is bothered with them: whether they are such
 * files at all. Whether a chip trusts one is for the chip to say.
 */
#include <stdio.h>
#include <string.h>

#include "abi/psp_header.h"
#include "host/provision/image.h"

#define WRAPPER_BYTES (PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES)

static bool has_magic(const uint8_t *bytes, size_t length)
{
    uint64_t magic = 0;
    if (length >= sizeof magic) {
        memcpy(&magic, bytes, sizeof magic);
    }
    return magic == IMAGE_MAGIC;
}

static bool check_image(const char *path, const uint8_t *image, size_t length,
                        struct provision_error *error)
{
    struct image_header header;
    if (length <= sizeof header) {
        return provision_fail(error, "%s is a firmware image that was cut: %zu bytes", path,
                              length);
    }
    memcpy(&header, image, sizeof header);
    if (header.version != IMAGE_VERSION) {
        return provision_fail(error, "%s is a firmware image of format %u; known is %u", path,
                              header.version, IMAGE_VERSION);
    }
    return header.body_bytes == length - sizeof header ||
           provision_fail(error,
                          "%s is a firmware image with %zu bytes after its header, which says %u",
                          path, length - sizeof header, header.body_bytes);
}

static bool check_wrapped(const char *path, const struct provision_bytes *file,
                          const struct psp_header *wrapper, struct provision_error *error)
{
    if (!has_magic(file->data + PSP_HEADER_BYTES, file->length - PSP_HEADER_BYTES)) {
        return provision_fail(error,
                              "%s is firmware for another security processor, not an image made "
                              "by `virtasp sign`",
                              path);
    }
    if (wrapper->total_size != file->length ||
        (uint64_t)wrapper->size_signed + WRAPPER_BYTES != file->length) {
        return provision_fail(error, "%s has %zu bytes; its header says %u", path, file->length,
                              wrapper->total_size);
    }
    return check_image(path, file->data + PSP_HEADER_BYTES, wrapper->size_signed, error);
}

static bool check(const char *path, const struct provision_bytes *file,
                  struct provision_error *error)
{
    struct psp_header wrapper = {0};
    if (has_magic(file->data, file->length)) {
        return check_image(path, file->data, file->length, error);
    }
    if (file->length > PSP_HEADER_BYTES) {
        memcpy(&wrapper, file->data, sizeof wrapper);
    }
    if (wrapper.magic == PSP_MAGIC) {
        return check_wrapped(path, file, &wrapper, error);
    }
    if (file->length > IMAGE_FLASH_OFFSET &&
        has_magic(file->data + IMAGE_FLASH_OFFSET, file->length - IMAGE_FLASH_OFFSET)) {
        return provision_fail(error,
                              "%s is a flash bank; `virtasp sign --sbin` makes a firmware file of "
                              "the same firmware",
                              path);
    }
    return provision_fail(error,
                          "%s is not a signed firmware file, which begins with VAIMAGE1, or has "
                          "$PS1 at byte 16; `virtasp sign --sbin` makes one",
                          path);
}

bool provision_firmware_read(const char *path, struct provision_bytes *file,
                             struct provision_error *error)
{
    if (!provision_file_read(path, IMAGE_FLASH_BYTES, false, file, error)) {
        return false;
    }
    bool ok = check(path, file, error);
    if (ok && file->length > PROVISION_PSP_BYTES_MAX) {
        ok = provision_fail(error, "%s is too long: %zu bytes, at most %u are possible", path,
                            file->length, PROVISION_PSP_BYTES_MAX);
    }
    if (!ok) {
        provision_bytes_free(file);
    }
    return ok;
}
