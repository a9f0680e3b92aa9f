/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a chip at a TCB version (chip_keys.h).
 */
#include "tests/snp/chip_keys.h"

#include <string.h>

#include "tests/snp/bytes.h"
#include "tests/snp/gcm.h"
#include "tests/snp/hash.h"
#include "tests/snp/p384.h"

#define STICK_SEED_BYTES 48u
#define TOP 255u

#define WRAPPED_IV 0x000u
#define WRAPPED_STICK 0x010u
#define WRAPPED_TCB 0x190u
#define WRAPPED_TAG 0x1A0u

static const char top_label[] = "virtasp-spl-top";
static const char step_label[] = "virtasp-spl-step";

/* K(n) becomes K(n - 1), down to the version wanted. */
static void walk(uint8_t *value, uint8_t part, unsigned from, unsigned to)
{
    uint8_t message[sizeof step_label - 1 + 2 + WITNESS_STICK_PART];
    uint8_t *at = message + sizeof step_label - 1;

    memcpy(message, step_label, sizeof step_label - 1);
    for (unsigned n = from; n > to; n--) {
        at[0] = part;
        at[1] = (uint8_t)n;
        memcpy(at + 2, value, WITNESS_STICK_PART);
        witness_sha384(message, sizeof message, value);
    }
}

static uint8_t part_of(uint64_t tcb, unsigned part)
{
    return (uint8_t)(tcb >> (8 * part));
}

static void make_stick(const uint8_t *secret, size_t length, const char *label, uint64_t tcb,
                       struct witness_stick *stick)
{
    const struct witness_kdf kdf = {.key = secret, .key_length = length, .label = label};
    uint8_t message[sizeof top_label - 1 + 1 + STICK_SEED_BYTES];

    memcpy(message, top_label, sizeof top_label - 1);
    witness_derive(&kdf, message + sizeof top_label, STICK_SEED_BYTES);
    for (uint8_t part = 0; part < WITNESS_TCB_PARTS; part++) {
        message[sizeof top_label - 1] = part;
        witness_sha384(message, sizeof message, stick->parts[part]);
        walk(stick->parts[part], part, TOP, part_of(tcb, part));
    }
    stick->tcb = tcb;
}

void witness_vcek_stick(const uint8_t secret[WITNESS_CHIP_SECRET_BYTES], uint64_t tcb,
                        struct witness_stick *stick)
{
    make_stick(secret, WITNESS_CHIP_SECRET_BYTES, "virtasp-vcek-seed", tcb, stick);
}

void witness_vlek_stick(const uint8_t *secret, size_t length, uint64_t tcb,
                        struct witness_stick *stick)
{
    make_stick(secret, length, "virtasp-vlek-seed", tcb, stick);
}

bool witness_stick_lower(struct witness_stick *stick, uint64_t tcb)
{
    for (unsigned part = 0; part < WITNESS_TCB_PARTS; part++) {
        if (part_of(tcb, part) > part_of(stick->tcb, part)) {
            return false;
        }
    }
    for (uint8_t part = 0; part < WITNESS_TCB_PARTS; part++) {
        walk(stick->parts[part], part, part_of(stick->tcb, part), part_of(tcb, part));
    }
    stick->tcb = tcb;
    return true;
}

static void derive(const struct witness_stick *stick, const char *label, uint8_t *output,
                   size_t length)
{
    uint8_t tcb[8];
    const struct witness_kdf kdf = {
        .key = stick->parts[0],
        .key_length = sizeof stick->parts,
        .label = label,
        .context = tcb,
        .context_length = sizeof tcb,
    };

    witness_store64(tcb, stick->tcb);
    witness_derive(&kdf, output, length);
}

EVP_PKEY *witness_vcek(const struct witness_stick *stick)
{
    uint8_t seed[WITNESS_SEED_BYTES];

    derive(stick, "virtasp-vcek", seed, sizeof seed);
    return witness_p384_from_seed(seed);
}

EVP_PKEY *witness_vlek(const struct witness_stick *stick)
{
    uint8_t seed[WITNESS_SEED_BYTES];

    derive(stick, "virtasp-vlek", seed, sizeof seed);
    return witness_p384_from_seed(seed);
}

void witness_guest_root(const struct witness_stick *stick, uint8_t root[32])
{
    derive(stick, "virtasp-guest-root", root, 32);
}

void witness_vlek_wrap(const uint8_t secret[WITNESS_CHIP_SECRET_BYTES],
                       const struct witness_stick *stick, const uint8_t iv[12],
                       uint8_t wrapped[WITNESS_WRAPPED_VLEK_BYTES])
{
    const struct witness_kdf kdf = {
        .key = secret,
        .key_length = WITNESS_CHIP_SECRET_BYTES,
        .label = "virtasp-vlek-wrap",
    };
    uint8_t key[32];
    struct witness_gcm gcm = {
        .key = key,
        .aad = wrapped + WRAPPED_TCB,
        .aad_length = WRAPPED_TAG - WRAPPED_TCB,
    };

    witness_derive(&kdf, key, sizeof key);
    memset(wrapped, 0, WITNESS_WRAPPED_VLEK_BYTES);
    memcpy(wrapped + WRAPPED_IV, iv, sizeof gcm.iv);
    memcpy(gcm.iv, iv, sizeof gcm.iv);
    witness_store64(wrapped + WRAPPED_TCB, stick->tcb);
    witness_gcm_seal(&gcm, stick->parts[0], wrapped + WRAPPED_STICK, sizeof stick->parts,
                     wrapped + WRAPPED_TAG);
}
