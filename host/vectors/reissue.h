/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and lists of revoked ones that are issued a second time with something changed. The
 * same input gives the same bytes.
 */
#ifndef HOST_VECTORS_REISSUE_H
#define HOST_VECTORS_REISSUE_H

#include <openssl/types.h>

#include "host/vectors/draft.h"

/** How something is signed. */
enum vectors_form {
    VECTORS_PSS,         /**< As the profile says: SHA-384, 48 bytes of salt. */
    VECTORS_PSS_NO_SALT, /**< SHA-384, no salt. */
    VECTORS_PSS_SHA256,  /**< SHA-256, no salt. */
    VECTORS_PKCS1,       /**< RSASSA-PKCS1-v1_5 with SHA-384. */
};

/** Changes a certificate that is about to be signed. @return false when OpenSSL fails */
typedef bool (*vectors_certificate_change)(X509 *certificate, const struct vectors_base *base);

/** Likewise a list of revoked certificates. */
typedef bool (*vectors_crl_change)(X509_CRL *crl, const struct vectors_base *base);

/**
 * Issues a draft's certificate anew, as it is by now.
 *
 * @param change  NULL: nothing but the signature
 * @param signer  private, RSA-4096
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_reissue(struct vectors_draft *draft, enum vectors_link link,
                                       vectors_certificate_change change, EVP_PKEY *signer,
                                       enum vectors_form form, struct provision_error *error);

/**
 * Signs a certificate, and puts it in a draft.
 *
 * @param[in,out] certificate  stays the caller's
 */
PROVISION_CHECKED bool vectors_sign_certificate(struct vectors_draft *draft, enum vectors_link link,
                                                X509 *certificate, EVP_PKEY *signer,
                                                enum vectors_form form,
                                                struct provision_error *error);

/** vectors_reissue() of a draft's list. */
PROVISION_CHECKED bool vectors_reissue_crl(struct vectors_draft *draft, vectors_crl_change change,
                                           EVP_PKEY *signer, struct provision_error *error);

/** @return what a draft's certificate is by now, to be freed with X509_free(); NULL if none is */
X509 *vectors_certificate(const struct vectors_draft *draft, enum vectors_link link);

/* What changes are made of; they return false when OpenSSL fails. */

/** Replaces a text of a name. @param type  a NID; what is not there is added at the end */
bool vectors_name_set(X509_NAME *name, int type, const char *text);

/** Sets the years that a certificate is valid: from 1 January to 1 January. */
bool vectors_years_set(X509 *certificate, int from, int until);

/** Removes AMD's extension 1.3.6.1.4.1.3704.1.ARC, or another by its number. */
bool vectors_extension_drop(X509 *certificate, const char *oid);

/** Adds an extension at the end. @param bytes  what is in its OCTET STRING */
bool vectors_extension_add(X509 *certificate, const char *oid, bool critical, const uint8_t *bytes,
                           size_t length);

/** Replaces what is in an extension's OCTET STRING, in its place. */
bool vectors_extension_set(X509 *certificate, const char *oid, bool critical, const uint8_t *bytes,
                           size_t length);

/** Makes the certificate one for the base point of a curve: a key whose secret is 1. */
bool vectors_point_key(X509 *certificate, const char *curve);

#endif
