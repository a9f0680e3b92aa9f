/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's private keys, each in a PEM file of one directory. Chips that are made with the same
 * directory have the same roots.
 */
#ifndef HOST_PROVISION_VENDOR_H
#define HOST_PROVISION_VENDOR_H

#include <openssl/types.h>
#include <stdio.h>

#include "host/provision/error.h"
#include "host/provision/hashstick.h"
#include "host/provision/image.h"

enum provision_vendor_key {
    PROVISION_FIRMWARE_ROOT,    /**< firmware-root.pem: its hash is in the fuses. */
    PROVISION_FIRMWARE_SIGNING, /**< firmware-signing.pem: signs images. */
    PROVISION_ARK,  /**< ark.pem: platform root; its certificate's hash is in the fuses. */
    PROVISION_ASK,  /**< ask.pem: signs the CEK and VCEK certificates of chips. */
    PROVISION_ASVK, /**< asvk.pem: signs the VLEK certificates of cloud providers. */
};

struct provision_vendor {
    const char *directory; /**< Exists; see provision_vendor_lock(). */
    FILE *log;             /**< Gets a line for each key that is made. */
};

/**
 * Makes the directory unless it exists, and keeps other factories out of it.
 *
 * @param[out] lock  pass it to provision_directory_unlock()
 * @return false when the directory cannot be made or locked
 */
PROVISION_CHECKED bool provision_vendor_lock(const struct provision_vendor *vendor, int *lock,
                                             struct provision_error *error);

/**
 * Opens a key.
 *
 * @param create    make it when its file does not exist
 * @param[out] key  to be freed with EVP_PKEY_free(); NULL on error
 * @return false as of provision_rsa_open()
 */
PROVISION_CHECKED bool provision_vendor_open(const struct provision_vendor *vendor,
                                             enum provision_vendor_key which, bool create,
                                             EVP_PKEY **key, struct provision_error *error);

/** As provision_vendor_open(), but replaces the key by a new one. */
PROVISION_CHECKED bool provision_vendor_renew(const struct provision_vendor *vendor,
                                              enum provision_vendor_key which, EVP_PKEY **key,
                                              struct provision_error *error);

/**
 * Reads the secret of the test cloud provider, csp.secret, from which its VLEKs come.
 *
 * @param create       make it when its file does not exist
 * @param[out] secret  to be wiped by the caller
 * @return false when the file cannot be read or written, is open to others, or has another size
 */
PROVISION_CHECKED bool provision_vendor_csp_secret(const struct provision_vendor *vendor,
                                                   bool create,
                                                   uint8_t secret[PROVISION_CSP_SECRET_BYTES],
                                                   struct provision_error *error);

/**
 * Remembers where a chip's vendor keeps its keys: makes a symbolic link to the directory, or
 * changes one. The link is relative, so that both can be moved together. Leaves a directory of that name alone.
 *
 * @param link  name of the link
 * @return false when the link cannot be made
 */
PROVISION_CHECKED bool provision_vendor_remember(const struct provision_vendor *vendor,
                                                 const char *link, struct provision_error *error);

/** Frees both keys; NULL is fine. */
void provision_image_keys_free(struct provision_image_keys *keys);

#endif
