/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates byte by byte (section 6), and their signatures with OpenSSL.
 */
#ifndef TESTS_CONFORMANCE_CERTIFICATES_H
#define TESTS_CONFORMANCE_CERTIFICATES_H

#include "tests/conformance/suite.h"

/** What a signature slot must hold; usage SEV_USAGE_INVALID = it is empty. */
struct expected_slot {
    enum sev_usage usage;
    enum sev_algorithm algorithm;
};

/** Fails the test unless every byte outside of coordinates and signatures is as section 6.2 says. */
void assert_certificate(const struct sev_certificate *certificate, enum sev_usage usage,
                        enum sev_algorithm algorithm, const struct expected_slot slots[2]);

/** assert_certificate() of a self-owned platform's PDH, PEK, OCA and CEK. */
void assert_platform_certificates(const struct sev_certificate *pdh,
                                  const struct sev_certificate_chain *chain);

/** Verifies the chain from the chip's key distribution directory down to the PDH. */
void assert_chain_verifies(const struct sev_certificate *pdh,
                           const struct sev_certificate_chain *chain);

/** Reads a file of the chip's key distribution directory: kds/NAME. @return its length */
size_t read_kds(const char *name, void *bytes, size_t length);

/** The CEK certificate that the ASK signed; its name is the ID that GET_ID returns. */
void read_signed_cek(struct sev_certificate *cek);

/** GET_ID of socket 0. */
void read_chip_id(uint8_t id[SEV_CHIP_ID_BYTES]);

#endif
