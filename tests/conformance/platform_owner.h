/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's owner-to-be: makes OCA certificates and signs the platform's PEK, with OpenSSL.
 */
#ifndef TESTS_CONFORMANCE_PLATFORM_OWNER_H
#define TESTS_CONFORMANCE_PLATFORM_OWNER_H

#include <openssl/evp.h>

#include "tests/conformance/suite.h"

/**
 * Signs a SEV certificate with ECDSA P-384.
 *
 * @param slot       0 or 1
 * @param usage      of the signing key
 * @param algorithm  SEV_ALGORITHM_ECDSA_SHA256 or _SHA384
 */
void sign_certificate(struct sev_certificate *certificate, unsigned slot, EVP_PKEY *key,
                      enum sev_usage usage, enum sev_algorithm algorithm);

/** Empties a signature slot. */
void clear_slot(struct sev_certificate *certificate, unsigned slot);

/** Makes a self-signed OCA certificate; its signature is in slot 0. */
void make_oca(struct sev_certificate *certificate, EVP_PKEY *key, enum sev_algorithm algorithm);

/** PEK_CSR. */
void take_csr(struct sev_certificate *csr);

/**
 * Prepares a PEK_CERT_IMPORT by a new owner: the PEK certificate in slot 0 of the suite's memory,
 * the OCA certificate in slot 1.
 *
 * @return the owner's key; free it with EVP_PKEY_free()
 */
EVP_PKEY *platform_owner_make(struct sev_pek_cert_import *parameters, enum sev_algorithm algorithm);

/** platform_owner_make() with ECDSA_SHA256, without the key. */
void platform_owner_prepare(struct sev_pek_cert_import *parameters);

#endif
