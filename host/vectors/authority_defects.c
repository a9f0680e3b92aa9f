/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains with something wrong in the certificate of an authority (draft.h), which is signed by whom it
 * should be.
 */
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "host/vectors/reissue.h"
#include "host/vectors/report_defects.h"

#define BASIC_CONSTRAINTS "2.5.29.19"
#define KEY_USAGE "2.5.29.15"

static bool expire(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_years_set(certificate, 1995, 2020);
}

static bool come_later(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_years_set(certificate, 2045, 2070);
}

static bool be_no_authority(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t no[] = {0x30, 0x00};
    (void)base;
    return vectors_extension_set(certificate, BASIC_CONSTRAINTS, true, no, sizeof no);
}

static bool drop_constraints(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_extension_drop(certificate, BASIC_CONSTRAINTS);
}

/* digitalSignature alone. */
static bool sign_data_only(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t usage[] = {0x03, 0x02, 0x07, 0x80};
    (void)base;
    return vectors_extension_set(certificate, KEY_USAGE, true, usage, sizeof usage);
}

static bool add_critical(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t nothing[] = {0x05, 0x00};
    (void)base;
    return vectors_extension_add(certificate, "1.3.6.1.4.1.3704.1.99", true, nothing,
                                 sizeof nothing);
}

static bool name_other_key(X509 *certificate, const struct vectors_base *base)
{
    static const uint8_t id[] = {0x30, 0x16, 0x80, 0x14, 1,  2,  3,  4,  5,  6,  7,  8,
                                 9,    10,   11,   12,   13, 14, 15, 16, 17, 18, 19, 20};
    (void)base;
    return vectors_extension_set(certificate, "2.5.29.35", false, id, sizeof id);
}

static bool name_another(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_subject_name(certificate), NID_commonName, "SEV-Other");
}

static bool be_issued_by_another(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return vectors_name_set(X509_get_issuer_name(certificate), NID_commonName, "SEV-Other");
}

/* A change of the ASK, or ASVK, which the ARK signs. */
#define OF_ASK(function, change)                                                                   \
    static bool function(struct vectors_draft *draft, struct provision_error *error)               \
    {                                                                                              \
        return vectors_reissue(draft, VECTORS_ASK, change, draft->base->server->ark, VECTORS_PSS,  \
                               error);                                                             \
    }

/* Of the ARK, which signs itself. */
#define OF_ARK(function, change)                                                                   \
    static bool function(struct vectors_draft *draft, struct provision_error *error)               \
    {                                                                                              \
        return vectors_reissue(draft, VECTORS_ARK, change, draft->base->server->ark, VECTORS_PSS,  \
                               error);                                                             \
    }

OF_ASK(ask_expires, expire)
OF_ASK(ask_comes_later, come_later)
OF_ASK(ask_is_no_authority, be_no_authority)
OF_ASK(ask_without_constraints, drop_constraints)
OF_ASK(ask_signs_data_only, sign_data_only)
OF_ASK(ask_has_critical, add_critical)
OF_ASK(ask_names_other_key, name_other_key)
OF_ASK(ask_names_other_issuer, be_issued_by_another)
OF_ARK(ark_expires, expire)
OF_ARK(ark_comes_later, come_later)
OF_ARK(ark_is_no_authority, be_no_authority)
OF_ARK(ark_signs_data_only, sign_data_only)

static bool ask_pkcs1(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue(draft, VECTORS_ASK, NULL, draft->base->server->ark, VECTORS_PKCS1,
                           error);
}

/* The leaf follows, so that the names fit each other. */
static bool ask_has_other_name(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue(draft, VECTORS_ASK, name_another, draft->base->server->ark, VECTORS_PSS,
                           error) &&
           vectors_reissue(draft, VECTORS_LEAF, be_issued_by_another,
                           vectors_signer(draft->base, VECTORS_LEAF), VECTORS_PSS, error);
}

static const struct vectors_change_row rows[] = {
    {{"ark-expired", REASON_EXPIRED, "The ARK, at the end of 2019."}, ark_expires, NULL},
    {{"ark-not-yet-valid", REASON_NOT_YET_VALID, "The ARK, before 2045."}, ark_comes_later, NULL},
    {{"ark-no-ca", REASON_BASIC_CONSTRAINTS, "The ARK says that it is none."},
     ark_is_no_authority,
     NULL},
    {{"ark-key-usage", REASON_KEY_USAGE, "The ARK may sign data only."}, ark_signs_data_only, NULL},
    {{"ask-expired", REASON_EXPIRED, "The ASK, at the end of 2019."}, ask_expires, NULL},
    {{"ask-not-yet-valid", REASON_NOT_YET_VALID, "The ASK, before 2045."}, ask_comes_later, NULL},
    {{"ask-no-ca", REASON_BASIC_CONSTRAINTS, "The ASK says that it is none."},
     ask_is_no_authority,
     NULL},
    {{"ask-basic-constraints-missing", REASON_BASIC_CONSTRAINTS, "The ASK does not say it."},
     ask_without_constraints,
     NULL},
    {{"ask-key-usage", REASON_KEY_USAGE, "The ASK may sign data only."}, ask_signs_data_only, NULL},
    {{"ask-unknown-critical", REASON_CRITICAL_EXTENSION, "The ASK has one."},
     ask_has_critical,
     NULL},
    {{"ask-authority-key-id", REASON_KEY_IDENTIFIER, "The ASK names another key than the ARK's."},
     ask_names_other_key,
     NULL},
    {{"ask-issuer-cn", REASON_ISSUER, "The ASK names another issuer."},
     ask_names_other_issuer,
     NULL},
    {{"ask-cn", REASON_SUBJECT, "The ASK is called SEV-Other, and the leaf says so."},
     ask_has_other_name,
     NULL},
    {{"ask-pkcs1", REASON_CERTIFICATE_ALGORITHM, "The ASK: RSASSA-PKCS1-v1_5."}, ask_pkcs1, NULL},
};

bool vectors_make_authorities(const struct vectors_base *base, struct vectors_sink *sink,
                              struct provision_error *error)
{
    return vectors_make_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
