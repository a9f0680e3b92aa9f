/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes vectors of tables of leaves (leaf_rows.h).
 */
#include "host/vectors/leaf_rows.h"

#include <openssl/x509.h>

static bool fits(const struct vectors_base *base, enum vectors_leaf_bases bases)
{
    switch (bases) {
    case LEAF_VCEK:
        return base->kind == PROVISION_VCEK;
    case LEAF_VLEK:
        return base->kind == PROVISION_VLEK;
    case LEAF_LIKE_MILAN:
        return base->server->product->structure_version == 0;
    case LEAF_LIKE_TURIN:
        return base->server->product->structure_version == 1;
    case LEAF_ALL:
        break;
    }
    return true;
}

bool vectors_leaf_finish(struct vectors_draft *draft, const struct vectors_row *row,
                         X509 *certificate, enum vectors_form form, struct vectors_sink *sink,
                         struct provision_error *error)
{
    const bool ok =
        vectors_sign_certificate(draft, VECTORS_LEAF, certificate,
                                 vectors_signer(draft->base, VECTORS_LEAF), form, error) &&
        sink->take(sink, row, draft, false, error);
    X509_free(certificate);
    return ok;
}

static bool make_row(const struct vectors_base *base, const struct vectors_leaf_row *row,
                     struct vectors_sink *sink, struct provision_error *error)
{
    struct vectors_draft draft;
    vectors_draft_begin(base, &draft);
    X509 *certificate = vectors_certificate(&draft, VECTORS_LEAF);
    if (certificate == NULL || (row->change != NULL && !row->change(certificate, base))) {
        X509_free(certificate);
        return provision_fail_openssl(error, "cannot make %s", row->row.name);
    }
    const bool ok = vectors_leaf_finish(&draft, &row->row, certificate, row->form, sink, error);
    vectors_draft_end(&draft);
    return ok;
}

bool vectors_make_leaf_rows(const struct vectors_base *base, const struct vectors_leaf_row *rows,
                            size_t count, struct vectors_sink *sink, struct provision_error *error)
{
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        ok = !fits(base, rows[i].bases) || make_row(base, &rows[i], sink, error);
    }
    return ok;
}
