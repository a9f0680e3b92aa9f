/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed firmware images (firmware_signed_image.h).
 */
#include "tests/unit/firmware_signed_image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/rsa.h>

#include "abi/psp_header.h"

void signed_image_make_keys(struct signed_image_keys *keys)
{
    keys->root = EVP_RSA_gen(4096);
    keys->signing = EVP_RSA_gen(4096);
    assert_true(keys->root != NULL && keys->signing != NULL);
}

void signed_image_free_keys(struct signed_image_keys *keys)
{
    EVP_PKEY_free(keys->root);
    EVP_PKEY_free(keys->signing);
}

void signed_image_hash(const void *data, size_t length, uint8_t digest[IMAGE_HASH_BYTES])
{
    assert_int_equal(EVP_Digest(data, length, digest, NULL, EVP_sha384(), NULL), 1);
}

void signed_image_sign(EVP_PKEY *key, const void *data, size_t length,
                       uint8_t signature[IMAGE_RSA_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    size_t signature_length = IMAGE_RSA_BYTES;

    assert_int_equal(EVP_DigestSignInit(context, &key_context, EVP_sha384(), NULL, key), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, IMAGE_HASH_BYTES), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &signature_length, data, length), 1);
    EVP_MD_CTX_free(context);
}

static void public_key_of(EVP_PKEY *key, struct image_public_key *public_key)
{
    BIGNUM *modulus = NULL;

    assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &modulus), 1);
    assert_int_equal(BN_bn2binpad(modulus, public_key->modulus, IMAGE_RSA_BYTES), IMAGE_RSA_BYTES);
    public_key->exponent = 65537;
    BN_free(modulus);
}

void signed_image_sign_header(const struct signed_image_keys *keys, struct image_header *header)
{
    struct image_key_certificate *certificate = &header->signing_key;

    signed_image_sign(keys->root, certificate, offsetof(struct image_key_certificate, signature),
                      certificate->signature);
    signed_image_sign(keys->signing, header, offsetof(struct image_header, signature),
                      header->signature);
}

void signed_image_make(const struct signed_image_keys *keys, const void *body, uint32_t length,
                       uint32_t security_version, struct image_header *header)
{
    *header = (struct image_header){
        .magic = IMAGE_MAGIC,
        .version = IMAGE_VERSION,
        .body_bytes = length,
        .load_address = IMAGE_LOAD_ADDRESS,
        .entry = IMAGE_LOAD_ADDRESS,
        .security_version = security_version,
        .signing_key = {.usage = IMAGE_KEY_USAGE_FIRMWARE},
    };
    signed_image_hash(body, length, header->body_sha384);
    public_key_of(keys->root, &header->root_key);
    public_key_of(keys->signing, &header->signing_key.key);
    signed_image_sign_header(keys, header);
}

void signed_image_wrap(const struct signed_image_keys *keys, uint8_t *file, uint32_t length)
{
    const uint32_t signed_bytes = PSP_HEADER_BYTES + length;
    const struct image_header *image = (const struct image_header *)(file + PSP_HEADER_BYTES);
    struct psp_header header = {
        .magic = PSP_MAGIC,
        .size_signed = length,
        .is_signed = 1,
        .signature_type = PSP_SIGNATURE_RSA4096_SHA384,
        .uncompressed_size = length,
        .total_size = signed_bytes + PSP_SIGNATURE_BYTES,
    };
    uint8_t key_hash[IMAGE_HASH_BYTES];

    signed_image_hash(&image->signing_key.key, sizeof(image->signing_key.key), key_hash);
    memcpy(header.key_id, key_hash, sizeof(header.key_id));
    memcpy(file, &header, sizeof(header));
    signed_image_sign(keys->signing, file, signed_bytes, file + signed_bytes);
}
