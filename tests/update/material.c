/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and files for the tests of firmware updates.
 */
#include "tests/update/material.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/files.h"
#include "host/provision/rsa.h"
#include "host/provision/vendor.h"

bool material_open(struct material *material, const char *vendor, const char *firmware,
                   uint32_t security_version)
{
    const struct provision_vendor place = {vendor, stderr};
    struct provision_error error = {0};
    const struct {
        enum provision_vendor_key which;
        EVP_PKEY **key;
    } keys[] = {
        {PROVISION_FIRMWARE_ROOT, &material->ours.root},
        {PROVISION_FIRMWARE_SIGNING, &material->ours.signing},
        {PROVISION_ARK, &material->theirs.root},
        {PROVISION_ASK, &material->theirs.signing},
    };
    *material = (struct material){.security_version = security_version};
    bool ok = provision_file_read(firmware, IMAGE_BODY_MAX, false, &material->firmware, &error);
    for (size_t i = 0; ok && i < sizeof keys / sizeof keys[0]; i++) {
        ok = provision_vendor_open(&place, keys[i].which, false, keys[i].key, &error);
    }
    if (!ok) {
        (void)fprintf(stderr, "%s\n", error.text);
    }
    return ok;
}

void material_close(struct material *material)
{
    provision_image_keys_free(&material->ours);
    provision_image_keys_free(&material->theirs);
    provision_bytes_free(&material->firmware);
}

static void expect(bool ok, const struct provision_error *error)
{
    if (!ok) {
        fail_msg("%s", error->text);
    }
}

void material_image(const struct material *material, const struct provision_image_keys *keys,
                    uint32_t security_version, struct provision_bytes *image)
{
    struct provision_image_parameters parameters = PROVISION_IMAGE_DEFAULTS;
    struct provision_error error = {0};
    parameters.security_version = security_version;
    expect(provision_image_make(&material->firmware, &parameters, keys, image, &error), &error);
}

void material_wrap(const struct provision_bytes *image, EVP_PKEY *signing,
                   struct provision_bytes *file)
{
    struct provision_error error = {0};
    expect(provision_psp_make(image, signing, file, &error), &error);
}

void material_file(const struct material *material, bool wrapped, struct provision_bytes *file)
{
    struct provision_bytes image;
    material_image(material, &material->ours, material->security_version, &image);
    if (!wrapped) {
        *file = image;
        return;
    }
    material_wrap(&image, material->ours.signing, file);
    provision_bytes_free(&image);
}

void material_sign_key(const struct material *material, uint8_t *image)
{
    struct image_key_certificate certificate;
    struct provision_error error = {0};
    uint8_t *place = image + offsetof(struct image_header, signing_key);
    memcpy(&certificate, place, sizeof certificate);
    expect(provision_rsa_sign(material->ours.root, &certificate,
                              offsetof(struct image_key_certificate, signature),
                              certificate.signature, &error),
           &error);
    memcpy(place, &certificate, sizeof certificate);
}

void material_sign_header(const struct material *material, uint8_t *image)
{
    const size_t signed_bytes = offsetof(struct image_header, signature);
    struct provision_error error = {0};
    expect(provision_rsa_sign(material->ours.signing, image, signed_bytes, image + signed_bytes,
                              &error),
           &error);
}

void material_sign_file(const struct material *material, struct provision_bytes *file)
{
    struct provision_error error = {0};
    expect(provision_psp_seal(file->data, file->length, material->ours.signing, &error), &error);
}
