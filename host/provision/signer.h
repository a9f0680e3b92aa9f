/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the chain verification: a public key that may have signed a certificate, from
 * whichever kind of certificate it came.
 */
#ifndef HOST_PROVISION_SIGNER_H
#define HOST_PROVISION_SIGNER_H

#include "abi/sev_certificate.h"
#include "host/provision/rsa.h"

/** Numbers are big-endian. */
struct signer {
    enum sev_usage usage;
    enum sev_algorithm algorithm;
    enum provision_hash hash;
    size_t rsa_bytes; /**< Of modulus and exponent: 256 or 512; 0 for ECDSA. */
    union {
        struct {
            uint8_t modulus[512];
            uint8_t exponent[512];
        } rsa;
        struct {
            uint8_t x[SEV_P384_BYTES];
            uint8_t y[SEV_P384_BYTES];
        } ecdsa;
    } key;
};

/** Offsets in an AMD certificate of either size. */
struct amd_certificate_view {
    struct amd_certificate_header header;
    size_t bytes;            /**< Of each number: 256 or 512. */
    const uint8_t *exponent; /**< Little-endian, as the next two. */
    const uint8_t *modulus;
    const uint8_t *signature;
};

/** @return false when the @p length bytes are no well-formed ARK or ASK */
PROVISION_CHECKED bool signer_view_amd(const uint8_t *certificate, size_t length,
                                       struct amd_certificate_view *view,
                                       struct provision_error *error);

/** The key of an AMD certificate that was viewed before. */
void signer_from_amd(const struct amd_certificate_view *view, struct signer *signer);

/** @return false when the certificate's key is malformed or of a kind that does not sign */
PROVISION_CHECKED bool signer_from_sev(const struct sev_certificate *certificate,
                                       struct signer *signer, struct provision_error *error);

/** @return false when the slot does not hold the signer's signature over the certificate */
PROVISION_CHECKED bool signer_verify_slot(const struct signer *signer,
                                          const struct sev_certificate *certificate,
                                          const struct sev_signature_slot *slot,
                                          struct provision_error *error);

/** @return whether all bytes are zero */
bool signer_all_zero(const void *data, size_t length);

#endif
