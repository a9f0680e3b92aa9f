/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashsticks (hashstick.h). A chain begins at version 255, the highest that a byte holds.
 */
#include "firmware/platform/hashstick.h"

#include "firmware/platform/tcb.h"

#define LABEL_TOP "virtasp-spl-top"
#define LABEL_STEP "virtasp-spl-step"
#define TOP_VERSION 255u

/** Takes a chain's value from one version to a lower one, a step for each. */
static void walk(uint8_t value[CRYPTO_SHA384_BYTES], uint32_t part, uint32_t from, uint32_t to)
{
    struct crypto_sha512 hash;

    for (uint32_t version = from; version > to; version--) {
        const uint8_t place[] = {(uint8_t)part, (uint8_t)version};

        crypto_sha384_start(&hash);
        crypto_sha512_update(&hash, LABEL_STEP, sizeof LABEL_STEP - 1u);
        crypto_sha512_update(&hash, place, sizeof place);
        crypto_sha512_update(&hash, value, CRYPTO_SHA384_BYTES);
        crypto_sha384_finish(&hash, value);
    }
}

void hashstick_make(const uint8_t seed[HASHSTICK_SEED_BYTES], uint64_t tcb, struct hashstick *stick)
{
    struct crypto_sha512 hash;

    for (uint32_t part = 0; part < SNP_TCB_PARTS; part++) {
        const uint8_t number = (uint8_t)part;

        crypto_sha384_start(&hash);
        crypto_sha512_update(&hash, LABEL_TOP, sizeof LABEL_TOP - 1u);
        crypto_sha512_update(&hash, &number, sizeof number);
        crypto_sha512_update(&hash, seed, HASHSTICK_SEED_BYTES);
        crypto_sha384_finish(&hash, stick->parts[part]);
        walk(stick->parts[part], part, TOP_VERSION, tcb_part(tcb, part));
    }
}

bool hashstick_lower(struct hashstick *stick, uint64_t tcb, uint64_t lower)
{
    if (!tcb_is_at_most(lower, tcb)) {
        return false;
    }
    for (uint32_t part = 0; part < SNP_TCB_PARTS; part++) {
        walk(stick->parts[part], part, tcb_part(tcb, part), tcb_part(lower, part));
    }
    return true;
}
