/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases without the vendor's help: damaged, cut or lengthened files, files of another vendor, files
 * put together from both, and old ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/update/case_groups.h"
#include "tests/update/cases.h"

void cases_flip(const char *what, const struct provision_bytes *file, size_t start, size_t end,
                size_t stride, enum sev_status expected)
{
    for (size_t offset = start; offset < end; offset += stride) {
        char text[128];
        (void)snprintf(text, sizeof text, "%s, damaged at %zx", what, offset);
        file->data[offset] ^= 0x80;
        subject.judge(text, file, expected);
        file->data[offset] ^= 0x80;
    }
}

/* Sizes, load address and entry are checked before signatures; elsewhere they are the first check. */
static void damage_image(const char *what, const struct provision_bytes *file, size_t start)
{
    const size_t sizes = start + offsetof(struct image_header, body_bytes);
    const size_t rest = start + offsetof(struct image_header, security_version);
    cases_flip(what, file, start, sizes, 1, SEV_STATUS_UNSUPPORTED);
    cases_flip(what, file, rest, start + IMAGE_HEADER_BYTES, subject.stride,
               SEV_STATUS_BAD_SIGNATURE);
    const size_t body_end = start + IMAGE_HEADER_BYTES + subject.material.firmware.length;
    cases_flip(what, file, start + IMAGE_HEADER_BYTES, body_end, subject.stride * 97,
               SEV_STATUS_BAD_SIGNATURE);
    cases_flip(what, file, body_end - 1, body_end, 1, SEV_STATUS_BAD_SIGNATURE);
}

static void damaged_images_are_refused(void **state)
{
    struct provision_bytes file;
    (void)state;
    material_file(&subject.material, false, &file);
    damage_image("bare image", &file, 0);
    provision_bytes_free(&file);
    material_file(&subject.material, true, &file);
    damage_image("wrapped image", &file, PSP_HEADER_BYTES);
    provision_bytes_free(&file);
}

/** Fields of the wrapper that are looked at before its signature is. */
static bool is_checked_first(size_t offset)
{
    return (offset >= offsetof(struct psp_header, magic) &&
            offset < offsetof(struct psp_header, reserved1)) ||
           (offset >= offsetof(struct psp_header, is_signed) &&
            offset < offsetof(struct psp_header, key_id)) ||
           (offset >= offsetof(struct psp_header, compressed) &&
            offset < offsetof(struct psp_header, reserved2)) ||
           (offset >= offsetof(struct psp_header, uncompressed_size) &&
            offset < offsetof(struct psp_header, zlib_size)) ||
           (offset >= offsetof(struct psp_header, total_size) &&
            offset < offsetof(struct psp_header, reserved5));
}

static void damaged_wrappers_are_refused(void **state)
{
    struct provision_bytes file;
    (void)state;
    material_file(&subject.material, true, &file);
    for (size_t offset = 0; offset < PSP_HEADER_BYTES; offset++) {
        if (is_checked_first(offset)) {
            cases_flip("wrapper", &file, offset, offset + 1, 1, SEV_STATUS_UNSUPPORTED);
        } else if (offset % ((subject.stride + 1) / 2) == 0) {
            cases_flip("wrapper", &file, offset, offset + 1, 1, SEV_STATUS_BAD_SIGNATURE);
        }
    }
    cases_flip("wrapper's signature", &file, file.length - PSP_SIGNATURE_BYTES, file.length,
               subject.stride, SEV_STATUS_BAD_SIGNATURE);
    cases_flip("wrapper's signature", &file, file.length - 1, file.length, 1,
               SEV_STATUS_BAD_SIGNATURE);
    provision_bytes_free(&file);
}

/* The good file with another length: cut, or with zeros behind it. */
static void try_length(bool wrapped, ptrdiff_t difference)
{
    struct provision_bytes file;
    char what[64];
    material_file(&subject.material, wrapped, &file);
    const size_t length = (size_t)((ptrdiff_t)file.length + difference);
    const struct provision_bytes other = {calloc(1, length), length};
    assert_non_null(other.data);
    memcpy(other.data, file.data, length < file.length ? length : file.length);
    (void)snprintf(what, sizeof what, "%s, %td bytes longer", wrapped ? "file" : "image",
                   difference);
    subject.judge(what, &other, SEV_STATUS_UNSUPPORTED);
    free(other.data);
    provision_bytes_free(&file);
}

static void files_of_another_length_are_refused(void **state)
{
    const ptrdiff_t smallest = IMAGE_HEADER_BYTES + 4;
    const ptrdiff_t body = (ptrdiff_t)subject.material.firmware.length;
    (void)state;
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        const ptrdiff_t overhead = wrapped ? PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES : 0;
        const ptrdiff_t whole = overhead + IMAGE_HEADER_BYTES + ((body + 3) & ~(ptrdiff_t)3);
        const ptrdiff_t differences[] = {-1,
                                         -4,
                                         -(ptrdiff_t)PSP_SIGNATURE_BYTES,
                                         -whole / 2,
                                         1,
                                         4,
                                         4096,
                                         smallest - whole,
                                         smallest + 1 - whole};
        for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
            try_length(wrapped != 0, differences[i]);
        }
    }
}

/** A wrapper that describes just what is in it, with other bytes than an image or more of them. */
static void try_sizes(const char *what, size_t size_signed, size_t length, enum sev_status expected)
{
    struct provision_bytes good;
    struct psp_header wrapper;
    struct provision_bytes file = {calloc(1, length), length};
    material_file(&subject.material, true, &good);
    assert_non_null(file.data);
    memcpy(file.data, good.data, length < good.length ? length : good.length);
    memcpy(&wrapper, good.data, sizeof wrapper);
    wrapper.size_signed = (uint32_t)size_signed;
    wrapper.uncompressed_size = (uint32_t)size_signed;
    wrapper.total_size = (uint32_t)length;
    memcpy(file.data, &wrapper, sizeof wrapper);
    material_sign_file(&subject.material, &file);
    subject.judge(what, &file, expected);
    provision_bytes_free(&file);
    provision_bytes_free(&good);
}

static void wrappers_around_something_else_are_refused(void **state)
{
    const size_t overhead = PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES;
    const size_t smallest = IMAGE_HEADER_BYTES + 4;
    struct provision_bytes good;
    (void)state;
    material_file(&subject.material, true, &good);
    const size_t length = good.length;
    const size_t image = length - overhead;
    provision_bytes_free(&good);
    try_sizes("as it should be", image, length, SEV_STATUS_SUCCESS);
    try_sizes("zeros behind the image", image + 16, length + 16, SEV_STATUS_UNSUPPORTED);
    try_sizes("zeros before the signature", image, length + 16, SEV_STATUS_UNSUPPORTED);
    try_sizes("no room for a header", smallest - overhead, smallest, SEV_STATUS_UNSUPPORTED);
    try_sizes("no room for a word of body", smallest - 1, smallest - 1 + overhead,
              SEV_STATUS_UNSUPPORTED);
    try_sizes("a word of body", smallest, smallest + overhead, SEV_STATUS_UNSUPPORTED);
}

/** An image, wrapped by any key and with any key id. */
static void try_wrapped(const char *what, const struct provision_bytes *image, EVP_PKEY *wrapping,
                        const uint8_t *key_id)
{
    struct provision_bytes file;
    struct provision_error error = {0};
    material_wrap(image, wrapping, &file);
    if (key_id != NULL) {
        memcpy(file.data + offsetof(struct psp_header, key_id), key_id, 16);
        assert_true(provision_psp_seal(file.data, file.length, wrapping, &error));
    }
    subject.judge(what, &file, SEV_STATUS_BAD_SIGNATURE);
    provision_bytes_free(&file);
}

static void files_of_other_vendors_are_refused(void **state)
{
    const struct material *material = &subject.material;
    const uint32_t version = material->security_version;
    const struct provision_image_keys without_root = {material->theirs.signing,
                                                      material->ours.signing};
    const struct provision_image_keys self_made = {material->ours.root, material->ours.root};
    const struct provision_image_keys *const vendors[] = {&material->theirs, &without_root};
    struct provision_bytes image;
    struct provision_bytes ours;
    const uint8_t no_key[16] = {0};
    (void)state;
    for (size_t i = 0; i < sizeof vendors / sizeof vendors[0]; i++) {
        material_image(material, vendors[i], version, &image);
        subject.judge("image of another root", &image, SEV_STATUS_BAD_SIGNATURE);
        try_wrapped("file of another root", &image, vendors[i]->signing, NULL);
        try_wrapped("image of another root in our wrapper", &image, material->ours.signing, NULL);
        provision_bytes_free(&image);
    }
    material_image(material, &material->ours, version, &ours);
    material_image(material, &material->theirs, version, &image);
    try_wrapped("our image in another vendor's wrapper", &ours, material->theirs.signing, NULL);
    try_wrapped("our image in a wrapper that the root signed", &ours, material->ours.root, NULL);
    try_wrapped("our image in a wrapper without a key", &ours, material->ours.signing, no_key);
    /* Another vendor's certificate below our root key. */
    memcpy(image.data + offsetof(struct image_header, root_key),
           ours.data + offsetof(struct image_header, root_key), sizeof(struct image_public_key));
    subject.judge("our root before their certificate", &image, SEV_STATUS_BAD_SIGNATURE);
    provision_bytes_free(&image);
    material_image(material, &self_made, version, &image);
    memset(image.data + offsetof(struct image_header, signing_key.signature), 0, IMAGE_RSA_BYTES);
    subject.judge("a key that nobody certified", &image, SEV_STATUS_BAD_SIGNATURE);
    provision_bytes_free(&image);
    provision_bytes_free(&ours);
}

static void older_files_are_refused(void **state)
{
    (void)state;
    for (uint32_t version = 0; version < subject.material.security_version; version++) {
        struct provision_bytes image;
        struct provision_bytes file;
        material_image(&subject.material, &subject.material.ours, version, &image);
        material_wrap(&image, subject.material.ours.signing, &file);
        subject.judge("older image", &image, SEV_STATUS_BAD_SVN);
        subject.judge("older file", &file, SEV_STATUS_BAD_SVN);
        provision_bytes_free(&file);
        provision_bytes_free(&image);
    }
}

const struct CMUnitTest update_cases[] = {
    cmocka_unit_test(good_files_are_accepted),
    cmocka_unit_test(every_field_of_the_wrapper_is_checked),
    cmocka_unit_test(every_field_of_the_image_is_checked),
    cmocka_unit_test(damaged_images_are_refused),
    cmocka_unit_test(damaged_wrappers_are_refused),
    cmocka_unit_test(files_of_another_length_are_refused),
    cmocka_unit_test(wrappers_around_something_else_are_refused),
    cmocka_unit_test(files_of_other_vendors_are_refused),
    cmocka_unit_test(older_files_are_refused),
};
const size_t update_case_count = sizeof update_cases / sizeof update_cases[0];
