/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of the SNP hierarchy (sections 8.4, 8.5): each alone, by AMD's profile. Signatures
 * between them are judged by chain.h.
 *
 * What this demands is what the strictest public verifiers demand: names, algorithm parameters,
 * lifetimes, constraints, and of VCEKs and VLEKs exactly the extensions of their structure version,
 * in their order and encodings. A mark is tolerated where verifiers tolerate it: "description" in a
 * name, and extensions of ARK, ASK and ASVK that are not critical.
 */
#ifndef TESTS_SNP_CERTIFICATE_H
#define TESTS_SNP_CERTIFICATE_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/snp/product.h"

enum witness_role {
    WITNESS_ARK,
    WITNESS_ASK,
    WITNESS_ASVK,
    WITNESS_VCEK,
    WITNESS_VLEK,
};

#define WITNESS_CSP_ID_MAX 128u

/** What a VCEK or a VLEK says by its extensions. */
struct witness_extensions {
    uint64_t tcb;
    uint8_t chip_id[64];             /**< 0 in a VLEK, and behind a shorter one. */
    char csp_id[WITNESS_CSP_ID_MAX]; /**< "" in a VCEK */
};

/** The role that issues certificates of a role; ARK's is its own. */
enum witness_role witness_role_of_issuer(enum witness_role role);

/** @return the certificate in a file, PEM or DER, to be freed with X509_free(); NULL if none is */
X509 *witness_certificate_load(const char *path);

/**
 * Reads the extensions of a VCEK or VLEK.
 *
 * @return NULL, or what is wrong: one more, one less, another order, another encoding or value
 */
const char *witness_extensions_read(const X509 *certificate, enum witness_role role,
                                    const struct witness_product *product,
                                    struct witness_extensions *extensions);

/** Judges a certificate but for its signature and the time. @return NULL, or what is wrong */
const char *witness_certificate_check(X509 *certificate, enum witness_role role,
                                      const struct witness_product *product);

/** Judges the parameters of a signature: RSASSA-PSS, SHA-384 twice, salt of 48 bytes. */
const char *witness_signature_form(const X509_ALGOR *algorithm);

#endif
