/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the chip factory: a chip at work, and the files that follow from it.
 */
#ifndef HOST_PROVISION_CHIP_H
#define HOST_PROVISION_CHIP_H

#include <stdint.h>

#include "host/provision/factory_options.h"
#include "host/provision/hashstick.h"
#include "host/provision/product.h"
#include "host/provision/provision.h"
#include "host/provision/vendor.h"

/** Bytes of the name of a CEK certificate in the chip's directory, with a NUL. */
#define PROVISION_CEK_NAME_BYTES                                                                   \
    (sizeof PROVISION_KDS_CEK_DIRECTORY + 1 + (size_t)2 * PROVISION_CHIP_ID_BYTES)

#define PROVISION_FACTS_BYTES_MAX 2048u
#define PROVISION_FACTS_ID "\"chip_id\": \"" /**< Before the ID in the facts. */

struct provision_chip {
    const struct provision_factory_options *options;
    struct provision_bytes rom; /**< Input files; empty when not given. */
    struct provision_bytes firmware;
    struct provision_bytes flash;
    struct provision_vendor vendor;
    const struct provision_product *product;
    EVP_PKEY *ark;
    EVP_PKEY *ask;
    EVP_PKEY *asvk; /**< Of products with SEV-SNP, as the next one. */
    uint8_t csp_secret[PROVISION_CSP_SECRET_BYTES];
    struct provision_image_keys image_keys;
    struct amd_certificate_4096 ark_certificate;
    uint8_t ark_hash[PROVISION_ARK_HASH_BYTES];
    uint8_t root_hash[IMAGE_HASH_BYTES];
    struct fuses fuses;
    struct provision_p384_key cek;
    uint8_t id[PROVISION_CHIP_ID_BYTES];
};

/** @return false when the file holds no fuses of a finished chip, or others may read it */
PROVISION_CHECKED bool provision_chip_read_fuses(const char *path, struct fuses *fuses,
                                                 struct provision_error *error);

/** Derives product, CEK and ID from the fuses; @return false when OpenSSL fails. */
PROVISION_CHECKED bool provision_chip_identify(struct provision_chip *chip,
                                               struct provision_error *error);

/** @return false when the chip's fuses contradict what the user asked for */
PROVISION_CHECKED bool provision_chip_check_fuses(const struct provision_chip *chip,
                                                  struct provision_error *error);

/**
 * Makes the fuses of a new chip; discards a chip that is there.
 *
 * @param path  of the fuses
 * @return false when the secret is unusable, or a file cannot be written or removed
 */
PROVISION_CHECKED bool provision_chip_blow_fuses(struct provision_chip *chip, const char *path,
                                                 struct provision_error *error);

/**
 * Makes the file unless it is there with just this content; replaces other content.
 *
 * @param name  in the chip's directory
 * @return false when the file cannot be written
 */
PROVISION_CHECKED bool provision_chip_publish(const struct provision_chip *chip, const char *name,
                                              const void *data, size_t length, mode_t mode,
                                              struct provision_error *error);

/** Publishes ARK, ASK and the signed CEK certificate; @return false when that fails. */
PROVISION_CHECKED bool provision_chip_certificates(const struct provision_chip *chip,
                                                   struct provision_error *error);

/** Publishes what everyone may know of the chip; @return false when that fails. */
PROVISION_CHECKED bool provision_chip_facts(const struct provision_chip *chip,
                                            struct provision_error *error);

/**
 * Publishes what verifiers of attestation reports need: certificates of VCEK and VLEK, and those above
 * them, at the TCB version of an image, and at that of the firmware as a Linux process.
 *
 * @param security_version  of the image
 * @return false when that fails
 */
PROVISION_CHECKED bool provision_chip_attestation(const struct provision_chip *chip,
                                                  uint32_t security_version,
                                                  struct provision_error *error);

/** Reads the files that make flash bank 0; @return false when one is unusable. */
PROVISION_CHECKED bool provision_chip_read_inputs(struct provision_chip *chip,
                                                  struct provision_error *error);

/** @return false when flash is missing and nothing was given to make it of */
PROVISION_CHECKED bool
provision_chip_check_flash_source(const struct provision_factory_options *options,
                                  struct provision_error *error);

/** Makes flash bank 0, if its content was given; @return false when it would not boot as it is. */
PROVISION_CHECKED bool provision_chip_flash(const struct provision_chip *chip,
                                            struct provision_error *error);

/** @return the security version of the image in flash bank 0; 0 when there is none */
uint32_t provision_chip_security_version(const struct provision_chip *chip);

/** Makes bank 1, blank, unless it is there; @return false when that fails. */
PROVISION_CHECKED bool provision_chip_storage(const struct provision_chip *chip,
                                              struct provision_error *error);

/**
 * Names the CEK certificate of a chip as AMD's key server does: cek/id/ID.
 *
 * @param upper  whether the ID's hexadecimal digits are capital letters
 */
void provision_chip_cek_name(const uint8_t id[PROVISION_CHIP_ID_BYTES], bool upper,
                             char name[PROVISION_CEK_NAME_BYTES]);

/** @return false when stored data, facts or a certificate of a chip are there; its fuses are not */
PROVISION_CHECKED bool provision_chip_check_no_remains(const struct provision_chip *chip,
                                                       struct provision_error *error);

/** Takes the chip's ID from its facts; @return false when they do not tell it. */
PROVISION_CHECKED bool provision_chip_recall_id(const struct provision_chip *chip,
                                                uint8_t id[PROVISION_CHIP_ID_BYTES]);

/**
 * Removes what belongs to one chip alone: its stored data, its facts, and its certificates.
 *
 * @param id  of that chip
 * @return false when a file cannot be removed
 */
PROVISION_CHECKED bool provision_chip_discard(const struct provision_chip *chip,
                                              const uint8_t id[PROVISION_CHIP_ID_BYTES],
                                              struct provision_error *error);

#endif
