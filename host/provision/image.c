/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a signed firmware image (abi/image.h).
 */
#include "host/provision/image.h"

#include <stdlib.h>
#include <string.h>

#include "abi/sev_state.h"
#include "host/provision/rsa.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "wire structures are little-endian");
_Static_assert(IMAGE_RSA_BYTES == PROVISION_RSA_BYTES, "images are signed with RSA-4096");

static bool read_public_key(EVP_PKEY *key, struct image_public_key *public_key,
                            struct provision_error *error)
{
    public_key->exponent = PROVISION_RSA_EXPONENT;
    return provision_rsa_modulus(key, public_key->modulus, error);
}

bool provision_image_root_hash(EVP_PKEY *root, struct image_public_key *public_key,
                               uint8_t hash[IMAGE_HASH_BYTES], struct provision_error *error)
{
    return read_public_key(root, public_key, error) &&
           provision_digest(PROVISION_SHA384, public_key, sizeof *public_key, hash, error);
}

bool provision_image_certify_key(const struct provision_image_keys *keys,
                                 uint32_t minimum_security_version,
                                 struct image_key_certificate *certificate,
                                 struct provision_error *error)
{
    certificate->usage = IMAGE_KEY_USAGE_FIRMWARE;
    certificate->minimum_security_version = minimum_security_version;
    return read_public_key(keys->signing, &certificate->key, error) &&
           provision_rsa_sign(keys->root, certificate,
                              offsetof(struct image_key_certificate, signature),
                              certificate->signature, error);
}

bool provision_image_seal(struct image_header *header, const uint8_t *body, EVP_PKEY *signing,
                          struct provision_error *error)
{
    return provision_digest(PROVISION_SHA384, body, header->body_bytes, header->body_sha384,
                            error) &&
           provision_rsa_sign(signing, header, offsetof(struct image_header, signature),
                              header->signature, error);
}

static bool check_parameters(const struct provision_bytes *firmware,
                             const struct provision_image_parameters *parameters,
                             struct provision_error *error)
{
    const uint32_t address = parameters->entry & ~UINT32_C(1);
    const bool thumb = (parameters->entry & 1) != 0;
    if (firmware->length == 0 || firmware->length > IMAGE_BODY_MAX) {
        return provision_fail(error, "the firmware has %zu bytes; 1 to %u are possible",
                              firmware->length, IMAGE_BODY_MAX);
    }
    if (address < IMAGE_LOAD_ADDRESS || address - IMAGE_LOAD_ADDRESS >= firmware->length) {
        return provision_fail(error,
                              "the entry 0x%08x lies outside of the firmware, which fills "
                              "0x%08x to 0x%08zx",
                              parameters->entry, IMAGE_LOAD_ADDRESS,
                              IMAGE_LOAD_ADDRESS + firmware->length - 1);
    }
    if (!thumb && address % 4 != 0) {
        return provision_fail(error, "the entry 0x%08x is not the address of an Arm instruction",
                              parameters->entry);
    }
    if (parameters->security_version < parameters->key_minimum_security_version) {
        return provision_fail(error, "security version %u is below %u, the lowest for this key",
                              parameters->security_version,
                              parameters->key_minimum_security_version);
    }
    return true;
}

static bool fill_header(struct image_header *header, uint32_t body_bytes,
                        const struct provision_image_parameters *parameters,
                        const struct provision_image_keys *keys, struct provision_error *error)
{
    header->magic = IMAGE_MAGIC;
    header->version = IMAGE_VERSION;
    header->body_bytes = body_bytes;
    header->load_address = IMAGE_LOAD_ADDRESS;
    header->entry = parameters->entry;
    header->security_version = parameters->security_version;
    header->api_major = SNP_API_MAJOR;
    header->api_minor = SNP_API_MINOR;
    header->build = SEV_BUILD;
    return read_public_key(keys->root, &header->root_key, error) &&
           provision_image_certify_key(keys, parameters->key_minimum_security_version,
                                       &header->signing_key, error);
}

bool provision_image_make(const struct provision_bytes *firmware,
                          const struct provision_image_parameters *parameters,
                          const struct provision_image_keys *keys, struct provision_bytes *image,
                          struct provision_error *error)
{
    *image = (struct provision_bytes){0};
    if (!check_parameters(firmware, parameters, error)) {
        return false;
    }
    const size_t body_bytes = (firmware->length + 3) & ~(size_t)3;
    uint8_t *bytes = calloc(1, IMAGE_HEADER_BYTES + body_bytes);
    if (bytes == NULL) {
        return provision_fail(error, "no memory for the image");
    }
    struct image_header header = {0};
    memcpy(bytes + IMAGE_HEADER_BYTES, firmware->data, firmware->length);
    if (!fill_header(&header, (uint32_t)body_bytes, parameters, keys, error) ||
        !provision_image_seal(&header, bytes + IMAGE_HEADER_BYTES, keys->signing, error)) {
        free(bytes);
        return false;
    }
    memcpy(bytes, &header, sizeof header);
    image->data = bytes;
    image->length = IMAGE_HEADER_BYTES + body_bytes;
    return true;
}
