/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation keys of the chip (chip_key.h).
 */
#include "firmware/platform/chip_key.h"

#include <string.h>

#include "crypto/aes.h"
#include "crypto/hmac.h"
#include "firmware/platform/hashstick.h"
#include "firmware/platform/product.h"
#include "firmware/platform/tcb.h"

#define LABEL_VCEK_SEED "virtasp-vcek-seed"
#define LABEL_VLEK_WRAP "virtasp-vlek-wrap"
#define LABEL_GUEST_ROOT "virtasp-guest-root"

#define TCB_BYTES 8u

/* What the tag of a wrapped hashstick covers besides it: TCB_VERSION and RESERVED_198. */
#define AAD_OFFSET offsetof(struct snp_wrapped_vlek, tcb_version)
#define AAD_BYTES (offsetof(struct snp_wrapped_vlek, tag) - AAD_OFFSET)

/** A hashstick, and the key that was made of it last. */
struct source {
    const char *label; /**< Of its keys. */
    bool present;
    bool has_key;
    uint64_t tcb;     /**< Of the stick. */
    uint64_t key_tcb; /**< Of the key. */
    struct hashstick stick;
    struct crypto_p384_key key;
};

static struct source sources[] = {
    [CHIP_KEY_VCEK] = {.label = "virtasp-vcek"},
    [CHIP_KEY_VLEK] = {.label = "virtasp-vlek"},
};
static uint8_t wrap_key[32];

/** Makes a source empty. */
static void empty(struct source *source)
{
    source->present = false;
    source->has_key = false;
    crypto_wipe(&source->stick, sizeof source->stick);
    crypto_wipe(&source->key, sizeof source->key);
}

/**
 * Derives bytes from the hashstick of a TCB version.
 *
 * @return false when the source has none of it
 */
static bool derive(const struct source *source, const char *label, uint64_t tcb, uint8_t *output,
                   size_t output_length)
{
    struct hashstick stick = source->stick;
    uint8_t context[TCB_BYTES];
    const bool ok = source->present && hashstick_lower(&stick, source->tcb, tcb);

    if (ok) {
        for (uint32_t part = 0; part < TCB_BYTES; part++) {
            context[part] = tcb_part(tcb, part);
        }
        crypto_kdf(&stick.parts[0][0], sizeof stick, label, context, sizeof context, output,
                   output_length);
    }
    crypto_wipe(&stick, sizeof stick);
    return ok;
}

/** @return a source's key of a TCB version, or NULL */
static const struct crypto_p384_key *key_of(struct source *source, uint64_t tcb)
{
    uint8_t seed[CRYPTO_P384_SEED_BYTES];

    if (source->has_key && source->key_tcb == tcb) {
        return &source->key;
    }
    if (!derive(source, source->label, tcb, seed, sizeof seed)) {
        return NULL;
    }
    source->has_key = crypto_p384_from_seed(seed, &source->key);
    source->key_tcb = tcb;
    crypto_wipe(seed, sizeof seed);
    return source->has_key ? &source->key : NULL;
}

void chip_key_start(const struct fuses *fuses)
{
    struct source *vcek = &sources[CHIP_KEY_VCEK];
    uint8_t seed[HASHSTICK_SEED_BYTES];

    empty(vcek);
    chip_vlek_unload();
    crypto_wipe(wrap_key, sizeof wrap_key);
    if (!product()->has_snp) {
        return;
    }
    crypto_kdf(fuses->chip_secret, sizeof fuses->chip_secret, LABEL_VCEK_SEED, NULL, 0, seed,
               sizeof seed);
    crypto_kdf(fuses->chip_secret, sizeof fuses->chip_secret, LABEL_VLEK_WRAP, NULL, 0, wrap_key,
               sizeof wrap_key);
    vcek->tcb = tcb_current();
    hashstick_make(seed, vcek->tcb, &vcek->stick);
    vcek->present = true;
    crypto_wipe(seed, sizeof seed);
}

const struct crypto_p384_key *chip_vcek(uint64_t tcb)
{
    return key_of(&sources[CHIP_KEY_VCEK], tcb);
}

const struct crypto_p384_key *chip_vlek(uint64_t tcb)
{
    return key_of(&sources[CHIP_KEY_VLEK], tcb);
}

enum sev_status chip_vlek_load(const struct snp_wrapped_vlek *wrapped)
{
    struct source *vlek = &sources[CHIP_KEY_VLEK];
    struct hashstick stick;

    if (!product()->has_snp || wrapped->reserved_198 != 0 ||
        !tcb_is_at_most(wrapped->tcb_version, tcb_current())) {
        return SEV_STATUS_INVALID_PARAM;
    }
    if (!crypto_aes256_gcm_open(wrap_key, wrapped->iv, (const uint8_t *)wrapped + AAD_OFFSET,
                                AAD_BYTES, wrapped->wrapped, &stick.parts[0][0], sizeof stick,
                                wrapped->tag)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    empty(vlek);
    vlek->stick = stick;
    vlek->tcb = wrapped->tcb_version;
    vlek->present = true;
    crypto_wipe(&stick, sizeof stick);
    return SEV_STATUS_SUCCESS;
}

void chip_vlek_unload(void)
{
    empty(&sources[CHIP_KEY_VLEK]);
}

bool chip_vlek_is_loaded(void)
{
    return sources[CHIP_KEY_VLEK].present;
}

bool chip_key_is_available(enum chip_key_kind kind, uint64_t tcb)
{
    return sources[kind].present && tcb_is_at_most(tcb, sources[kind].tcb);
}

bool chip_guest_root(enum chip_key_kind kind, uint64_t tcb, uint8_t root[CHIP_GUEST_ROOT_BYTES])
{
    memset(root, 0, CHIP_GUEST_ROOT_BYTES);
    return derive(&sources[kind], LABEL_GUEST_ROOT, tcb, root, CHIP_GUEST_ROOT_BYTES);
}
