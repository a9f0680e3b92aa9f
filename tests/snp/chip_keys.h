/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a chip at a TCB version (docs/specification.md): VCEK, VLEK, and the roots of keys
 * derived for guests. A stick holds a chain value per part of the version; it goes down, never up.
 *
 *     witness_vcek_stick(fuses.chip_secret, reported_tcb, &stick);
 *     EVP_PKEY *vcek = witness_vcek(&stick);
 *     assert_true(witness_report_is_signed(report, vcek));
 */
#ifndef TESTS_SNP_CHIP_KEYS_H
#define TESTS_SNP_CHIP_KEYS_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WITNESS_TCB_PARTS 8u
#define WITNESS_STICK_PART 48u
#define WITNESS_CHIP_SECRET_BYTES 32u
#define WITNESS_WRAPPED_VLEK_BYTES 432u

/** Chain values of a TCB version. The bytes of @p parts are the hashstick as it is handed over. */
struct witness_stick {
    uint8_t parts[WITNESS_TCB_PARTS][WITNESS_STICK_PART];
    uint64_t tcb;
};

/** A chip's stick. @param secret  32 bytes, of the fuses */
void witness_vcek_stick(const uint8_t secret[WITNESS_CHIP_SECRET_BYTES], uint64_t tcb,
                        struct witness_stick *stick);

/** A cloud provider's stick, from the key server's secret of that provider. */
void witness_vlek_stick(const uint8_t *secret, size_t length, uint64_t tcb,
                        struct witness_stick *stick);

/** Walks down. @return false, with nothing changed, unless every part of @p tcb is as low or lower */
bool witness_stick_lower(struct witness_stick *stick, uint64_t tcb)
    __attribute__((warn_unused_result));

/** @return the signing key, with its secret half; to be freed */
EVP_PKEY *witness_vcek(const struct witness_stick *stick);
EVP_PKEY *witness_vlek(const struct witness_stick *stick);

/** The root of keys derived for guests (derived_key.h). */
void witness_guest_root(const struct witness_stick *stick, uint8_t root[32]);

/**
 * Wraps a provider's stick for a chip, as VLEK_LOAD takes it.
 *
 * @param secret  the chip's
 * @param iv      12 bytes, different each time
 */
void witness_vlek_wrap(const uint8_t secret[WITNESS_CHIP_SECRET_BYTES],
                       const struct witness_stick *stick, const uint8_t iv[12],
                       uint8_t wrapped[WITNESS_WRAPPED_VLEK_BYTES]);

#endif
