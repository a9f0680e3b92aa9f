/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA on P-384 with the nonce of RFC 6979: the same key and message give the same signature.
 */
#ifndef HOST_VECTORS_ECDSA_H
#define HOST_VECTORS_ECDSA_H

#include "host/provision/provision.h"

#define VECTORS_DIGEST_BYTES 48u /**< SHA-384. */

/** A signature; numbers are big-endian. */
struct vectors_signature {
    uint8_t r[SEV_P384_BYTES];
    uint8_t s[SEV_P384_BYTES];
};

/** Of the curve; big-endian. */
extern const uint8_t vectors_p384_order[SEV_P384_BYTES];

/**
 * Signs a digest.
 *
 * @param d               the private key, big-endian
 * @param digest          SHA-384 of the message
 * @param[out] signature  all of it is written
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_ecdsa_sign(const uint8_t d[SEV_P384_BYTES],
                                          const uint8_t digest[VECTORS_DIGEST_BYTES],
                                          struct vectors_signature *signature,
                                          struct provision_error *error);

#endif
