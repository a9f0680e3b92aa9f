/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS (RFC 8017) with OpenSSL, for firmware images and for ARK and ASK. The mask generation
 * is MGF1 with the message's hash, the salt is as long as the hash. Numbers are big-endian here.
 */
#ifndef HOST_PROVISION_RSA_H
#define HOST_PROVISION_RSA_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "host/provision/error.h"

#define PROVISION_RSA_BYTES 512u /**< Of every key that is made here. */
#define PROVISION_RSA_EXPONENT 65537u

enum provision_hash {
    PROVISION_SHA256,
    PROVISION_SHA384,
};

/**
 * Hashes @p length bytes at @p data.
 *
 * @param[out] digest  32 or 48 bytes, as @p hash says
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_digest(enum provision_hash hash, const void *data, size_t length,
                                        uint8_t *digest, struct provision_error *error);

/**
 * Reads an RSA-4096 private key from a PEM file that only its owner may open, or makes both.
 *
 * @param path      the file
 * @param create    make a key when there is no file
 * @param[out] key  to be freed with EVP_PKEY_free(); NULL on error
 * @param[out] made whether the key is new
 * @return false when the file cannot be read or written, is open to others, holds no such key, or
 *         is not there and @p create is false
 */
PROVISION_CHECKED bool provision_rsa_open(const char *path, bool create, EVP_PKEY **key, bool *made,
                                          struct provision_error *error);

/** As provision_rsa_open(), but always makes a key; it replaces one that is there. */
PROVISION_CHECKED bool provision_rsa_renew(const char *path, EVP_PKEY **key,
                                           struct provision_error *error);

/**
 * @param[out] modulus  512 bytes; the public exponent is PROVISION_RSA_EXPONENT
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_rsa_modulus(EVP_PKEY *key, uint8_t modulus[PROVISION_RSA_BYTES],
                                             struct provision_error *error);

/**
 * Signs with SHA-384, and checks the signature before it is given out. The salt follows from key
 * and message, so that the same input gives the same signature; it is as unpredictable as the
 * private key to everyone else, which is all that PSS asks of it.
 *
 * @param key             an RSA-4096 private key
 * @param message         @p length bytes
 * @param[out] signature  512 bytes
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_rsa_sign(EVP_PKEY *key, const void *message, size_t length,
                                          uint8_t signature[PROVISION_RSA_BYTES],
                                          struct provision_error *error);

/** A public key as bytes. */
struct provision_rsa_public {
    const uint8_t *modulus;
    const uint8_t *exponent;
    size_t bytes; /**< Of each of the two: 256 or 512. */
};

/**
 * @param signature  as long as the modulus
 * @return false when the signature is not the key's over the message, or the key is none
 */
PROVISION_CHECKED bool provision_rsa_verify(const struct provision_rsa_public *key,
                                            enum provision_hash hash, const void *message,
                                            size_t length, const uint8_t *signature,
                                            struct provision_error *error);

#endif
