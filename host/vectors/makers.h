/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who makes what is sound: a vendor with its keys, a cloud provider, and a chip of each product; all of
 * them follow from the seed.
 */
#ifndef HOST_VECTORS_MAKERS_H
#define HOST_VECTORS_MAKERS_H

#include "host/vectors/draft.h"
#include "host/vectors/reports.h"
#include "host/vectors/seed.h"

/** Keys that all chips of a corpus share; its server has no product and no chip yet. */
struct vectors_makers {
    struct vectors_seed seed;
    struct provision_key_server server;
    uint8_t ark_hash[PROVISION_ARK_HASH_BYTES]; /**< For the fuses. */
};

/**
 * Derives the vendor's keys.
 *
 * @param text         the user's seed
 * @param[out] makers  to be ended with vectors_makers_end()
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_makers_begin(const char *text, struct vectors_makers *makers,
                                            struct provision_error *error);

/** Frees and wipes the keys. */
void vectors_makers_end(struct vectors_makers *makers);

/** Makes the server one for the chip of a product. @return false when OpenSSL fails */
PROVISION_CHECKED bool vectors_makers_take(struct vectors_makers *makers,
                                           const struct provision_product *product,
                                           struct provision_error *error);

/**
 * Prepares what the chip's firmware needs to run.
 *
 * @param version      of its reports
 * @param[out] machine its HOSTED and DIRECTORY are the caller's
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_makers_machine(const struct vectors_makers *makers, uint32_t version,
                                              struct vectors_machine *machine,
                                              struct provision_error *error);

/**
 * Makes certificates and a list of revoked ones for a report.
 *
 * @param report     that the firmware made, signed by the VCEK or the VLEK
 * @param issued     when the leaf becomes valid
 * @param[out] base  to be ended with vectors_base_end()
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_base_begin(const struct vectors_makers *makers,
                                          enum provision_key_kind kind,
                                          const struct snp_report *report, time_t issued,
                                          struct vectors_base *base, struct provision_error *error);

/** Frees and wipes it. */
void vectors_base_end(struct vectors_base *base);

#endif
