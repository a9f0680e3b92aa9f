/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues certificates of the SNP hierarchy, for tests of what verifies them: a third party beside
 * the chip factory and the verifier. Keys are made when a test runs.
 */
#ifndef TESTS_SNP_ISSUE_H
#define TESTS_SNP_ISSUE_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "tests/snp/certificate.h"

/** How a certificate is signed. */
struct witness_signing {
    const char *digest; /**< OpenSSL's names: "SHA384". */
    const char *mask;   /**< Of MGF1; NULL = PKCS #1 v1.5 instead of PSS. */
    int salt;           /**< bytes */
};

/** A certificate to be issued. */
struct witness_issue {
    enum witness_role role;
    const struct witness_product *product;
    EVP_PKEY *key;          /**< Of its subject; the public half is enough. */
    X509 *issuer;           /**< NULL: itself. */
    EVP_PKEY *signer;       /**< The issuer's. */
    time_t from;            /**< It is valid from here on, for as long as its role says. */
    uint64_t tcb;           /**< Leaves. */
    const uint8_t *chip_id; /**< VCEK: as many bytes as the product has. */
    const char *csp_id;     /**< VLEK */
    void (*change)(X509 *certificate); /**< What a test does to it before it is signed; or NULL. */
    const struct witness_signing *signing; /**< NULL: as the profile says. */
};

/** @return a random RSA-4096 key */
EVP_PKEY *witness_issue_rsa_key(void);

/** @return the certificate, to be freed with X509_free() */
X509 *witness_issue(const struct witness_issue *issue);

/** Adds one of AMD's extensions, below their arc, with these bytes in its OCTET STRING. */
void witness_issue_extension(X509 *certificate, const char *oid, const uint8_t *bytes, int length);

/** Adds an extension as OpenSSL's configuration files write it. */
void witness_issue_standard(X509 *certificate, X509 *issuer, int type, const char *text);

/** A CRL to be issued. */
struct witness_issue_crl {
    X509 *ark;
    EVP_PKEY *key;
    X509 *revoked; /**< NULL: none is. */
    time_t from;
    int days;                              /**< It is in force for so long; 0 = it does not say. */
    const struct witness_signing *signing; /**< NULL: as the profile says. */
};

/** @return the CRL, to be freed with X509_CRL_free() */
X509_CRL *witness_issue_crl(const struct witness_issue_crl *issue);

#endif
