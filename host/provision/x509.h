/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X.509 certificates as AMD's key server gives them out for SEV-SNP (docs/attestation.md has the
 * profile): ARK, ASK, ASVK, VCEK, VLEK, and the ARK's list of revoked certificates. What tells them
 * from AMD's is the description in every name and the comment in those of authorities.
 */
#ifndef HOST_PROVISION_X509_H
#define HOST_PROVISION_X509_H

#include "host/provision/files.h"
#include "host/provision/x509_kind.h"

/**
 * Makes a certificate. Same input, same bytes.
 *
 * @param[out] der  to be freed by the caller; empty on error
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_x509_make(const struct provision_x509 *what,
                                           struct provision_bytes *der,
                                           struct provision_error *error);

/**
 * Makes the list of revoked certificates, which has none. Same input, same bytes.
 *
 * @param ark       private
 * @param[out] der  as above
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_x509_crl(const struct provision_product *product, EVP_PKEY *ark,
                                          struct provision_bytes *der,
                                          struct provision_error *error);

/**
 * Appends a certificate to text in PEM format.
 *
 * @param[in,out] pem  empty, or what the one before has left; to be freed by the caller
 * @return false when there is no memory; @p pem is then empty
 */
PROVISION_CHECKED bool provision_x509_pem(const struct provision_bytes *der,
                                          struct provision_bytes *pem,
                                          struct provision_error *error);

#endif
