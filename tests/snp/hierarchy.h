/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole hierarchy of certificates with keys of its own, and reports that its leaves sign: for tests
 * of what verifies reports.
 */
#ifndef TESTS_SNP_HIERARCHY_H
#define TESTS_SNP_HIERARCHY_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "tests/snp/certificate.h"
#include "tests/snp/report.h"

#define HIERARCHY_FROM ((time_t)1790000000) /**< All are valid from here on. */

/** Keys of all hierarchies. */
struct hierarchy_keys {
    EVP_PKEY *ark;
    EVP_PKEY *ask;
    EVP_PKEY *asvk;
    EVP_PKEY *vcek;
    EVP_PKEY *vlek;
};

extern struct hierarchy_keys hierarchy_keys;

/** Makes the keys: a cmocka group's set-up, and what ends it. */
int hierarchy_begin(void **state);
int hierarchy_end(void **state);

/** The authorities of a product. */
struct hierarchy {
    X509 *ark;
    X509 *ask;
    X509 *asvk;
};

struct hierarchy hierarchy_found(const struct witness_product *product);
void hierarchy_dissolve(struct hierarchy *hierarchy);

/** @return the certificate of an authority, with any keys; @p issuer NULL = itself */
X509 *hierarchy_issue(enum witness_role role, const struct witness_product *product, EVP_PKEY *key,
                      X509 *issuer, EVP_PKEY *signer);

/** @return the VCEK or VLEK that fits the report, to be freed */
X509 *hierarchy_leaf(const struct hierarchy *hierarchy, const struct witness_product *product,
                     const struct witness_report *report);

/** Writes a report and signs it with the key that its FLAGS name. */
void hierarchy_sign(const struct witness_report *report, uint8_t bytes[WITNESS_REPORT_BYTES]);

#endif
