/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an attestation report up to the root (sections 7.5, 7.7, 8.1).
 *
 *     const struct witness_chain chain = {ark, ask, vcek};
 *     assert_null(witness_attest(bytes, &chain, &witness_milan, time(NULL), &report));
 *
 * The ARK is the caller's: this shows that the report is genuine if that ARK is.
 */
#ifndef TESTS_SNP_CHAIN_H
#define TESTS_SNP_CHAIN_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "tests/snp/certificate.h"
#include "tests/snp/report.h"

/** ARK; ASK or ASVK; VCEK or VLEK. */
struct witness_chain {
    X509 *ark;
    X509 *ask;
    X509 *leaf;
};

/**
 * Judges each certificate, who signed it, and its validity.
 *
 * @param role  WITNESS_VCEK or WITNESS_VLEK: what the last one should be
 * @return NULL, or what is wrong
 */
const char *witness_chain_check(const struct witness_chain *chain, enum witness_role role,
                                const struct witness_product *product, time_t now);

/**
 * Judges ARK and ASK (or ASVK, by @p role) alone.
 *
 * @return NULL, or what is wrong
 */
const char *witness_authorities_check(X509 *ark, X509 *ask, enum witness_role role,
                                      const struct witness_product *product, time_t now);

/** Judges a CRL: signed by the ARK, in force, ASK or ASVK not revoked. @return NULL, or a fault */
const char *witness_crl_check(X509_CRL *crl, X509 *ark, X509 *ask, time_t now);

/**
 * Judges a report with all that it says: layout, rules, certificates, signature; and REPORTED_TCB and
 * CHIP_ID against the certificate. A CHIP_ID of 0 (MASK_CHIP_ID) is not compared.
 *
 * @param[out] report  filled in, whatever is wrong
 * @return NULL, or what is wrong
 */
const char *witness_attest(const uint8_t bytes[WITNESS_REPORT_BYTES],
                           const struct witness_chain *chain, const struct witness_product *product,
                           time_t now, struct witness_report *report);

#endif
