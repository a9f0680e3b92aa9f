/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making our own test ARK and ASK in AMD's format (SEV API section 6.5).
 */
#include <openssl/evp.h>
#include <string.h>

#include "host/provision/provision.h"
#include "host/provision/rsa.h"

#define CERTIFICATE_VERSION 1u
#define KEY_BITS (PROVISION_RSA_BYTES * 8)

_Static_assert(sizeof PROVISION_ARK_KEY_ID - 1 == 16, "a KEY_ID has 16 bytes");
_Static_assert(sizeof PROVISION_ASK_KEY_ID - 1 == 16, "a KEY_ID has 16 bytes");
_Static_assert(AMD_CERTIFICATE_SIGNED_BYTES(KEY_BITS) ==
                   offsetof(struct amd_certificate_4096, signature),
               "the signature covers all that is before it");

static void store_le(uint8_t *field, size_t length, uint32_t number)
{
    memset(field, 0, length);
    for (size_t i = 0; i < 4; i++) {
        field[i] = (uint8_t)(number >> (8 * i));
    }
}

bool provision_amd_certificate(EVP_PKEY *key, enum sev_usage usage, EVP_PKEY *signer,
                               struct amd_certificate_4096 *certificate,
                               struct provision_error *error)
{
    uint8_t modulus[PROVISION_RSA_BYTES];
    uint8_t signature[PROVISION_RSA_BYTES];
    const char *const key_id = usage == SEV_USAGE_ARK ? PROVISION_ARK_KEY_ID : PROVISION_ASK_KEY_ID;

    memset(certificate, 0, sizeof *certificate);
    certificate->header.version = CERTIFICATE_VERSION;
    memcpy(certificate->header.key_id, key_id, sizeof certificate->header.key_id);
    memcpy(certificate->header.certifying_id, PROVISION_ARK_KEY_ID,
           sizeof certificate->header.certifying_id);
    certificate->header.key_usage = usage;
    certificate->header.exponent_bits = KEY_BITS;
    certificate->header.modulus_bits = KEY_BITS;
    store_le(certificate->exponent, sizeof certificate->exponent, PROVISION_RSA_EXPONENT);
    if (!provision_rsa_modulus(key, modulus, error)) {
        return false;
    }
    provision_reverse(certificate->modulus, modulus, sizeof modulus);
    if (!provision_rsa_sign(signer, certificate, AMD_CERTIFICATE_SIGNED_BYTES(KEY_BITS), signature,
                            error)) {
        return false;
    }
    provision_reverse(certificate->signature, signature, sizeof signature);
    return true;
}

bool provision_ark_hash(const struct amd_certificate_4096 *ark,
                        uint8_t hash[PROVISION_ARK_HASH_BYTES], struct provision_error *error)
{
    return provision_digest(PROVISION_SHA256, ark, AMD_CERTIFICATE_SIGNED_BYTES(KEY_BITS), hash,
                            error);
}
