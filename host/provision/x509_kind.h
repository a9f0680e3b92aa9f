/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which X.509 certificates the factory makes, and what tells them apart (x509.h).
 */
#ifndef HOST_PROVISION_X509_KIND_H
#define HOST_PROVISION_X509_KIND_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "host/provision/product.h"

/** In every name, as its last attribute. */
#define PROVISION_X509_MARK "TEST, NOT AMD"

/** Of the cloud provider that our VLEKs are lent to. */
#define PROVISION_CSP_ID "CN=csp.virtasp.invalid"

enum provision_x509_kind {
    PROVISION_X509_ARK,  /**< Signs itself. */
    PROVISION_X509_ASK,  /**< Signed by the ARK. */
    PROVISION_X509_ASVK, /**< Signed by the ARK. */
    PROVISION_X509_VCEK, /**< Signed by the ASK. */
    PROVISION_X509_VLEK, /**< Signed by the ASVK. */
};

/** What a certificate is to say. */
struct provision_x509 {
    enum provision_x509_kind kind;
    const struct provision_product *product; /**< With SEV-SNP. */
    EVP_PKEY *key;                           /**< Public half: whose certificate it is. */
    EVP_PKEY *signer;                        /**< RSA-4096, private. */
    time_t issued; /**< VCEK and VLEK: when it becomes valid. The others are of 2024. */
    uint64_t tcb;  /**< VCEK and VLEK. */
    const uint8_t *hardware_id; /**< VCEK: product->id_bytes of it. */
};

#endif
