/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of what is wrong in certificates of VCEKs and VLEKs.
 */
#ifndef HOST_VECTORS_LEAF_ROWS_H
#define HOST_VECTORS_LEAF_ROWS_H

#include "host/vectors/reissue.h"

/** Which bases a row is for. */
enum vectors_leaf_bases {
    LEAF_ALL,
    LEAF_VCEK,
    LEAF_VLEK,
    LEAF_LIKE_MILAN, /**< TCB versions. */
    LEAF_LIKE_TURIN, /**< Likewise. */
};

/** Something that is done to the certificate; its issuer signs it again. */
struct vectors_leaf_row {
    struct vectors_row row;
    vectors_certificate_change change;
    enum vectors_form form;
    enum vectors_leaf_bases bases;
};

/** Makes the vectors of a table. */
PROVISION_CHECKED bool vectors_make_leaf_rows(const struct vectors_base *base,
                                              const struct vectors_leaf_row *rows, size_t count,
                                              struct vectors_sink *sink,
                                              struct provision_error *error);

/** Signs a certificate, which is taken over, and hands the vector on. */
PROVISION_CHECKED bool vectors_leaf_finish(struct vectors_draft *draft,
                                           const struct vectors_row *row, X509 *certificate,
                                           enum vectors_form form, struct vectors_sink *sink,
                                           struct provision_error *error);

#endif
