/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner of an SNP guest does, far from the machine: computes what must be measured, and
 * verifies reports up to the root. Written from docs/snp.md and docs/attestation.md with OpenSSL;
 * nothing of it comes from the firmware.
 */
#ifndef HOST_DEMO_SNP_OWNER_H
#define HOST_DEMO_SNP_OWNER_H

#include <stdbool.h>

#include "abi/snp_report.h"
#include "host/demo/snp_image.h"
#include "host/provision/error.h"

/** What a report must say. */
struct snp_expectation {
    uint8_t measurement[SNP_DIGEST_BYTES];
    uint8_t report_data[SNP_REPORT_DATA_BYTES];
    uint8_t id_key_digest[SNP_DIGEST_BYTES]; /**< Of the ID block's key; 0 without one. */
    uint64_t policy;
};

/**
 * Computes the launch digest of an image.
 *
 * @param[out] digest  as MEASUREMENT of a report has it
 * @return false when OpenSSL fails
 */
bool snp_owner_measure(const struct snp_image *image, uint8_t digest[SNP_DIGEST_BYTES])
    __attribute__((warn_unused_result));

/**
 * Verifies a report by the files of a key server: ARK, ASK, VCEK, the report's signature, TCB version
 * and chip in the certificate; then what it says.
 *
 * @param directory    of the chip; its kds directory is read, and nothing else
 * @param[out] reason  why it is refused
 */
bool snp_owner_accepts(const char *directory, const struct snp_report *report,
                       const struct snp_expectation *expectation, struct provision_error *reason)
    __attribute__((warn_unused_result));

#endif
