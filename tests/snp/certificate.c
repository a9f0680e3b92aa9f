/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One certificate by AMD's profile (certificate.h): names, keys, algorithm, lifetime, constraints.
 */
#include "tests/snp/certificate.h"

#include <openssl/asn1t.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "tests/snp/bytes.h"

#define CN_MAX 32
#define RSA_BITS 4096
#define SALT_BYTES 48
#define VERSION_3 2 /* as X.509 counts */

struct role {
    const char *subject; /* CN; %s = the product. */
    enum witness_role issuer;
    int years;
    bool authority;
};

static const struct role roles[] = {
    [WITNESS_ARK] = {"ARK-%s", WITNESS_ARK, 25, true},
    [WITNESS_ASK] = {"SEV-%s", WITNESS_ARK, 25, true},
    [WITNESS_ASVK] = {"SEV-VLEK-%s", WITNESS_ARK, 25, true},
    [WITNESS_VCEK] = {"SEV-VCEK", WITNESS_ASK, 7, false},
    [WITNESS_VLEK] = {"SEV-VLEK", WITNESS_ASVK, 1, false},
};

enum witness_role witness_role_of_issuer(enum witness_role role)
{
    return roles[role].issuer;
}

X509 *witness_certificate_load(const char *path)
{
    FILE *file = fopen(path, "rb");
    X509 *certificate = NULL;

    if (file != NULL) {
        certificate = PEM_read_X509(file, NULL, NULL, NULL);
        if (certificate == NULL) {
            rewind(file);
            certificate = d2i_X509_fp(file, NULL);
        }
        (void)fclose(file);
    }
    return certificate;
}

static void common_name(enum witness_role role, const struct witness_product *product,
                        char name[CN_MAX])
{
    const char *pattern = roles[role].subject;
    const char *product_at = strchr(pattern, '%');
    const int head = product_at == NULL ? (int)strlen(pattern) : (int)(product_at - pattern);

    (void)snprintf(name, CN_MAX, "%.*s%s", head, pattern, product_at == NULL ? "" : product->name);
}

/* The six parts of AMD's names in AMD's order; a description marks test certificates. */
static bool is_named(const X509_NAME *name, enum witness_role role,
                     const struct witness_product *product)
{
    char cn[CN_MAX];
    const struct {
        int type;
        const char *text;
    } parts[] = {
        {NID_organizationalUnitName, "Engineering"},
        {NID_countryName, "US"},
        {NID_localityName, "Santa Clara"},
        {NID_stateOrProvinceName, "CA"},
        {NID_organizationName, "Advanced Micro Devices"},
        {NID_commonName, cn},
    };
    size_t found = 0;

    common_name(role, product, cn);
    for (int i = 0; i < X509_NAME_entry_count(name); i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        const ASN1_STRING *text = X509_NAME_ENTRY_get_data(entry);
        const int type = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));

        if (type == NID_description) {
            continue;
        }
        if (found == sizeof parts / sizeof parts[0] || type != parts[found].type ||
            (size_t)ASN1_STRING_length(text) != strlen(parts[found].text) ||
            memcmp(ASN1_STRING_get0_data(text), parts[found].text, strlen(parts[found].text)) !=
                0) {
            return false;
        }
        found++;
    }
    return found == sizeof parts / sizeof parts[0];
}

/* @return the algorithm that the parameter of MGF1 names, or NID_undef */
static int mask_digest(const X509_ALGOR *mask)
{
    X509_ALGOR *digest =
        mask == NULL || OBJ_obj2nid(mask->algorithm) != NID_mgf1
            ? NULL
            : ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), mask->parameter);
    const int found = digest == NULL ? NID_undef : OBJ_obj2nid(digest->algorithm);

    X509_ALGOR_free(digest);
    return found;
}

const char *witness_signature_form(const X509_ALGOR *algorithm)
{
    RSA_PSS_PARAMS *parameters =
        OBJ_obj2nid(algorithm->algorithm) != NID_rsassaPss
            ? NULL
            : ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
    const bool fits =
        parameters != NULL && parameters->hashAlgorithm != NULL &&
        OBJ_obj2nid(parameters->hashAlgorithm->algorithm) == NID_sha384 &&
        mask_digest(parameters->maskGenAlgorithm) == NID_sha384 && parameters->saltLength != NULL &&
        ASN1_INTEGER_get(parameters->saltLength) == SALT_BYTES &&
        (parameters->trailerField == NULL || ASN1_INTEGER_get(parameters->trailerField) == 1);

    RSA_PSS_PARAMS_free(parameters);
    return fits ? NULL : "algorithm of the signature";
}

static const char *check_key(const X509 *certificate, bool authority)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    BIGNUM *exponent = NULL;
    char group[32] = "";
    bool fits = false;

    if (key != NULL && authority) {
        fits = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) == RSA_BITS &&
               EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
               BN_is_word(exponent, RSA_F4);
    } else if (key != NULL) {
        fits = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
               EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
               strcmp(group, "secp384r1") == 0;
    }
    BN_free(exponent);
    return fits ? NULL : "public key of the certificate";
}

static const char *check_lifetime(const X509 *certificate, int years)
{
    int days = 0;
    int seconds = 0;

    return ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate),
                          X509_get0_notAfter(certificate)) == 1 &&
                   days >= 365 * years && days <= 366 * years
               ? NULL
               : "lifetime of the certificate";
}

/* An extension that must be there once, critical or not. */
static bool has(const X509 *certificate, int type, int critical)
{
    const int place = X509_get_ext_by_NID(certificate, type, -1);

    return place >= 0 && X509_get_ext_by_NID(certificate, type, place) < 0 &&
           X509_EXTENSION_get_critical(X509_get_ext(certificate, place)) == critical;
}

static bool has_other_critical(const X509 *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate, i);
        const int type = OBJ_obj2nid(X509_EXTENSION_get_object(extension));

        if (X509_EXTENSION_get_critical(extension) != 0 && type != NID_basic_constraints &&
            type != NID_key_usage) {
            return true;
        }
    }
    return false;
}

static bool has_crl_link(const X509 *certificate, enum witness_role role,
                         const struct witness_product *product)
{
    CRL_DIST_POINTS *points =
        X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
    char link[96];
    bool fits = false;

    (void)snprintf(link, sizeof link, "https://kdsintf.amd.com/%s/v1/%s/crl",
                   role == WITNESS_ASVK ? "vlek" : "vcek", product->name);
    if (sk_DIST_POINT_num(points) == 1) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, 0)->distpoint;

        if (name != NULL && name->type == 0 && sk_GENERAL_NAME_num(name->name.fullname) == 1) {
            const GENERAL_NAME *full = sk_GENERAL_NAME_value(name->name.fullname, 0);

            fits = full->type == GEN_URI &&
                   (size_t)ASN1_STRING_length(full->d.uniformResourceIdentifier) == strlen(link) &&
                   memcmp(ASN1_STRING_get0_data(full->d.uniformResourceIdentifier), link,
                          strlen(link)) == 0;
        }
    }
    CRL_DIST_POINTS_free(points);
    return fits;
}

static const char *check_authority(X509 *certificate, enum witness_role role,
                                   const struct witness_product *product)
{
    const uint32_t usage = role == WITNESS_ARK ? KU_KEY_CERT_SIGN | KU_CRL_SIGN : KU_KEY_CERT_SIGN;

    if (has_other_critical(certificate)) {
        return "a critical extension";
    }
    if (!has(certificate, NID_basic_constraints, 1) || X509_check_ca(certificate) != 1 ||
        X509_get_pathlen(certificate) != (role == WITNESS_ARK ? -1 : 0)) {
        return "basic constraints";
    }
    if (!has(certificate, NID_key_usage, 1) || X509_get_key_usage(certificate) != usage) {
        return "key usage";
    }
    if (!has(certificate, NID_subject_key_identifier, 0) ||
        (role != WITNESS_ARK && !has(certificate, NID_authority_key_identifier, 0))) {
        return "key identifiers";
    }
    if (!has_crl_link(certificate, role, product)) {
        return "link to the CRL";
    }
    return NULL;
}

static const char *check_leaf(const X509 *certificate, enum witness_role role,
                              const struct witness_product *product)
{
    struct witness_extensions extensions;

    if (ASN1_INTEGER_get(X509_get0_serialNumber(certificate)) != 0) {
        return "serial number of the certificate";
    }
    return witness_extensions_read(certificate, role, product, &extensions);
}

const char *witness_certificate_check(X509 *certificate, enum witness_role role,
                                      const struct witness_product *product)
{
    const X509_ALGOR *algorithm = X509_get0_tbs_sigalg(certificate);
    const char *fault = witness_signature_form(algorithm);

    if (X509_get_version(certificate) != VERSION_3) {
        return "version of the certificate";
    }
    if (!is_named(X509_get_subject_name(certificate), role, product)) {
        return "subject of the certificate";
    }
    if (!is_named(X509_get_issuer_name(certificate), roles[role].issuer, product)) {
        return "issuer of the certificate";
    }
    if (fault == NULL) {
        fault = check_key(certificate, roles[role].authority);
    }
    if (fault == NULL) {
        fault = check_lifetime(certificate, roles[role].years);
    }
    if (fault != NULL) {
        return fault;
    }
    return roles[role].authority ? check_authority(certificate, role, product)
                                 : check_leaf(certificate, role, product);
}
