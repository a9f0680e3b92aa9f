/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of which vectors_make_reports() makes vectors.
 */
#ifndef HOST_VECTORS_REPORT_DEFECTS_H
#define HOST_VECTORS_REPORT_DEFECTS_H

#include "host/vectors/draft.h"

/** Reports of which one byte is wrong. */
PROVISION_CHECKED bool vectors_make_bytes(const struct vectors_base *base,
                                          struct vectors_sink *sink, struct provision_error *error);

/** Makes the change of a row. @return false when OpenSSL fails */
typedef bool (*vectors_change)(struct vectors_draft *draft, struct provision_error *error);

/** A vector that is made by a function. */
struct vectors_change_row {
    struct vectors_row row;
    vectors_change change;
    bool (*fits)(
        const struct vectors_base *base); /**< Whether the base is one for it; NULL: all. */
};

/** Makes the vectors of a table. */
PROVISION_CHECKED bool vectors_make_rows(const struct vectors_base *base,
                                         const struct vectors_change_row *rows, size_t count,
                                         struct vectors_sink *sink, struct provision_error *error);

/* For FITS. */
bool vectors_of_vcek(const struct vectors_base *base);
bool vectors_of_vlek(const struct vectors_base *base);

#endif
