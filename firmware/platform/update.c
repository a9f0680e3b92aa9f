/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware update (update.h). The inner image is judged by the code the boot ROM runs.
 */
#include "firmware/platform/update.h"

#include <string.h>

#include "crypto/rsa.h"
#include "crypto/sha2.h"
#include "firmware/platform/image.h"
#include "hal/fuses.h"

/** Status for each refusal. */
static const enum sev_status refusal_status[] = {
    [IMAGE_REFUSAL_NONE] = SEV_STATUS_BAD_SIGNATURE, /* Accepted, but not by both members. */
    [IMAGE_REFUSAL_BAD_FUSES] = SEV_STATUS_HWERROR_PLATFORM,
    [IMAGE_REFUSAL_BAD_HEADER] = SEV_STATUS_UNSUPPORTED,
    [IMAGE_REFUSAL_BAD_SIZE] = SEV_STATUS_UNSUPPORTED,
    [IMAGE_REFUSAL_WRONG_ROOT] = SEV_STATUS_BAD_SIGNATURE,
    [IMAGE_REFUSAL_BAD_KEY_CERTIFICATE] = SEV_STATUS_BAD_SIGNATURE,
    [IMAGE_REFUSAL_BAD_SIGNATURE] = SEV_STATUS_BAD_SIGNATURE,
    [IMAGE_REFUSAL_BAD_SECURITY_VERSION] = SEV_STATUS_BAD_SVN,
    [IMAGE_REFUSAL_BAD_BODY] = SEV_STATUS_BAD_SIGNATURE,
};

/** Whether the PSP header describes a file of @p length bytes that holds one plain image. */
static bool wrapper_fits(const struct psp_header *wrapper, uint32_t length)
{
    const uint32_t overhead = PSP_HEADER_BYTES + PSP_SIGNATURE_BYTES;

    return wrapper->magic == PSP_MAGIC && length >= overhead + UPDATE_MINIMUM_BYTES &&
           wrapper->size_signed == length - overhead && wrapper->total_size == length &&
           wrapper->uncompressed_size == wrapper->size_signed && wrapper->encrypted == 0 &&
           wrapper->compressed == 0 && wrapper->is_signed == 1 &&
           wrapper->signature_type == PSP_SIGNATURE_RSA4096_SHA384;
}

/** Whether the wrapper is signed by the image's signing key, which the root has certified. */
static bool wrapper_is_signed(const uint8_t *file, uint32_t length,
                              const struct image_public_key *key)
{
    const struct psp_header *wrapper = (const struct psp_header *)file;
    const uint32_t signed_bytes = length - PSP_SIGNATURE_BYTES;
    uint8_t digest[CRYPTO_SHA384_BYTES];

    crypto_sha384(key, sizeof *key, digest);
    if (!crypto_equal(wrapper->key_id, digest, sizeof wrapper->key_id)) {
        return false;
    }
    crypto_sha384(file, signed_bytes, digest);
    return crypto_rsa_pss_verify(CRYPTO_RSA_SHA384, key->modulus, sizeof key->modulus,
                                 key->exponent, digest, file + signed_bytes);
}

/** Judges header and body of an image that fills @p length bytes. */
static enum sev_status check_image(const uint8_t *bytes, uint32_t length,
                                   uint32_t minimum_security_version, struct update_image *image)
{
    struct image_verdict verdict;
    struct fuses fuses;

    if (!hal_fuses_read(&fuses)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if (fuses.minimum_security_version < minimum_security_version) {
        fuses.minimum_security_version = minimum_security_version;
    }
    image->header = (const struct image_header *)bytes;
    image->body = bytes + IMAGE_HEADER_BYTES;
    verdict = image_check_header(image->header, &fuses);
    crypto_wipe(&fuses, sizeof fuses);
    if (verdict.refusal != IMAGE_REFUSAL_NONE || verdict.accepted != IMAGE_HEADER_ACCEPTED) {
        return refusal_status[verdict.refusal];
    }
    if (image->header->body_bytes != length - IMAGE_HEADER_BYTES) {
        return SEV_STATUS_UNSUPPORTED;
    }
    verdict = image_check_body(image->header, image->body);
    if (verdict.refusal != IMAGE_REFUSAL_NONE || verdict.accepted != IMAGE_BODY_ACCEPTED) {
        return refusal_status[verdict.refusal];
    }
    return SEV_STATUS_SUCCESS;
}

enum sev_status update_check(const uint8_t *file, uint32_t length,
                             uint32_t minimum_security_version, struct update_image *image)
{
    const struct psp_header *wrapper = (const struct psp_header *)file;
    uint64_t magic;
    enum sev_status status;

    memcpy(&magic, file, sizeof magic);
    if (magic == IMAGE_MAGIC) {
        return check_image(file, length, minimum_security_version, image);
    }
    if (!wrapper_fits(wrapper, length)) {
        return SEV_STATUS_UNSUPPORTED;
    }
    status =
        check_image(file + PSP_HEADER_BYTES, wrapper->size_signed, minimum_security_version, image);
    if (status == SEV_STATUS_SUCCESS &&
        !wrapper_is_signed(file, length, &image->header->signing_key.key)) {
        status = SEV_STATUS_BAD_SIGNATURE;
    }
    return status;
}
