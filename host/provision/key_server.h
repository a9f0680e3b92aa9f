/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's key server for one chip: makes the certificates of its attestation keys, at any TCB
 * version, and of their authorities. Both chip factory and `virtasp kds` ask it.
 */
#ifndef HOST_PROVISION_KEY_SERVER_H
#define HOST_PROVISION_KEY_SERVER_H

#include <openssl/types.h>
#include <stdint.h>
#include <time.h>

#include "host/provision/hashstick.h"
#include "host/provision/x509.h"

/** Names below the chip's directory, of files and in addresses: kds/vcek/v1/Milan/... */
#define PROVISION_KDS_NAME_BYTES 320u

/** What a key server holds. The keys are not its own; it is wiped with OPENSSL_cleanse(). */
struct provision_key_server {
    const struct provision_product *product; /**< With SEV-SNP. */
    EVP_PKEY *ark;
    EVP_PKEY *ask;
    EVP_PKEY *asvk;
    uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES];
    uint8_t csp_secret[PROVISION_CSP_SECRET_BYTES];
    uint8_t id[PROVISION_CHIP_ID_BYTES];
};

/**
 * Makes the certificate of a VCEK or VLEK.
 *
 * @param issued    when it becomes valid
 * @param[out] der  to be freed by the caller; empty on error
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_key_server_issue(const struct provision_key_server *server,
                                                  enum provision_key_kind kind, uint64_t tcb,
                                                  time_t issued, struct provision_bytes *der,
                                                  struct provision_error *error);

/**
 * Makes the certificates above a VCEK (ASK, ARK) or VLEK (ASVK, ARK), in PEM format.
 *
 * @param[out] pem  to be freed by the caller; empty on error
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_key_server_chain(const struct provision_key_server *server,
                                                  enum provision_key_kind kind,
                                                  struct provision_bytes *pem,
                                                  struct provision_error *error);

/** What a file of the key server's directory is. */
enum provision_kds_file {
    PROVISION_KDS_CERTIFICATE, /**< vcek/v1/LINE/ID/TCB.der, vlek/v1/LINE/TCB.der */
    PROVISION_KDS_WRAPPED,     /**< vlek/v1/LINE/ID/TCB.vlek */
    PROVISION_KDS_CHAIN,       /**< .../v1/LINE/cert_chain */
    PROVISION_KDS_CRL,         /**< .../v1/LINE/crl */
};

/**
 * Names a file, from the directory above kds.
 *
 * @param id         of the chip, as many bytes as addresses have; not looked at where none is named
 * @param[out] name  of PROVISION_KDS_NAME_BYTES
 */
void provision_kds_name(enum provision_kds_file file, enum provision_key_kind kind,
                        const struct provision_product *product, const uint8_t *id, uint64_t tcb,
                        char name[PROVISION_KDS_NAME_BYTES]);

#endif
