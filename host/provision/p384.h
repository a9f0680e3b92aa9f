/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 with OpenSSL: keys as EVP_PKEY, and ECDSA signatures as two numbers.
 */
#ifndef HOST_PROVISION_P384_H
#define HOST_PROVISION_P384_H

#include <openssl/types.h>

#include "host/provision/provision.h"
#include "host/provision/rsa.h"

/**
 * @param x, y      48 bytes each, big-endian
 * @param d         48 bytes, big-endian; NULL for a public key
 * @return the key, to be freed with EVP_PKEY_free(); NULL when the point is not on the curve, or
 *         OpenSSL fails
 */
EVP_PKEY *provision_p384_pkey(const uint8_t x[SEV_P384_BYTES], const uint8_t y[SEV_P384_BYTES],
                              const uint8_t *d);

/**
 * @param r, s  48 bytes each, big-endian
 * @return false when the signature is not the key's over the message, or the point is not on the
 *         curve
 */
PROVISION_CHECKED bool provision_p384_verify(const uint8_t x[SEV_P384_BYTES],
                                             const uint8_t y[SEV_P384_BYTES],
                                             enum provision_hash hash, const void *message,
                                             size_t length, const uint8_t r[SEV_P384_BYTES],
                                             const uint8_t s[SEV_P384_BYTES],
                                             struct provision_error *error);

#endif
