/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA-4096 private keys in PEM files.
 */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "host/provision/files.h"
#include "host/provision/rsa.h"

#define PEM_MAXIMUM 16384u

/* A key with a pass phrase cannot be used: nobody is there to be asked for it. */
static int no_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static bool is_our_kind(const EVP_PKEY *key)
{
    BIGNUM *exponent = NULL;
    const bool ours = EVP_PKEY_is_a(key, "RSA") == 1 &&
                      EVP_PKEY_get_bits(key) == (int)PROVISION_RSA_BYTES * 8 &&
                      EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
                      BN_is_word(exponent, PROVISION_RSA_EXPONENT) == 1;
    BN_free(exponent);
    return ours;
}

static bool parse_key(const char *path, const struct provision_bytes *pem, EVP_PKEY **key,
                      struct provision_error *error)
{
    BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->length);
    if (bio != NULL) {
        *key = PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL);
        BIO_free(bio);
    }
    if (*key == NULL) {
        return provision_fail_openssl(error, "%s holds no usable private key", path);
    }
    if (!is_our_kind(*key)) {
        EVP_PKEY_free(*key);
        *key = NULL;
        return provision_fail(error, "%s holds a key, but not an RSA-4096 one with exponent %u",
                              path, PROVISION_RSA_EXPONENT);
    }
    return true;
}

static bool load_key(const char *path, EVP_PKEY **key, struct provision_error *error)
{
    struct provision_bytes pem;
    if (!provision_file_read(path, PEM_MAXIMUM, true, &pem, error)) {
        return false;
    }
    const bool ok = parse_key(path, &pem, key, error);
    provision_bytes_free(&pem);
    return ok;
}

static bool store_key(const char *path, EVP_PKEY *key, struct provision_error *error)
{
    char *text = NULL;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
        BIO_free(bio);
        return provision_fail_openssl(error, "cannot encode the key for %s", path);
    }
    const long length = BIO_get_mem_data(bio, &text);
    const struct provision_extent extent = {.data = (const uint8_t *)text,
                                            .length = (size_t)length};
    const bool ok =
        provision_file_write(path, &extent, 1, extent.length, PROVISION_MODE_SECRET, error);
    BIO_free(bio); /* Wipes it. */
    return ok;
}

bool provision_rsa_renew(const char *path, EVP_PKEY **key, struct provision_error *error)
{
    *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)PROVISION_RSA_BYTES * 8);
    if (*key == NULL) {
        return provision_fail_openssl(error, "cannot make an RSA key for %s", path);
    }
    if (!store_key(path, *key, error)) {
        EVP_PKEY_free(*key);
        *key = NULL;
        return false;
    }
    return true;
}

bool provision_rsa_open(const char *path, bool create, EVP_PKEY **key, bool *made,
                        struct provision_error *error)
{
    *key = NULL;
    *made = create && !provision_file_exists(path);
    return *made ? provision_rsa_renew(path, key, error) : load_key(path, key, error);
}

bool provision_rsa_modulus(EVP_PKEY *key, uint8_t modulus[PROVISION_RSA_BYTES],
                           struct provision_error *error)
{
    BIGNUM *number = NULL;
    const bool ok =
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &number) == 1 &&
        BN_bn2binpad(number, modulus, (int)PROVISION_RSA_BYTES) == (int)PROVISION_RSA_BYTES;
    BN_free(number);
    return ok || provision_fail_openssl(error, "cannot read the modulus of a key");
}
