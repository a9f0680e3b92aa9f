/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware computes, computed again with OpenSSL, from the specification alone. Numbers
 * are big-endian, as OpenSSL has them; a certificate's are little-endian.
 */
#ifndef TESTS_UNIT_FIRMWARE_ORACLE_H
#define TESTS_UNIT_FIRMWARE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "abi/sev_data.h"

#define ORACLE_NUMBER 48u

/** A P-384 key, or its public half. */
struct oracle_key {
    uint8_t d[ORACLE_NUMBER];
    uint8_t x[ORACLE_NUMBER];
    uint8_t y[ORACLE_NUMBER];
};

/** Fills in X and Y from D. */
void oracle_public(struct oracle_key *key);

/** Makes a random key. */
void oracle_generate(struct oracle_key *key);

/** Makes the key with D = (seed mod (n - 1)) + 1 (section 5.2); the seed is 56 bytes, big-endian. */
void oracle_from_seed(struct oracle_key *key, const uint8_t seed[56]);

/** Fails the test unless the id is SHA-512(X || Y). */
void oracle_check_chip_id(const struct oracle_key *cek, const uint8_t id[64]);

/** X coordinate of D times (X, Y) of @p peer; fails the test when @p peer is not on the curve. */
void oracle_ecdh(const struct oracle_key *own, const struct oracle_key *peer,
                 uint8_t shared[ORACLE_NUMBER]);

void oracle_sha256(const void *data, size_t length, uint8_t digest[32]);
void oracle_hmac(const uint8_t key[16], const void *data, size_t length, uint8_t mac[32]);

/** SP 800-108 as in section 7.2 of the API. */
void oracle_kdf(const uint8_t *key, size_t key_length, const char *label, const uint8_t *context,
                size_t context_length, uint8_t *output, size_t length);

void oracle_aes128_ctr(const uint8_t key[16], const uint8_t iv[16], const void *input, void *output,
                       size_t length);

/** Encrypts or decrypts one 4 KiB page as the memory controller does (docs/fabric.md). */
void oracle_page(const uint8_t data_key[16], const uint8_t tweak_key[16], uint64_t paddr,
                 const uint8_t *input, uint8_t *output, bool encrypt);

/** Copies memory that stands encrypted in DRAM: decrypts every page it lies in. */
void oracle_read_memory(uint32_t asid, uint64_t paddr, void *output, size_t length);

/** Puts memory into DRAM encrypted; @p paddr and @p length are multiples of 4096. */
void oracle_write_memory(uint32_t asid, uint64_t paddr, const void *input, size_t length);

/** Makes a certificate with empty slots for the key's public half. */
void oracle_certificate(struct sev_certificate *certificate, uint32_t usage, uint32_t algorithm,
                        const struct oracle_key *key);

/** Signs a certificate; @p algorithm ECDSA_SHA256 or ECDSA_SHA384. */
void oracle_sign(struct sev_certificate *certificate, uint32_t slot, uint32_t usage,
                 uint32_t algorithm, const struct oracle_key *signer);

/** @return whether the slot holds a valid signature, with that usage, by the key of @p signer */
bool oracle_verify(const struct sev_certificate *certificate, uint32_t slot, uint32_t usage,
                   const struct sev_certificate *signer);

/** Reads the public half of a certificate's key. */
void oracle_read_key(const struct sev_certificate *certificate, struct oracle_key *key);

/** Wraps the keys for the platform with certificate @p pdh, as a guest owner does (7.3). */
void oracle_session(struct sev_session *session, const struct oracle_key *owner,
                    const struct sev_certificate *pdh, uint32_t policy,
                    const struct sev_transport_keys *keys);

#endif
