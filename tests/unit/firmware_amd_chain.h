/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains of AMD certificates (section 6.5) that OpenSSL makes, of 2048 and of 4096 bits: ASK, ARK, and
 * a CEK certificate below them.
 */
#ifndef TESTS_UNIT_FIRMWARE_AMD_CHAIN_H
#define TESTS_UNIT_FIRMWARE_AMD_CHAIN_H

#include <stdint.h>

#include <openssl/evp.h>

#include "abi/sev_certificate.h"
#include "abi/sev_status.h"

struct chain {
    uint32_t bits;
    uint8_t amd[2u * AMD_CERTIFICATE_BYTES(4096)]; /**< ASK, then ARK, of BITS each. */
    struct sev_certificate cek;
};

struct vendor {
    uint32_t bits;
    EVP_PKEY *ark;
    EVP_PKEY *ask;
    struct chain good;
};

/** One for each size, and the number of them. */
extern struct vendor vendors[];
#define VENDORS 2u

/** Makes board, keys and good chains; for cmocka. */
int make_vendors(void **state);

/** Frees the keys; for cmocka. */
int free_vendors(void **state);

/** @return bytes of one of the chain's two AMD certificates */
uint32_t half(const struct chain *chain);

uint8_t *ask_of(struct chain *chain);
uint8_t *ark_of(struct chain *chain);

/** Signs an AMD certificate again, as it is. */
void sign_amd(EVP_PKEY *key, uint8_t *certificate, uint32_t bits);

/** Has the vendor's ASK sign a CEK certificate in slot 0 or 1. */
void sign_cek(const struct vendor *vendor, struct sev_certificate *cek, uint32_t slot);

/** The chip trusts the root of the chain from now on. */
void trust(const struct chain *chain);

/** Verifies a chain that fits. */
enum sev_status verify(const struct chain *chain);

#endif
