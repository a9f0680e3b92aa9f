/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware image in the file format of AMD-SP firmware (abi/psp_header.h), as Linux hands it to
 * DOWNLOAD_FIRMWARE.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/psp_header.h"
#include "host/provision/image.h"
#include "host/provision/rsa.h"

_Static_assert(PSP_SIGNATURE_BYTES == PROVISION_RSA_BYTES, "the file is signed with RSA-4096");

bool provision_psp_seal(uint8_t *file, size_t length, EVP_PKEY *signing,
                        struct provision_error *error)
{
    return provision_rsa_sign(signing, file, length - PSP_SIGNATURE_BYTES,
                              file + length - PSP_SIGNATURE_BYTES, error);
}

static bool fill_header(struct psp_header *wrapper, const struct provision_bytes *image,
                        struct provision_error *error)
{
    struct image_header header;
    uint8_t hash[IMAGE_HASH_BYTES];
    memcpy(&header, image->data, sizeof header);
    wrapper->magic = PSP_MAGIC;
    wrapper->size_signed = (uint32_t)image->length;
    wrapper->is_signed = 1;
    wrapper->signature_type = PSP_SIGNATURE_RSA4096_SHA384;
    wrapper->uncompressed_size = (uint32_t)image->length;
    wrapper->version[0] = header.build;
    wrapper->version[1] = header.api_minor;
    wrapper->version[2] = header.api_major;
    wrapper->load_address = header.load_address;
    wrapper->total_size = (uint32_t)(PSP_HEADER_BYTES + image->length + PSP_SIGNATURE_BYTES);
    if (!provision_digest(PROVISION_SHA384, &header.signing_key.key, sizeof header.signing_key.key,
                          hash, error)) {
        return false;
    }
    memcpy(wrapper->key_id, hash, sizeof wrapper->key_id);
    return true;
}

bool provision_psp_make(const struct provision_bytes *image, EVP_PKEY *signing,
                        struct provision_bytes *file, struct provision_error *error)
{
    struct psp_header wrapper = {0};
    *file = (struct provision_bytes){0};
    if (image->length < IMAGE_HEADER_BYTES ||
        image->length > PROVISION_PSP_BYTES_MAX - PSP_HEADER_BYTES - PSP_SIGNATURE_BYTES) {
        return provision_fail(error,
                              "the image has %zu bytes; DOWNLOAD_FIRMWARE takes files of up to %u "
                              "bytes, of which the wrapper needs %u",
                              image->length, PROVISION_PSP_BYTES_MAX,
                              PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES);
    }
    const size_t length = PSP_HEADER_BYTES + image->length + PSP_SIGNATURE_BYTES;
    uint8_t *bytes = malloc(length);
    if (bytes == NULL) {
        return provision_fail(error, "no memory for the file");
    }
    memcpy(bytes + sizeof wrapper, image->data, image->length);
    if (!fill_header(&wrapper, image, error)) {
        free(bytes);
        return false;
    }
    memcpy(bytes, &wrapper, sizeof wrapper);
    if (!provision_psp_seal(bytes, length, signing, error)) {
        free(bytes);
        return false;
    }
    *file = (struct provision_bytes){bytes, length};
    return true;
}
