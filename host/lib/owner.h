/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest owner: someone far from the machine who trusts its firmware, not its hypervisor. Makes
 * the session for LAUNCH_START, checks the measurement and seals secrets. SEV firmware API,
 * "Cryptographic protocols"; uses nothing of the firmware but its wire layouts.
 */
#ifndef HOST_LIB_OWNER_H
#define HOST_LIB_OWNER_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_data.h"

struct owner {
    EVP_PKEY *key; /**< Diffie-Hellman key pair. */
    struct sev_transport_keys transport;
    uint32_t policy;
    uint8_t measure[SEV_MAC_BYTES]; /**< The measurement that was accepted. */
    bool accepted;                  /**< Secrets may be sealed. */
};

/** The owner's knowledge of what should have been launched, and by which firmware. */
struct owner_expectation {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES];
};

/**
 * Makes an owner with a fresh key pair and fresh transport keys.
 *
 * @param policy  of the guest
 * @return false when the library fails; owner_close() it in any case
 */
bool owner_open(struct owner *owner, uint32_t policy) __attribute__((warn_unused_result));

/** Wipes all keys. */
void owner_close(struct owner *owner);

/** @param[out] certificate  the owner's Diffie-Hellman certificate, which nobody signs */
bool owner_certificate(const struct owner *owner, struct sev_certificate *certificate)
    __attribute__((warn_unused_result));

/**
 * Makes the session for LAUNCH_START.
 *
 * @param pdh           the platform's PDH certificate; its chain has been verified
 * @param[out] session  with a fresh nonce and IV
 * @return false when the PDH key is no P-384 key, or the library fails
 */
bool owner_make_session(const struct owner *owner, const struct sev_certificate *pdh,
                        struct sev_session *session) __attribute__((warn_unused_result));

/**
 * Computes what LAUNCH_MEASURE must return.
 *
 * @param mnonce        of the measurement
 * @param[out] measure  SEV_MAC_BYTES
 * @return false when the library fails
 */
bool owner_measure(const struct owner *owner, const struct owner_expectation *expectation,
                   const uint8_t mnonce[SEV_NONCE_BYTES], uint8_t measure[SEV_MAC_BYTES])
    __attribute__((warn_unused_result));

/**
 * Checks what LAUNCH_MEASURE returned; only afterwards are secrets sealed.
 *
 * @return true when firmware, policy and launched data are what the owner expects
 */
bool owner_accepts(struct owner *owner, const struct owner_expectation *expectation,
                   const struct sev_measurement *measurement) __attribute__((warn_unused_result));

/**
 * Seals a secret for LAUNCH_UPDATE_SECRET.
 *
 * @param secret, length  a multiple of SEV_BLOCK_BYTES, at most SEV_PACKET_MAX
 * @param[out] header     with a fresh IV
 * @param[out] data       @p length bytes of ciphertext
 * @return false when no measurement has been accepted, the length is wrong, or the library fails
 */
bool owner_seal_secret(const struct owner *owner, const void *secret, uint32_t length,
                       struct sev_packet_header *header, void *data)
    __attribute__((warn_unused_result));

/**
 * Checks an attestation report: it answers this nonce, is about what the owner expects, and the
 * platform's PEK has signed it.
 *
 * @param policy         of the guest
 * @param launch_digest  what should have been launched
 * @param mnonce         the nonce that was asked with
 * @param pek            the platform's PEK certificate; its chain has been verified
 */
bool owner_accepts_report(uint32_t policy, const uint8_t launch_digest[SEV_LAUNCH_DIGEST_BYTES],
                          const uint8_t mnonce[SEV_NONCE_BYTES], const struct sev_certificate *pek,
                          const struct sev_attestation_report *report)
    __attribute__((warn_unused_result));

#endif
