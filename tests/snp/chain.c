/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an attestation report up to the root (chain.h).
 */
#include "tests/snp/chain.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "tests/snp/bytes.h"

/* X509_cmp_time: negative when the time of the certificate lies before. */
static bool is_valid_at(const X509 *certificate, time_t now)
{
    return X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &now) > 0;
}

static bool names_key_of(X509 *certificate, X509 *issuer)
{
    const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(certificate);
    const ASN1_OCTET_STRING *found = X509_get0_subject_key_id(issuer);

    return wanted == NULL || (found != NULL && ASN1_OCTET_STRING_cmp(wanted, found) == 0);
}

/* Byte by byte, as strict verifiers do: OpenSSL's own comparison forgives case and spaces. */
static bool is_same_name(const X509_NAME *a, const X509_NAME *b)
{
    unsigned char *a_der = NULL;
    unsigned char *b_der = NULL;
    const int a_length = i2d_X509_NAME(a, &a_der);
    const int b_length = i2d_X509_NAME(b, &b_der);
    const bool same =
        a_length > 0 && a_length == b_length && memcmp(a_der, b_der, (size_t)a_length) == 0;

    OPENSSL_free(a_der);
    OPENSSL_free(b_der);
    return same;
}

static const char *check_issued(X509 *certificate, X509 *issuer, enum witness_role role,
                                const struct witness_product *product, time_t now)
{
    const char *fault = witness_certificate_check(certificate, role, product);

    if (fault != NULL) {
        return fault;
    }
    if (!is_same_name(X509_get_issuer_name(certificate), X509_get_subject_name(issuer))) {
        return "issuer is not who signed";
    }
    if (!names_key_of(certificate, issuer)) {
        return "authority key identifier";
    }
    if (X509_verify(certificate, X509_get0_pubkey(issuer)) != 1) {
        return "signature of the certificate";
    }
    return is_valid_at(certificate, now) ? NULL : "certificate is not valid now";
}

const char *witness_authorities_check(X509 *ark, X509 *ask, enum witness_role role,
                                      const struct witness_product *product, time_t now)
{
    const char *fault = check_issued(ark, ark, WITNESS_ARK, product, now);

    return fault != NULL ? fault : check_issued(ask, ark, role, product, now);
}

const char *witness_chain_check(const struct witness_chain *chain, enum witness_role role,
                                const struct witness_product *product, time_t now)
{
    const char *fault = witness_authorities_check(chain->ark, chain->ask,
                                                  witness_role_of_issuer(role), product, now);

    return fault != NULL ? fault : check_issued(chain->leaf, chain->ask, role, product, now);
}

const char *witness_crl_check(X509_CRL *crl, X509 *ark, X509 *ask, time_t now)
{
    const X509_ALGOR *algorithm = NULL;
    X509_REVOKED *revoked = NULL;

    X509_CRL_get0_signature(crl, NULL, &algorithm);
    if (witness_signature_form(algorithm) != NULL ||
        !is_same_name(X509_CRL_get_issuer(crl), X509_get_subject_name(ark)) ||
        X509_CRL_verify(crl, X509_get0_pubkey(ark)) != 1) {
        return "signature of the CRL";
    }
    if (X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &now) >= 0 ||
        X509_CRL_get0_nextUpdate(crl) == NULL ||
        X509_cmp_time(X509_CRL_get0_nextUpdate(crl), &now) <= 0) {
        return "CRL is not in force";
    }
    return X509_CRL_get0_by_cert(crl, &revoked, ask) == 0 ? NULL : "certificate is revoked";
}

static const char *check_leaf_says(const struct witness_report *report, const X509 *leaf,
                                   enum witness_role role, const struct witness_product *product)
{
    struct witness_extensions extensions;
    const char *fault = witness_extensions_read(leaf, role, product, &extensions);

    if (fault != NULL) {
        return fault;
    }
    if (extensions.tcb != report->reported_tcb) {
        return "REPORTED_TCB is not the certificate's";
    }
    if (role == WITNESS_VCEK && !witness_is_zero(report->chip_id, sizeof report->chip_id) &&
        memcmp(report->chip_id, extensions.chip_id, sizeof report->chip_id) != 0) {
        return "CHIP_ID is not the certificate's";
    }
    return NULL;
}

const char *witness_attest(const uint8_t bytes[WITNESS_REPORT_BYTES],
                           const struct witness_chain *chain, const struct witness_product *product,
                           time_t now, struct witness_report *report)
{
    const char *fault = witness_report_read(bytes, report);

    if (fault == NULL) {
        fault = witness_report_judge(report, product);
    }
    if (fault != NULL) {
        return fault;
    }
    if (witness_report_signing_key(report) == WITNESS_SIGNED_BY_NONE) {
        return "signed by none";
    }
    const enum witness_role role =
        witness_report_signing_key(report) == WITNESS_SIGNED_BY_VLEK ? WITNESS_VLEK : WITNESS_VCEK;
    fault = witness_chain_check(chain, role, product, now);
    if (fault == NULL) {
        fault = check_leaf_says(report, chain->leaf, role, product);
    }
    if (fault != NULL) {
        return fault;
    }
    return witness_report_is_signed(bytes, X509_get0_pubkey(chain->leaf))
               ? NULL
               : "signature of the report";
}
