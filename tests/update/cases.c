/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases that change one field and sign the file again, so that only the check of that very field can
 * refuse it.
 */
#include "tests/update/cases.h"

#include <stdio.h>
#include <string.h>

#include "tests/update/case_groups.h"

struct subject subject;

/** What is signed again after the change. */
enum resign {
    RESIGN_FILE,   /**< The wrapper alone. */
    RESIGN_HEADER, /**< The image's header, and the wrapper if there is one. */
    RESIGN_KEY,    /**< The signing key's certificate, and these. */
};

struct change {
    const char *what;
    size_t offset;
    uint32_t value;
    enum resign resign;
    enum sev_status status;
};

#define WRAPPER(member) offsetof(struct psp_header, member)

static const struct change wrapper_changes[] = {
    {"magic", WRAPPER(magic), 0x32535024, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"no body", WRAPPER(size_signed), 0, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"largest body", WRAPPER(size_signed), UINT32_MAX, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"encrypted", WRAPPER(encrypted), 1, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"not signed", WRAPPER(is_signed), 0, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"signed in another way", WRAPPER(is_signed), 2, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"RSA-2048", WRAPPER(signature_type), 0, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"unknown signature type", WRAPPER(signature_type), 3, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"start of key id", WRAPPER(key_id), 0, RESIGN_FILE, SEV_STATUS_BAD_SIGNATURE},
    {"end of key id", WRAPPER(key_id) + 12, 0, RESIGN_FILE, SEV_STATUS_BAD_SIGNATURE},
    {"compressed", WRAPPER(compressed), 1, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"no uncompressed size", WRAPPER(uncompressed_size), 0, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"no total size", WRAPPER(total_size), 0, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    {"largest total size", WRAPPER(total_size), UINT32_MAX, RESIGN_FILE, SEV_STATUS_UNSUPPORTED},
    /* What an update does not depend on is covered by the signature, and means nothing. */
    {"reserved bytes, signed", WRAPPER(reserved0), 1, RESIGN_FILE, SEV_STATUS_SUCCESS},
    {"IV, signed", WRAPPER(iv), 1, RESIGN_FILE, SEV_STATUS_SUCCESS},
    {"version, signed", WRAPPER(version), 99, RESIGN_FILE, SEV_STATUS_SUCCESS},
};

#define IMAGE(member) offsetof(struct image_header, member)

static const struct change image_changes[] = {
    {"magic", IMAGE(magic), 0x31, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"version", IMAGE(version), 2, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"empty body", IMAGE(body_bytes), 0, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"body of four bytes", IMAGE(body_bytes), 4, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"body of no whole words", IMAGE(body_bytes), 4098, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"body of 2 MiB", IMAGE(body_bytes), IMAGE_BODY_MAX, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"body of 4 GiB", IMAGE(body_bytes), UINT32_MAX - 3, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"load address", IMAGE(load_address), 0x0E020000, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"entry before the body", IMAGE(entry), 0x0E00FFFC, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"entry behind the body", IMAGE(entry), 0x0E210000, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"entry between words", IMAGE(entry), 0x0E010002, RESIGN_HEADER, SEV_STATUS_UNSUPPORTED},
    {"body's hash", IMAGE(body_sha384), 0, RESIGN_HEADER, SEV_STATUS_BAD_SIGNATURE},
    {"root's exponent", IMAGE(root_key.exponent), 3, RESIGN_HEADER, SEV_STATUS_BAD_SIGNATURE},
    {"root's modulus", IMAGE(root_key.modulus), 1, RESIGN_HEADER, SEV_STATUS_BAD_SIGNATURE},
    {"signing key's exponent", IMAGE(signing_key.key.exponent), 3, RESIGN_KEY,
     SEV_STATUS_BAD_SIGNATURE},
    {"signing key's modulus", IMAGE(signing_key.key.modulus), 1, RESIGN_KEY,
     SEV_STATUS_BAD_SIGNATURE},
    {"signing key's usage", IMAGE(signing_key.usage), 0, RESIGN_KEY, SEV_STATUS_BAD_SIGNATURE},
    {"signing key's minimum above", IMAGE(signing_key.minimum_security_version), 1000, RESIGN_KEY,
     SEV_STATUS_BAD_SVN},
    {"security version 0", IMAGE(security_version), 0, RESIGN_HEADER, SEV_STATUS_BAD_SVN},
};

static void sign_again(struct provision_bytes *file, bool wrapped, enum resign resign)
{
    uint8_t *image = file->data + (wrapped ? PSP_HEADER_BYTES : 0);
    if (resign == RESIGN_KEY) {
        material_sign_key(&subject.material, image);
    }
    if (resign != RESIGN_FILE) {
        material_sign_header(&subject.material, image);
    }
    if (wrapped) {
        material_sign_file(&subject.material, file);
    }
}

static void try_change(const struct change *change, const char *where, bool wrapped)
{
    struct provision_bytes file;
    char what[128];
    material_file(&subject.material, wrapped, &file);
    const size_t start = wrapped && change->resign != RESIGN_FILE ? PSP_HEADER_BYTES : 0;
    memcpy(file.data + start + change->offset, &change->value, sizeof change->value);
    sign_again(&file, wrapped, change->resign);
    (void)snprintf(what, sizeof what, "%s: %s", where, change->what);
    subject.judge(what, &file, change->status);
    provision_bytes_free(&file);
}

void good_files_are_accepted(void **state)
{
    (void)state;
    for (int wrapped = 0; wrapped <= 1; wrapped++) {
        struct provision_bytes file;
        material_file(&subject.material, wrapped != 0, &file);
        subject.judge(wrapped ? "good file" : "good image", &file, SEV_STATUS_SUCCESS);
        provision_bytes_free(&file);
    }
}

void every_field_of_the_wrapper_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrapper_changes / sizeof wrapper_changes[0]; i++) {
        try_change(&wrapper_changes[i], "wrapper", true);
    }
}

void every_field_of_the_image_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof image_changes / sizeof image_changes[0]; i++) {
        try_change(&image_changes[i], "bare image", false);
        try_change(&image_changes[i], "wrapped image", true);
    }
}
