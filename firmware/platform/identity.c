/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making identities (identity.h).
 */
#include "firmware/platform/identity.h"

#include "firmware/platform/certificate.h"
#include "firmware/platform/chip.h"

bool identity_accept(struct identity *identity)
{
    if (identity->version != IDENTITY_VERSION) {
        crypto_wipe(identity, sizeof *identity);
        return false;
    }
    return true;
}

/** New OCA that signs itself. */
static bool new_oca(struct identity *identity)
{
    if (!crypto_p384_generate(&identity->oca_key)) {
        return false;
    }
    certificate_make(&identity->oca, SEV_USAGE_OCA, SEV_ALGORITHM_ECDSA_SHA256,
                     &identity->oca_key.public_key);
    return certificate_sign(&identity->oca, 0, SEV_USAGE_OCA, &identity->oca_key);
}

bool identity_new_pdh(struct identity *identity)
{
    if (!crypto_p384_generate(&identity->pdh_key)) {
        return false;
    }
    certificate_make(&identity->pdh, SEV_USAGE_PDH, SEV_ALGORITHM_ECDH_SHA256,
                     &identity->pdh_key.public_key);
    return certificate_sign(&identity->pdh, 0, SEV_USAGE_PEK, &identity->pek_key);
}

bool identity_new_pek(struct identity *identity)
{
    if (!crypto_p384_generate(&identity->pek_key)) {
        return false;
    }
    certificate_make(&identity->pek, SEV_USAGE_PEK, SEV_ALGORITHM_ECDSA_SHA256,
                     &identity->pek_key.public_key);
    return certificate_sign(&identity->pek, 0, SEV_USAGE_OCA, &identity->oca_key) &&
           certificate_sign(&identity->pek, 1, SEV_USAGE_CEK, chip_cek()) &&
           identity_new_pdh(identity);
}

bool identity_create(struct identity *identity)
{
    *identity = (struct identity){
        .version = IDENTITY_VERSION,
        .owner = IDENTITY_SELF_OWNED,
    };
    return new_oca(identity) && identity_new_pek(identity);
}

bool identity_import(struct identity *identity, const struct sev_certificate *pek,
                     const struct sev_certificate *oca)
{
    const uint32_t empty_slot = pek->slots[0].usage == SEV_USAGE_INVALID ? 0 : 1;

    identity->owner = IDENTITY_EXTERNALLY_OWNED;
    crypto_wipe(&identity->oca_key, sizeof identity->oca_key);
    identity->oca = *oca;
    identity->pek = *pek;
    return certificate_sign(&identity->pek, empty_slot, SEV_USAGE_CEK, chip_cek()) &&
           identity_new_pdh(identity);
}
