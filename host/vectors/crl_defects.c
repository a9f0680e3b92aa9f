/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of revoked certificates that make a chain unusable, or are themselves (draft.h).
 */
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <time.h>

#include "host/vectors/reissue.h"
#include "host/vectors/report_defects.h"

#define LAST_YEAR 2020

static bool time_set(int year, bool (*set)(X509_CRL *crl, const ASN1_TIME *time), X509_CRL *crl)
{
    struct tm parts = {.tm_year = year - 1900, .tm_mday = 1};
    ASN1_TIME *time = ASN1_TIME_set(NULL, timegm(&parts));
    const bool ok = time != NULL && set(crl, time);
    ASN1_TIME_free(time);
    return ok;
}

static bool set_next_update(X509_CRL *crl, const ASN1_TIME *time)
{
    return X509_CRL_set1_nextUpdate(crl, time) == 1;
}

static bool set_last_update(X509_CRL *crl, const ASN1_TIME *time)
{
    return X509_CRL_set1_lastUpdate(crl, time) == 1;
}

static bool expire(X509_CRL *crl, const struct vectors_base *base)
{
    (void)base;
    return time_set(LAST_YEAR - 1, set_last_update, crl) &&
           time_set(LAST_YEAR, set_next_update, crl);
}

static bool name_other_issuer(X509_CRL *crl, const struct vectors_base *base)
{
    X509_NAME *name = X509_NAME_dup(X509_CRL_get_issuer(crl));
    const bool ok = name != NULL && vectors_name_set(name, NID_commonName, "ARK-Other") &&
                    X509_CRL_set_issuer_name(crl, name) == 1;
    (void)base;
    X509_NAME_free(name);
    return ok;
}

/* Has the ASK or ASVK on it. */
static bool revoke(X509_CRL *crl, const struct vectors_base *base)
{
    const struct provision_bytes *der = &base->certificates[VECTORS_ASK];
    const uint8_t *at = der->data;
    X509 *ask = d2i_X509(NULL, &at, (long)der->length);
    X509_REVOKED *entry = X509_REVOKED_new();
    const bool ok = ask != NULL && entry != NULL &&
                    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(ask)) == 1 &&
                    X509_REVOKED_set_revocationDate(
                        entry, (ASN1_TIME *)(uintptr_t)X509_CRL_get0_lastUpdate(crl)) == 1 &&
                    X509_CRL_add0_revoked(crl, entry) == 1;
    X509_free(ask);
    if (!ok) {
        X509_REVOKED_free(entry);
    }
    return ok;
}

static bool ask_is_revoked(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue_crl(draft, revoke, draft->base->server->ark, error);
}

static bool list_expires(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue_crl(draft, expire, draft->base->server->ark, error);
}

static bool list_of_another(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue_crl(draft, name_other_issuer, draft->base->server->ark, error);
}

static bool list_by_another(struct vectors_draft *draft, struct provision_error *error)
{
    return vectors_reissue_crl(draft, NULL, vectors_stranger(draft->base), error);
}

static bool list_is_damaged(struct vectors_draft *draft, struct provision_error *error)
{
    if (!vectors_reissue_crl(draft, NULL, draft->base->server->ark, error)) {
        return false;
    }
    draft->crl.data[draft->crl.length - 1] ^= 1;
    return true;
}

static const struct vectors_change_row rows[] = {
    {{"ask-revoked", REASON_REVOKED, "The ASK, or ASVK, is on the list."}, ask_is_revoked, NULL},
    {{"crl-expired", REASON_CRL_EXPIRED, "The list has ended with 2019."}, list_expires, NULL},
    {{"crl-issuer", REASON_CRL_ISSUER, "The list names another issuer."}, list_of_another, NULL},
    {{"crl-by-another", REASON_CRL_SIGNATURE, "The list is signed by another key."},
     list_by_another,
     NULL},
    {{"crl-signature", REASON_CRL_SIGNATURE, "A bit of the list's signature was flipped."},
     list_is_damaged,
     NULL},
};

bool vectors_make_crls(const struct vectors_base *base, struct vectors_sink *sink,
                       struct provision_error *error)
{
    return vectors_make_rows(base, rows, sizeof rows / sizeof rows[0], sink, error);
}
