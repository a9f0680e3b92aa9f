/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a corpus of test vectors follows from: one text, and from it every key, so that the same text
 * gives the same bytes. Such keys are no secrets.
 */
#ifndef HOST_VECTORS_SEED_H
#define HOST_VECTORS_SEED_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "host/provision/error.h"

#define VECTORS_SECRET_BYTES 32u

/** What everything is derived from. */
struct vectors_seed {
    uint8_t secret[VECTORS_SECRET_BYTES];
};

/**
 * Takes the user's text.
 *
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_seed_read(const char *text, struct vectors_seed *seed,
                                         struct provision_error *error);

/**
 * Derives bytes.
 *
 * @param purpose      text that no other use has
 * @param[out] output  @p length bytes
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_derive(const struct vectors_seed *seed, const char *purpose,
                                      uint8_t *output, size_t length,
                                      struct provision_error *error);

/**
 * Derives an RSA-4096 key with the exponent 65537.
 *
 * @param purpose   as above
 * @param[out] key  private, to be freed with EVP_PKEY_free(); NULL on error
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool vectors_derive_rsa(const struct vectors_seed *seed, const char *purpose,
                                          EVP_PKEY **key, struct provision_error *error);

#endif
