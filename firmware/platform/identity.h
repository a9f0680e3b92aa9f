/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's identity: OCA, PEK and PDH keys and certificates, and who owns the platform
 * (sections 3.4, 5.3). It is what persistent data holds, and changes only as a whole.
 */
#ifndef FIRMWARE_PLATFORM_IDENTITY_H
#define FIRMWARE_PLATFORM_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/sev_certificate.h"
#include "crypto/p384.h"

#define IDENTITY_VERSION 1u

enum identity_owner {
    IDENTITY_SELF_OWNED = 0,
    IDENTITY_EXTERNALLY_OWNED = 1,
};

/** Persisted as it is (encrypted). OCA_KEY.d is zero on an externally owned platform. */
struct identity {
    uint32_t version;
    uint32_t owner; /**< enum identity_owner */
    struct crypto_p384_key oca_key;
    struct crypto_p384_key pek_key;
    struct crypto_p384_key pdh_key;
    struct sev_certificate oca;
    struct sev_certificate pek;
    struct sev_certificate pdh;
    uint32_t reserved;
};
_Static_assert(sizeof(struct identity) == 8 + 3 * 144 + 3 * 0x824 + 4, "identity has padding");

/**
 * Whether an identity that was read back has the layout above; wipes it when not.
 *
 * @param[in,out] identity  as it was persisted, authenticated
 */
CRYPTO_CHECKED bool identity_accept(struct identity *identity);

/* Each of these changes the given identity only, not what is in force or persisted, and returns
 * false when the random generator fails: the identity must then be thrown away. */

/** New self-signed OCA, new PEK, new PDH: a blank platform, or one given back to itself. */
CRYPTO_CHECKED bool identity_create(struct identity *identity);

/** New PEK, signed by the OCA (slot 1) and the CEK (slot 2), and new PDH. Self-owned only. */
CRYPTO_CHECKED bool identity_new_pek(struct identity *identity);

/** New PDH, signed by the PEK. */
CRYPTO_CHECKED bool identity_new_pdh(struct identity *identity);

/**
 * The platform gets an external owner: its OCA, the PEK certificate it signed (to which the CEK's
 * signature is added in the empty slot), and a new PDH.
 */
CRYPTO_CHECKED bool identity_import(struct identity *identity, const struct sev_certificate *pek,
                                    const struct sev_certificate *oca);

#endif
