/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing anew (reissue.h).
 */
#include "host/vectors/reissue.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/rsa.h"
#include "host/provision/x509_parts.h"

X509 *vectors_certificate(const struct vectors_draft *draft, enum vectors_link link)
{
    const struct provision_bytes *der = draft->certificate_is_new[link]
                                            ? &draft->certificates[link]
                                            : &draft->base->certificates[link];
    const uint8_t *at = der->data;
    return der->length != 0 ? d2i_X509(NULL, &at, (long)der->length) : NULL;
}

/* What is signed, the algorithm, the signature: with a salt that follows from them. */
static bool put_together(const uint8_t *body, size_t length, EVP_PKEY *signer,
                         struct provision_bytes *der, struct provision_error *error)
{
    uint8_t signature[PROVISION_RSA_BYTES];
    struct der whole = {.length = 0};
    if (!provision_rsa_sign(signer, body, length, signature, error)) {
        return false;
    }
    const size_t sequence = der_begin(&whole, DER_SEQUENCE);
    der_raw(&whole, body, length);
    x509_put_signature_algorithm(&whole);
    const size_t bits = der_begin_bits(&whole);
    der_raw(&whole, signature, sizeof signature);
    der_end(&whole, bits);
    der_end(&whole, sequence);
    der->data = whole.full ? NULL : malloc(whole.length);
    if (der->data == NULL) {
        return provision_fail(error, "no room for a certificate");
    }
    memcpy(der->data, whole.bytes, whole.length);
    der->length = whole.length;
    return true;
}

/* Copies what OpenSSL has encoded, and frees that. */
static bool take(uint8_t *encoded, int length, struct provision_bytes *der,
                 struct provision_error *error)
{
    der->data = length > 0 ? malloc((size_t)length) : NULL;
    const bool ok = der->data != NULL;
    if (ok) {
        memcpy(der->data, encoded, (size_t)length);
        der->length = (size_t)length;
    }
    OPENSSL_free(encoded);
    return ok || provision_fail_openssl(error, "cannot encode a certificate");
}

/* The forms that need no salt OpenSSL makes itself. */
static bool sign_otherwise(X509 *certificate, EVP_PKEY *signer, enum vectors_form form,
                           struct provision_bytes *der, struct provision_error *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings = NULL;
    uint8_t *encoded = NULL;
    const char *digest = form == VECTORS_PSS_SHA256 ? "SHA256" : "SHA384";
    const bool ok =
        context != NULL &&
        EVP_DigestSignInit_ex(context, &settings, digest, NULL, NULL, signer, NULL) == 1 &&
        (form == VECTORS_PKCS1 ||
         (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, 0) == 1)) &&
        X509_sign_ctx(certificate, context) > 0;
    EVP_MD_CTX_free(context);
    if (!ok) {
        return provision_fail_openssl(error, "cannot sign a certificate");
    }
    const int length = i2d_X509(certificate, &encoded);
    return take(encoded, length, der, error);
}

static bool sign_profile(X509 *certificate, EVP_PKEY *signer, struct provision_bytes *der,
                         struct provision_error *error)
{
    uint8_t *body = NULL;
    const int length = i2d_re_X509_tbs(certificate, &body);
    const bool ok = length > 0 && put_together(body, (size_t)length, signer, der, error);
    OPENSSL_free(body);
    return ok;
}

bool vectors_sign_certificate(struct vectors_draft *draft, enum vectors_link link,
                              X509 *certificate, EVP_PKEY *signer, enum vectors_form form,
                              struct provision_error *error)
{
    struct provision_bytes der = {0};
    const bool ok = form == VECTORS_PSS ? sign_profile(certificate, signer, &der, error)
                                        : sign_otherwise(certificate, signer, form, &der, error);
    if (ok) {
        vectors_draft_replace(draft, link, der);
    }
    return ok;
}

bool vectors_reissue(struct vectors_draft *draft, enum vectors_link link,
                     vectors_certificate_change change, EVP_PKEY *signer, enum vectors_form form,
                     struct provision_error *error)
{
    X509 *certificate = vectors_certificate(draft, link);
    const bool ok =
        ((certificate != NULL && (change == NULL || change(certificate, draft->base))) ||
         provision_fail_openssl(error, "cannot change a certificate")) &&
        vectors_sign_certificate(draft, link, certificate, signer, form, error);
    X509_free(certificate);
    return ok;
}

bool vectors_reissue_crl(struct vectors_draft *draft, vectors_crl_change change, EVP_PKEY *signer,
                         struct provision_error *error)
{
    const uint8_t *at = draft->base->crl.data;
    struct provision_bytes der = {0};
    uint8_t *body = NULL;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)draft->base->crl.length);
    bool ok = crl != NULL && (change == NULL || change(crl, draft->base));
    const int length = ok ? i2d_re_X509_CRL_tbs(crl, &body) : 0;
    ok = length > 0 ? put_together(body, (size_t)length, signer, &der, error)
                    : provision_fail_openssl(error, "cannot change a list");
    OPENSSL_free(body);
    X509_CRL_free(crl);
    if (ok) {
        provision_bytes_free(&draft->crl);
        draft->crl = der;
        draft->crl_is_new = true;
    }
    return ok;
}
