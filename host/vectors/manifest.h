/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifest of a corpus: JSON, whose schema is in docs/vectors.md.
 */
#ifndef HOST_VECTORS_MANIFEST_H
#define HOST_VECTORS_MANIFEST_H

#include <stdio.h>

#include "host/vectors/corpus_options.h"
#include "host/vectors/draft.h"

struct vectors_manifest {
    FILE *file; /**< Gets the text. */
    unsigned count;
};

/** What the manifest says of a vector. */
struct vectors_entry {
    const struct vectors_base *base;
    const struct vectors_row *row;
    const char *name;
    const char *report; /**< Names in the corpus's directory. */
    const char *chain;
    const char *crl;
    bool named_vcek;
    bool from_firmware;
};

/** Writes what comes before the vectors. @param products  @p count names: "Milan" */
void vectors_manifest_begin(struct vectors_manifest *manifest, FILE *file,
                            const struct vectors_corpus_options *options,
                            const struct provision_product *const *products, size_t count);

/** Writes a vector. */
void vectors_manifest_add(struct vectors_manifest *manifest, const struct vectors_entry *entry);

/** Writes the end, with the reasons. */
void vectors_manifest_end(struct vectors_manifest *manifest);

#endif
