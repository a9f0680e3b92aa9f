/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests, and RSASSA-PSS verification by OpenSSL's own implementation.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "host/provision/rsa.h"

static const char *const hash_names[] = {
    [PROVISION_SHA256] = "SHA256",
    [PROVISION_SHA384] = "SHA384",
};

bool provision_digest(enum provision_hash hash, const void *data, size_t length, uint8_t *digest,
                      struct provision_error *error)
{
    return EVP_Q_digest(NULL, hash_names[hash], NULL, data, length, digest, NULL) == 1 ||
           provision_fail_openssl(error, "cannot compute a digest");
}

static EVP_PKEY *key_from_parameters(OSSL_PARAM *parameters)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *make_public_key(const struct provision_rsa_public *key)
{
    EVP_PKEY *made = NULL;
    OSSL_PARAM *parameters = NULL;
    BIGNUM *modulus = BN_bin2bn(key->modulus, (int)key->bytes, NULL);
    BIGNUM *exponent = BN_bin2bn(key->exponent, (int)key->bytes, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

    /* A modulus that is even or too short, or another exponent than all keys have, makes no key. */
    if (modulus != NULL && exponent != NULL && build != NULL && BN_is_odd(modulus) &&
        BN_num_bits(modulus) == (int)key->bytes * 8 &&
        BN_is_word(exponent, PROVISION_RSA_EXPONENT) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(build);
    }
    if (parameters != NULL) {
        made = key_from_parameters(parameters);
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    BN_free(exponent);
    BN_free(modulus);
    return made;
}

static bool verify(EVP_PKEY *key, enum provision_hash hash, const void *message, size_t length,
                   const uint8_t *signature, size_t signature_length)
{
    EVP_PKEY_CTX *settings = NULL; /* Belongs to the context. */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool ok =
        context != NULL &&
        EVP_DigestVerifyInit_ex(context, &settings, hash_names[hash], NULL, NULL, key, NULL) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_mgf1_md_name(settings, hash_names[hash], NULL) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1 &&
        EVP_DigestVerify(context, signature, signature_length, message, length) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

bool provision_rsa_verify(const struct provision_rsa_public *key, enum provision_hash hash,
                          const void *message, size_t length, const uint8_t *signature,
                          struct provision_error *error)
{
    EVP_PKEY *public_key = make_public_key(key);
    if (public_key == NULL) {
        return provision_fail_openssl(error, "the RSA public key is malformed");
    }
    const bool ok = verify(public_key, hash, message, length, signature, key->bytes);
    EVP_PKEY_free(public_key);
    return ok || provision_fail_openssl(error, "the RSA signature is wrong");
}
