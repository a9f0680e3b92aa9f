/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains with something wrong in the authorities' certificates, or between two of them (draft.h).
 */
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "host/provision/x509.h"
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

static bool be_issued_by_ark(X509 *certificate, const struct vectors_base *base)
{
    const uint8_t *at = base->certificates[VECTORS_ARK].data;
    X509 *ark = d2i_X509(NULL, &at, (long)base->certificates[VECTORS_ARK].length);
    const bool ok =
        ark != NULL && X509_set_issuer_name(certificate, X509_get_subject_name(ark)) == 1;
    X509_free(ark);
    return ok;
}

static bool issue_itself(X509 *certificate, const struct vectors_base *base)
{
    (void)base;
    return X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1;
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

/* Signed by a key that is not the issuer's. */
static bool sign_by_stranger(struct vectors_draft *draft, enum vectors_link link,
                             struct provision_error *error)
{
    return vectors_reissue(draft, link, NULL, vectors_stranger(draft->base), VECTORS_PSS, error);
}

static bool ark_by_stranger(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_by_stranger(draft, VECTORS_ARK, error);
}

static bool ask_by_stranger(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_by_stranger(draft, VECTORS_ASK, error);
}

static bool leaf_by_stranger(struct vectors_draft *draft, struct provision_error *error)
{
    return sign_by_stranger(draft, VECTORS_LEAF, error);
}

static bool ask_by_itself(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue(draft, VECTORS_ASK, issue_itself,
                           vectors_signer(draft->base, VECTORS_LEAF), VECTORS_PSS, error);
}

static bool leaf_by_ark(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue(draft, VECTORS_LEAF, be_issued_by_ark, draft->base->server->ark,
                           VECTORS_PSS, error);
}

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

/* The last byte of a certificate is its signature's. */
static bool damage(struct vectors_draft *draft, enum vectors_link link, bool cut,
                   struct provision_error *error)
{
    const struct provision_bytes *sound = &draft->base->certificates[link];
    struct provision_bytes der = {.data = OPENSSL_memdup(sound->data, sound->length),
                                  .length = sound->length - (cut ? 1 : 0)};
    if (der.data == NULL) {
        return provision_fail(error, "no memory for a certificate");
    }
    der.data[sound->length - 1] ^= 1;
    vectors_draft_replace(draft, link, der);
    return true;
}

#define DAMAGE(function, link, cut)                                                                \
    static bool function(struct vectors_draft *draft, struct provision_error *error)               \
    {                                                                                              \
        return damage(draft, link, cut, error);                                                    \
    }

DAMAGE(leaf_flipped, VECTORS_LEAF, false)
DAMAGE(ask_flipped, VECTORS_ASK, false)
DAMAGE(ark_flipped, VECTORS_ARK, false)
DAMAGE(leaf_cut, VECTORS_LEAF, true)
DAMAGE(ask_cut, VECTORS_ASK, true)

static bool lose_ask(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    vectors_draft_replace(draft, VECTORS_ASK, (struct provision_bytes){0});
    return true;
}

static bool lose_leaf(struct vectors_draft *draft, struct provision_error *error)
{
    (void)error;
    vectors_draft_replace(draft, VECTORS_LEAF, (struct provision_bytes){0});
    return true;
}

static bool leaf_is_ask(struct vectors_draft *draft, struct provision_error *error)
{
    const struct provision_bytes *ask = &draft->base->certificates[VECTORS_ASK];
    struct provision_bytes der = {.data = OPENSSL_memdup(ask->data, ask->length),
                                  .length = ask->length};
    vectors_draft_replace(draft, VECTORS_LEAF, der);
    return der.data != NULL || provision_fail(error, "no memory for a certificate");
}

/* ARK and ASK for a product, with given keys. */
static bool found(struct vectors_draft *draft, const struct provision_product *product,
                  EVP_PKEY *ark, struct provision_error *error)
{
    const struct vectors_base *base = draft->base;
    struct provision_x509 what = {
        .kind = PROVISION_X509_ARK, .product = product, .key = ark, .signer = ark};
    struct provision_bytes der;
    if (!provision_x509_make(&what, &der, error)) {
        return false;
    }
    vectors_draft_replace(draft, VECTORS_ARK, der);
    what.kind = base->kind == PROVISION_VCEK ? PROVISION_X509_ASK : PROVISION_X509_ASVK;
    what.key = vectors_signer(base, VECTORS_LEAF);
    if (!provision_x509_make(&what, &der, error)) {
        return false;
    }
    vectors_draft_replace(draft, VECTORS_ASK, der);
    return true;
}

/* Everything fits, but that the ARK has another key. */
static bool forge_root(struct vectors_draft *draft, struct provision_error *error)
{
    return found(draft, draft->base->server->product, vectors_stranger(draft->base), error);
}

static bool be_issued_by_asks_name(X509 *certificate, const struct vectors_base *base)
{
    const bool milan = base->server->product->id == SNP_PRODUCT_MILAN;
    const char *name = base->kind == PROVISION_VCEK ? (milan ? "SEV-Genoa" : "SEV-Milan")
                                                    : (milan ? "SEV-VLEK-Genoa" : "SEV-VLEK-Milan");
    return vectors_name_set(X509_get_issuer_name(certificate), NID_commonName, name);
}

static bool leave_product(struct vectors_draft *draft, struct provision_error *error)
{
    const struct vectors_base *base = draft->base;
    const bool milan = base->server->product->id == SNP_PRODUCT_MILAN;
    return found(draft, provision_product_of(milan ? SNP_PRODUCT_GENOA : SNP_PRODUCT_MILAN),
                 base->server->ark, error) &&
           vectors_reissue(draft, VECTORS_LEAF, be_issued_by_asks_name,
                           vectors_signer(base, VECTORS_LEAF), VECTORS_PSS, error);
}

static const struct vectors_change_row rows[] = {
    {{"ark-expired", REASON_EXPIRED, "The ARK, at the end of 2019."}, ark_expires, NULL},
    {{"ark-not-yet-valid", REASON_NOT_YET_VALID, "The ARK, before 2045."}, ark_comes_later, NULL},
    {{"ark-no-ca", REASON_BASIC_CONSTRAINTS, "The ARK says that it is none."},
     ark_is_no_authority,
     NULL},
    {{"ark-key-usage", REASON_KEY_USAGE, "The ARK may sign data only."}, ark_signs_data_only, NULL},
    {{"ark-not-self-signed", REASON_ROOT_SIGNATURE, "The ARK is signed by another key."},
     ark_by_stranger,
     NULL},
    {{"ark-signature", REASON_ROOT_SIGNATURE, "A bit of the ARK's signature was flipped."},
     ark_flipped,
     NULL},
    {{"forged-root", REASON_UNTRUSTED_ROOT, "All fits under an ARK of the same name."},
     forge_root,
     NULL},
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
    {{"ask-self-signed", REASON_ISSUER, "The ASK is its own issuer."}, ask_by_itself, NULL},
    {{"ask-by-another", REASON_CERTIFICATE_SIGNATURE, "The ASK is signed by another key."},
     ask_by_stranger,
     NULL},
    {{"ask-signature", REASON_CERTIFICATE_SIGNATURE, "A bit of the ASK's signature was flipped."},
     ask_flipped,
     NULL},
    {{"ask-pkcs1", REASON_CERTIFICATE_ALGORITHM, "The ASK: RSASSA-PKCS1-v1_5."}, ask_pkcs1, NULL},
    {{"ask-truncated", REASON_CERTIFICATE_MALFORMED, "The last byte of the ASK is missing."},
     ask_cut,
     NULL},
    {{"ask-missing", REASON_CERTIFICATE_MISSING, "There is no ASK."}, lose_ask, NULL},
    {{"leaf-by-ark", REASON_ISSUER, "The ARK has issued the leaf."}, leaf_by_ark, NULL},
    {{"leaf-by-another", REASON_CERTIFICATE_SIGNATURE, "The leaf is signed by another key."},
     leaf_by_stranger,
     NULL},
    {{"leaf-signature", REASON_CERTIFICATE_SIGNATURE, "A bit of the leaf's signature was flipped."},
     leaf_flipped,
     NULL},
    {{"leaf-truncated", REASON_CERTIFICATE_MALFORMED, "The last byte of the leaf is missing."},
     leaf_cut,
     NULL},
    {{"leaf-missing", REASON_CERTIFICATE_MISSING, "There is no leaf."}, lose_leaf, NULL},
    {{"leaf-is-ask", REASON_SUBJECT, "The ASK stands in the leaf's place."}, leaf_is_ask, NULL},
    {{"chain-of-other-product", REASON_CHAIN_PRODUCT,
      "ARK, ASK and the leaf's issuer are of another product; its other names are as they were."},
     leave_product,
     NULL},
};

bool vectors_make_chains(const struct vectors_base *base, struct vectors_sink *sink,
                         struct provision_error *error)
{
    return vectors_make_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
