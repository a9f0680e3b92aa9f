/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chip is made of: fuses, endorsement key, and the certificates above it (SEV API sections
 * 5.2 and 6). Written with OpenSSL from the specification alone; it shares no code with the
 * firmware, so that each checks the other.
 */
#ifndef HOST_PROVISION_PROVISION_H
#define HOST_PROVISION_PROVISION_H

#include <openssl/types.h>
#include <stdint.h>

#include "abi/fuses.h"
#include "abi/sev_certificate.h"
#include "host/provision/error.h"

#define PROVISION_CHIP_SECRET_BYTES 32u
#define PROVISION_CHIP_ID_BYTES 64u
#define PROVISION_ARK_HASH_BYTES 32u

/** KEY_ID of our ARK and ASK: 16 bytes of text, so that nobody can take them for AMD's. */
#define PROVISION_ARK_KEY_ID "VIRTASP-TEST-ARK"
#define PROVISION_ASK_KEY_ID "VIRTASP-TEST-ASK"

/** A P-384 key pair; numbers are big-endian. */
struct provision_p384_key {
    uint8_t d[SEV_P384_BYTES]; /**< Secret, in [1, n - 1]. */
    uint8_t x[SEV_P384_BYTES];
    uint8_t y[SEV_P384_BYTES];
};

/**
 * Fills in the fuses of a chip that is ready for use.
 *
 * @param chip_secret               32 bytes, not all zero
 * @param firmware_root_hash        48 bytes, see provision_image_root_hash()
 * @param ark_hash                  32 bytes, see provision_ark_hash()
 * @param minimum_security_version  of firmware that may boot
 * @param product                   enum snp_product
 * @param report_version            of attestation reports; 0 = the product's
 * @param[out] fuses                all of it is written
 * @return false when the secret is all zero, or there is no such product or report version
 */
PROVISION_CHECKED bool provision_make_fuses(const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES],
                                            const uint8_t firmware_root_hash[48],
                                            const uint8_t ark_hash[PROVISION_ARK_HASH_BYTES],
                                            uint32_t minimum_security_version, uint32_t product,
                                            uint32_t report_version, struct fuses *fuses,
                                            struct provision_error *error);

/** @return false when these are not the fuses of a chip that is ready for use */
PROVISION_CHECKED bool provision_check_fuses(const struct fuses *fuses,
                                             struct provision_error *error);

/**
 * The key derivation of the SEV API (7.2): counter mode, HMAC-SHA-256.
 *
 * @param key          @p key_length bytes
 * @param label        text, without its NUL
 * @param context      @p context_length bytes, may be NULL when that is 0
 * @param[out] output  @p output_length bytes
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_kdf(const uint8_t *key, size_t key_length, const char *label,
                                     const uint8_t *context, size_t context_length, uint8_t *output,
                                     size_t output_length, struct provision_error *error);

#define PROVISION_P384_SEED_BYTES                                                                  \
    56u /**< 384 bits, and 64 more so that the remainder is even (FIPS 186-4, B.4.1). */

/** Makes the key d = (seed mod (n - 1)) + 1; @return false when OpenSSL fails. */
PROVISION_CHECKED bool provision_p384_from_seed(const uint8_t seed[PROVISION_P384_SEED_BYTES],
                                                struct provision_p384_key *key,
                                                struct provision_error *error);

/**
 * Derives a chip's endorsement key: K = KDF(secret, 56 bytes, "sev-chip-endorsement-key"),
 * d = (K mod (n - 1)) + 1 (5.2).
 *
 * @param[out] cek  to be wiped by the caller
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_derive_cek(const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES],
                                            struct provision_p384_key *cek,
                                            struct provision_error *error);

/** Makes a random P-384 key, for owners (OCA) and guests; @return false when OpenSSL fails. */
PROVISION_CHECKED bool provision_p384_generate(struct provision_p384_key *key,
                                               struct provision_error *error);

/**
 * The ID that GET_ID returns: SHA-512 of QX || QY, both 48 bytes big-endian.
 *
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_chip_id(const struct provision_p384_key *cek,
                                         uint8_t id[PROVISION_CHIP_ID_BYTES],
                                         struct provision_error *error);

/**
 * Fills in a SEV certificate for a P-384 key, with both signature slots empty (6.2).
 *
 * @param usage, algorithm  of the key
 * @param api_major, api_minor  of the firmware that makes it
 * @param[out] certificate  all of it is written
 */
void provision_sev_certificate(const struct provision_p384_key *key, enum sev_usage usage,
                               enum sev_algorithm algorithm, uint8_t api_major, uint8_t api_minor,
                               struct sev_certificate *certificate);

/**
 * Signs a SEV certificate with ECDSA P-384 and SHA-256.
 *
 * @param[in,out] certificate  its slot @p slot is written
 * @param slot                 0 or 1 (the specification counts from 1)
 * @param signer               the signing key
 * @param signer_usage         what the signing key is used as
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_sign_sev_certificate(struct sev_certificate *certificate,
                                                      unsigned int slot,
                                                      const struct provision_p384_key *signer,
                                                      enum sev_usage signer_usage,
                                                      struct provision_error *error);

/**
 * Fills in the CEK certificate as the firmware exports it: both slots empty.
 *
 * @param[out] certificate  all of it is written
 */
void provision_cek_certificate(const struct provision_p384_key *cek,
                               struct sev_certificate *certificate);

/**
 * Signs a CEK certificate with the ASK, in slot 1 (RSA-PSS, SHA-384). Same input, same bytes.
 *
 * @param[in,out] certificate  its first slot is written
 * @param ask                  an RSA-4096 private key
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_sign_cek(struct sev_certificate *certificate, EVP_PKEY *ask,
                                          struct provision_error *error);

/**
 * Makes an ARK or ASK certificate (6.5): 4096 bits, signed with PSS and SHA-384.
 *
 * @param key               its public part goes into the certificate
 * @param usage             SEV_USAGE_ARK (signer is the key itself) or SEV_USAGE_ASK
 * @param signer            the ARK's private key
 * @param[out] certificate  all of it is written
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_amd_certificate(EVP_PKEY *key, enum sev_usage usage,
                                                 EVP_PKEY *signer,
                                                 struct amd_certificate_4096 *certificate,
                                                 struct provision_error *error);

/**
 * What the fuses hold of the platform root: SHA-256 of the certificate's signed bytes.
 *
 * @return false when OpenSSL fails
 */
PROVISION_CHECKED bool provision_ark_hash(const struct amd_certificate_4096 *ark,
                                          uint8_t hash[PROVISION_ARK_HASH_BYTES],
                                          struct provision_error *error);

/** Writes @p length bytes as lower-case hexadecimal text with a NUL, 2 * length + 1 bytes. */
void provision_hex(const uint8_t *bytes, size_t length, char *text);

/** Copies @p length bytes in reverse: big-endian to little-endian and back. */
void provision_reverse(uint8_t *to, const uint8_t *from, size_t length);

#endif
