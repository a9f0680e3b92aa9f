/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of VCEKs and VLEKs with wrong names, keys, dates or signatures (draft.h).
 */
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "host/vectors/leaf_rows.h"

static bool expire(X509 *certificate, const struct vectors_base *base)
{
    return vectors_years_set(certificate, base->kind == PROVISION_VCEK ? 2013 : 2019, 2020);
}

static bool come_later(X509 *certificate, const struct vectors_base *base)
{
    return vectors_years_set(certificate, 2045, base->kind == PROVISION_VCEK ? 2052 : 2046);
}

static bool be_version_1(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return X509_set_version(certificate, X509_VERSION_1) == 1;
}

static bool name_other_kind(X509 *certificate, const struct vectors_base *base)
{
    return vectors_name_set(X509_get_subject_name(certificate), NID_commonName,
                            base->kind == PROVISION_VCEK ? "SEV-VLEK" : "SEV-VCEK");
}

static bool name_other_maker(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_subject_name(certificate), NID_organizationName,
                            "Somebody Else");
}

static bool name_other_issuer(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_issuer_name(certificate), NID_commonName, "SEV-Other");
}

static bool use_p256(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "prime256v1");
}

static bool use_brainpool(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "brainpoolP384r1");
}

static bool use_other_key(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_point_key(certificate, "secp384r1");
}

static bool use_rsa(X509 *certificate, const struct vectors_base *base)
{
    return X509_set_pubkey(certificate, vectors_stranger(base)) == 1;
}

static const struct vectors_leaf_row rows[] = {
    {{"leaf-expired", REASON_EXPIRED, "The leaf, at the end of 2019."},
     expire,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-not-yet-valid", REASON_NOT_YET_VALID, "The leaf, before 2045."},
     come_later,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-version-1", REASON_CERTIFICATE_VERSION, NULL}, be_version_1, VECTORS_PSS, LEAF_ALL},
    {{"leaf-cn-of-other-kind", REASON_SUBJECT, "CN of a VCEK is SEV-VLEK, or the other way round."},
     name_other_kind,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-o", REASON_SUBJECT, "O is Somebody Else."}, name_other_maker, VECTORS_PSS, LEAF_ALL},
    {{"leaf-issuer-cn", REASON_ISSUER, "The leaf names another issuer."},
     name_other_issuer,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-key-p256", REASON_PUBLIC_KEY, "P-256."}, use_p256, VECTORS_PSS, LEAF_ALL},
    {{"leaf-key-brainpool", REASON_PUBLIC_KEY, "brainpoolP384r1."},
     use_brainpool,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-key-rsa", REASON_PUBLIC_KEY, "RSA-4096."}, use_rsa, VECTORS_PSS, LEAF_ALL},
    {{"leaf-key-other", REASON_SIGNATURE, "The certificate is for another key of P-384."},
     use_other_key,
     VECTORS_PSS,
     LEAF_ALL},
    {{"leaf-pkcs1", REASON_CERTIFICATE_ALGORITHM, "The leaf: RSASSA-PKCS1-v1_5."},
     NULL,
     VECTORS_PKCS1,
     LEAF_ALL},
    {{"leaf-sha-256", REASON_CERTIFICATE_ALGORITHM, "The leaf: SHA-256."},
     NULL,
     VECTORS_PSS_SHA256,
     LEAF_ALL},
    {{"leaf-without-salt", REASON_CERTIFICATE_ALGORITHM, "The leaf: no salt."},
     NULL,
     VECTORS_PSS_NO_SALT,
     LEAF_ALL},
};

bool vectors_make_leaves(const struct vectors_base *base, struct vectors_sink *sink,
                         struct provision_error *error)
{
    return vectors_make_leaf_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
