/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains of which two certificates do not fit each other, or one is damaged or missing (draft.h).
 */
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "host/provision/x509.h"
#include "host/vectors/reissue.h"
#include "host/vectors/report_defects.h"

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
    {{"ark-not-self-signed", REASON_ROOT_SIGNATURE, "The ARK is signed by another key."},
     ark_by_stranger,
     NULL},
    {{"ark-signature", REASON_ROOT_SIGNATURE, "A bit of the ARK's signature was flipped."},
     ark_flipped,
     NULL},
    {{"forged-root", REASON_UNTRUSTED_ROOT, "All fits under an ARK of the same name."},
     forge_root,
     NULL},
    {{"ask-self-signed", REASON_ISSUER, "The ASK is its own issuer."}, ask_by_itself, NULL},
    {{"ask-by-another", REASON_CERTIFICATE_SIGNATURE, "The ASK is signed by another key."},
     ask_by_stranger,
     NULL},
    {{"ask-signature", REASON_CERTIFICATE_SIGNATURE, "A bit of the ASK's signature was flipped."},
     ask_flipped,
     NULL},
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
    {{"leaf-is-ask", REASON_CERTIFICATE_MISSING, "The ASK stands in the leaf's place."},
     leaf_is_ask,
     NULL},
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
