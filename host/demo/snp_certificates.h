/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates behind a report: ARK signs ASK, ASK signs VCEK, the VCEK's key signs the report.
 */
#ifndef HOST_DEMO_SNP_CERTIFICATES_H
#define HOST_DEMO_SNP_CERTIFICATES_H

#include <stdbool.h>

#include "abi/snp_report.h"
#include "host/provision/error.h"
#include "host/provision/files.h"

/** Reads a file of a chip's directory, of at most 64 KiB. @param[out] bytes  to be freed */
bool snp_certificates_fetch(const char *directory, const char *name, struct provision_bytes *bytes,
                            struct provision_error *reason) __attribute__((warn_unused_result));

/**
 * @param directory    of the chip, with kds/vcek/v1/...
 * @param report       signed by a VCEK
 * @param[out] reason  which link does not hold
 * @return whether the chain holds from the ARK down to the report's signature, and the certificate is
 *         for the report's chip and TCB version
 */
bool snp_certificates_vouch(const char *directory, const struct snp_report *report,
                            struct provision_error *reason) __attribute__((warn_unused_result));

#endif
