/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates behind a report, from a key server.
 */
#ifndef HOST_KDS_FETCH_H
#define HOST_KDS_FETCH_H

#include "host/kds/client.h"

/** Whose certificates are wanted. */
struct kds_wanted {
    const struct provision_product *product; /**< NULL: not known, all are tried. */
    enum provision_key_kind kind;
    uint64_t tcb;
    uint8_t id[PROVISION_CHIP_ID_BYTES]; /**< Of a VCEK's chip. */
};

/** In DER. */
struct kds_certificates {
    struct provision_bytes ca; /**< ASK or ASVK. */
    struct provision_bytes ark;
    struct provision_bytes leaf; /**< VCEK or VLEK. */
};

/**
 * Asks for the certificates.
 *
 * @param[in,out] wanted     its product is set when it was not known
 * @param[out] certificates  to be freed with kds_certificates_free(); empty on error
 * @return false when the server has them not, or what comes are none
 */
PROVISION_CHECKED bool kds_fetch(struct kds_client *client, struct kds_wanted *wanted,
                                 struct kds_certificates *certificates,
                                 struct provision_error *error);

/** Frees them. Empty ones are fine. */
void kds_certificates_free(struct kds_certificates *certificates);

#endif
