/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a file for DOWNLOAD_FIRMWARE before a board gives something up for it. The board's firmware
 * has the last word.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "host/provision/chip.h"
#include "host/provision/image.h"
#include "host/provision/rsa.h"

/* The root that a readable flash bank names: what the chip boots is of its vendor. */
static bool root_of_flash(const char *directory, uint8_t hash[IMAGE_HASH_BYTES])
{
    struct provision_path path = {0};
    struct provision_bytes bank = {0};
    struct provision_error unused = {0};
    struct image_header header;
    bool known = provision_path_join(directory, PROVISION_FLASH_FILE, &path, &unused) &&
                 provision_file_read(path.text, IMAGE_FLASH_BYTES, false, &bank, &unused) &&
                 bank.length >= IMAGE_FLASH_OFFSET + sizeof header;
    if (known) {
        memcpy(&header, bank.data + IMAGE_FLASH_OFFSET, sizeof header);
        known =
            header.magic == IMAGE_MAGIC && provision_digest(PROVISION_SHA384, &header.root_key,
                                                            sizeof header.root_key, hash, &unused);
    }
    provision_bytes_free(&bank);
    return known;
}

/* Fuses are their owner's alone: others may have to do with less. */
static bool root_of_chip(const char *directory, const struct image_header *header,
                         uint8_t hash[IMAGE_HASH_BYTES], struct provision_error *error)
{
    struct provision_path path = {0};
    struct provision_error unused = {0};
    struct fuses fuses;
    if (provision_path_join(directory, PROVISION_FUSES_FILE, &path, &unused) &&
        provision_chip_read_fuses(path.text, &fuses, &unused)) {
        memcpy(hash, fuses.firmware_root_hash, IMAGE_HASH_BYTES);
        OPENSSL_cleanse(&fuses, sizeof fuses);
        return true;
    }
    return root_of_flash(directory, hash) || provision_digest(PROVISION_SHA384, &header->root_key,
                                                              sizeof header->root_key, hash, error);
}

/* What the wrapper says of itself and of the key; its sizes were looked at when the file was read. */
static bool check_wrapper(const struct psp_header *wrapper, const struct image_header *header,
                          struct provision_error *error)
{
    uint8_t hash[IMAGE_HASH_BYTES];
    if (wrapper->encrypted != 0 || wrapper->compressed != 0 || wrapper->is_signed != 1 ||
        wrapper->signature_type != PSP_SIGNATURE_RSA4096_SHA384 ||
        wrapper->uncompressed_size != wrapper->size_signed) {
        return provision_fail(error,
                              "the file is encrypted, compressed or not signed with RSA-4096");
    }
    return provision_digest(PROVISION_SHA384, &header->signing_key.key,
                            sizeof header->signing_key.key, hash, error) &&
           (memcmp(wrapper->key_id, hash, sizeof wrapper->key_id) == 0 ||
            provision_fail(error, "the file names another key than its image"));
}

bool provision_firmware_check(const char *directory, const struct provision_bytes *file,
                              uint32_t minimum_security_version, struct provision_error *error)
{
    struct psp_header wrapper;
    struct image_header header;
    uint8_t root[IMAGE_HASH_BYTES];
    uint64_t magic;
    memcpy(&magic, file->data, sizeof magic);
    const bool wrapped = magic != IMAGE_MAGIC;
    const uint8_t *image = wrapped ? file->data + PSP_HEADER_BYTES : file->data;
    const size_t length =
        wrapped ? file->length - PSP_HEADER_BYTES - PSP_SIGNATURE_BYTES : file->length;
    memcpy(&wrapper, file->data, sizeof wrapper);
    memcpy(&header, image, sizeof header);
    if ((wrapped && !check_wrapper(&wrapper, &header, error)) ||
        !root_of_chip(directory, &header, root, error) ||
        provision_image_check(image, length, root, minimum_security_version, error) !=
            IMAGE_REFUSAL_NONE) {
        return false;
    }
    return !wrapped ||
           provision_image_verify(&header.signing_key.key, file->data,
                                  file->length - PSP_SIGNATURE_BYTES,
                                  file->data + file->length - PSP_SIGNATURE_BYTES, error) ||
           provision_fail(error, "the file's signature is wrong");
}
