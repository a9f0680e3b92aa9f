/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checking a firmware image as the boot ROM does, so that no chip leaves the factory with flash
 * that it would refuse.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "host/provision/image.h"
#include "host/provision/rsa.h"

bool provision_image_verify(const struct image_public_key *key, const void *message, size_t length,
                            const uint8_t signature[IMAGE_RSA_BYTES], struct provision_error *error)
{
    uint8_t exponent[IMAGE_RSA_BYTES] = {0};
    for (size_t i = 0; i < 4; i++) {
        exponent[IMAGE_RSA_BYTES - 1 - i] = (uint8_t)(key->exponent >> (8 * i));
    }
    const struct provision_rsa_public public_key = {key->modulus, exponent, IMAGE_RSA_BYTES};
    return provision_rsa_verify(&public_key, PROVISION_SHA384, message, length, signature, error);
}

static enum image_refusal refuse(enum image_refusal refusal, const char *why,
                                 struct provision_error *error)
{
    (void)provision_fail(error, "%s", why);
    return refusal;
}

static enum image_refusal check_layout(const struct image_header *header, size_t available,
                                       struct provision_error *error)
{
    const uint32_t address = header->entry & ~UINT32_C(1);
    const bool thumb = (header->entry & 1) != 0;
    if (header->magic != IMAGE_MAGIC || header->version != IMAGE_VERSION) {
        return refuse(IMAGE_REFUSAL_BAD_HEADER, "there is no firmware image", error);
    }
    if (header->load_address != IMAGE_LOAD_ADDRESS) {
        return refuse(IMAGE_REFUSAL_BAD_HEADER, "the image is for another place", error);
    }
    if (header->body_bytes == 0 || header->body_bytes % 4 != 0 ||
        header->body_bytes > IMAGE_BODY_MAX || header->body_bytes > available - sizeof *header) {
        return refuse(IMAGE_REFUSAL_BAD_SIZE, "the image's size is impossible", error);
    }
    if (address < IMAGE_LOAD_ADDRESS || address - IMAGE_LOAD_ADDRESS >= header->body_bytes) {
        return refuse(IMAGE_REFUSAL_BAD_HEADER, "the image's entry lies outside of it", error);
    }
    if (!thumb && address % 4 != 0) {
        return refuse(IMAGE_REFUSAL_BAD_HEADER, "the image's entry is no Arm instruction", error);
    }
    return IMAGE_REFUSAL_NONE;
}

static enum image_refusal check_trust(const struct image_header *header,
                                      const uint8_t root_hash[IMAGE_HASH_BYTES],
                                      struct provision_error *error)
{
    uint8_t hash[IMAGE_HASH_BYTES];
    const struct image_key_certificate *certificate = &header->signing_key;
    if (!provision_digest(PROVISION_SHA384, &header->root_key, sizeof header->root_key, hash,
                          error) ||
        CRYPTO_memcmp(hash, root_hash, sizeof hash) != 0) {
        return refuse(IMAGE_REFUSAL_WRONG_ROOT, "the image is not of this chip's vendor", error);
    }
    if (certificate->usage != IMAGE_KEY_USAGE_FIRMWARE ||
        !provision_image_verify(&header->root_key, certificate,
                                offsetof(struct image_key_certificate, signature),
                                certificate->signature, error)) {
        return refuse(IMAGE_REFUSAL_BAD_KEY_CERTIFICATE,
                      "the root did not certify the key that signed the image", error);
    }
    if (!provision_image_verify(&certificate->key, header, offsetof(struct image_header, signature),
                                header->signature, error)) {
        return refuse(IMAGE_REFUSAL_BAD_SIGNATURE, "the image's signature is wrong", error);
    }
    return IMAGE_REFUSAL_NONE;
}

enum image_refusal provision_image_check(const uint8_t *image, size_t available,
                                         const uint8_t root_hash[IMAGE_HASH_BYTES],
                                         uint32_t minimum_security_version,
                                         struct provision_error *error)
{
    struct image_header header;
    uint8_t hash[IMAGE_HASH_BYTES];
    if (available < sizeof header) {
        return refuse(IMAGE_REFUSAL_BAD_HEADER, "there is no firmware image", error);
    }
    memcpy(&header, image, sizeof header);
    enum image_refusal refusal = check_layout(&header, available, error);
    if (refusal == IMAGE_REFUSAL_NONE) {
        refusal = check_trust(&header, root_hash, error);
    }
    if (refusal != IMAGE_REFUSAL_NONE) {
        return refusal;
    }
    if (header.security_version < minimum_security_version ||
        header.security_version < header.signing_key.minimum_security_version) {
        return refuse(IMAGE_REFUSAL_BAD_SECURITY_VERSION, "the image's security version is too low",
                      error);
    }
    if (!provision_digest(PROVISION_SHA384, image + sizeof header, header.body_bytes, hash,
                          error) ||
        memcmp(hash, header.body_sha384, sizeof hash) != 0) {
        return refuse(IMAGE_REFUSAL_BAD_BODY, "the image's body was changed", error);
    }
    return IMAGE_REFUSAL_NONE;
}
