/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the independent verifier (tests/snp) says of a vector. OpenSSL is all that it has in common with
 * the maker of the corpus.
 */
#ifndef TESTS_VECTORS_VERDICT_H
#define TESTS_VECTORS_VERDICT_H

#include <stdbool.h>
#include <time.h>

/** Where a vector's parts are, and what stands in the manifest. */
struct vector {
    const char *name;
    const char *product;
    const char *report;
    const char *ark;
    const char *ask;
    const char *leaf;
    const char *crl;
    const char *root; /**< That is trusted. */
};

/** @return NULL when the vector is accepted, or a fault; it names policies as the manifest does */
const char *verdict(const struct vector *vector, time_t now);

/**
 * Looks at the signatures alone, of a vector that is wrong in another way: what is wrong has been signed.
 *
 * @return NULL when report, leaf, ASK and ARK are signed as they should be, or which of them is not
 */
const char *verdict_signatures(const struct vector *vector);

/** @return whether a vector with that reason has all its signatures */
bool verdict_wants_signatures(const char *reason);

/** @return whether a fault, or NULL, is what a reason of the manifest leads to */
bool verdict_fits(const char *fault, const char *reason);

/** @return whether the manifest's reason is known here */
bool verdict_knows(const char *reason);

#endif
