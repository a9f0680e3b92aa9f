/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys out of certificates, and signatures against them (SEV API sections 6.3 to 6.5).
 */
#include "host/provision/signer.h"

#include <string.h>

#include "host/provision/p384.h"
#include "host/provision/provision.h"

bool signer_all_zero(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint8_t any = 0;
    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

bool signer_view_amd(const uint8_t *certificate, size_t length, struct amd_certificate_view *view,
                     struct provision_error *error)
{
    const struct amd_certificate_header *header = &view->header;
    if (length < sizeof view->header) {
        return provision_fail(error, "%zu bytes are too few for an ARK or ASK", length);
    }
    memcpy(&view->header, certificate, sizeof view->header);
    if (header->version != 1) {
        return provision_fail(error, "version %u is unknown", header->version);
    }
    if ((header->modulus_bits != 2048 && header->modulus_bits != 4096) ||
        header->exponent_bits != header->modulus_bits) {
        return provision_fail(error, "a key of %u bits with an exponent of %u is impossible",
                              header->modulus_bits, header->exponent_bits);
    }
    view->bytes = header->modulus_bits / 8;
    if (length != sizeof view->header + 3 * view->bytes) {
        return provision_fail(error, "it has %zu bytes instead of %zu", length,
                              sizeof view->header + 3 * view->bytes);
    }
    if (!signer_all_zero(header->reserved, sizeof header->reserved)) {
        return provision_fail(error, "a reserved field is not zero");
    }
    view->exponent = certificate + sizeof view->header;
    view->modulus = view->exponent + view->bytes;
    view->signature = view->modulus + view->bytes;
    return true;
}

void signer_from_amd(const struct amd_certificate_view *view, struct signer *signer)
{
    const bool large = view->bytes == 512;
    *signer = (struct signer){
        .usage = view->header.key_usage,
        .algorithm = large ? SEV_ALGORITHM_RSA_SHA384 : SEV_ALGORITHM_RSA_SHA256,
        .hash = large ? PROVISION_SHA384 : PROVISION_SHA256,
        .rsa_bytes = view->bytes,
    };
    provision_reverse(signer->key.rsa.modulus, view->modulus, view->bytes);
    provision_reverse(signer->key.rsa.exponent, view->exponent, view->bytes);
}

static bool take_ecc(const struct sev_public_key_ecc *key, struct signer *signer,
                     struct provision_error *error)
{
    const size_t padding = sizeof key->qx - SEV_P384_BYTES;
    if (key->curve != SEV_CURVE_P384) {
        return provision_fail(error, "its key is on curve %u, not on P-384", key->curve);
    }
    if (!signer_all_zero(key->qx + SEV_P384_BYTES, padding) ||
        !signer_all_zero(key->qy + SEV_P384_BYTES, padding) ||
        !signer_all_zero(key->zero, sizeof key->zero)) {
        return provision_fail(error, "there is something after its public key");
    }
    provision_reverse(signer->key.ecdsa.x, key->qx, SEV_P384_BYTES);
    provision_reverse(signer->key.ecdsa.y, key->qy, SEV_P384_BYTES);
    return true;
}

static bool take_rsa(const struct sev_public_key_rsa *key, struct signer *signer,
                     struct provision_error *error)
{
    if (key->modulus_bits != 2048 && key->modulus_bits != 4096) {
        return provision_fail(error, "an RSA key of %u bits is impossible", key->modulus_bits);
    }
    const size_t bytes = key->modulus_bits / 8;
    if (!signer_all_zero(key->exponent + bytes, sizeof key->exponent - bytes) ||
        !signer_all_zero(key->modulus + bytes, sizeof key->modulus - bytes)) {
        return provision_fail(error, "there is something after its public key");
    }
    signer->rsa_bytes = bytes;
    provision_reverse(signer->key.rsa.modulus, key->modulus, bytes);
    provision_reverse(signer->key.rsa.exponent, key->exponent, bytes);
    return true;
}

bool signer_from_sev(const struct sev_certificate *certificate, struct signer *signer,
                     struct provision_error *error)
{
    static const struct {
        enum sev_algorithm algorithm;
        enum provision_hash hash;
        bool rsa;
    } kinds[] = {
        {SEV_ALGORITHM_RSA_SHA256, PROVISION_SHA256, true},
        {SEV_ALGORITHM_RSA_SHA384, PROVISION_SHA384, true},
        {SEV_ALGORITHM_ECDSA_SHA256, PROVISION_SHA256, false},
        {SEV_ALGORITHM_ECDSA_SHA384, PROVISION_SHA384, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].algorithm != certificate->public_key_algorithm) {
            continue;
        }
        *signer = (struct signer){.usage = certificate->public_key_usage,
                                  .algorithm = kinds[i].algorithm,
                                  .hash = kinds[i].hash};
        return kinds[i].rsa ? take_rsa(&certificate->public_key.rsa, signer, error)
                            : take_ecc(&certificate->public_key.ecc, signer, error);
    }
    return provision_fail(error, "keys of algorithm %03xh do not sign",
                          certificate->public_key_algorithm);
}

static bool verify_rsa(const struct signer *signer, const struct sev_certificate *certificate,
                       const uint8_t field[512], struct provision_error *error)
{
    uint8_t signature[512];
    const struct provision_rsa_public key = {signer->key.rsa.modulus, signer->key.rsa.exponent,
                                             signer->rsa_bytes};
    if (!signer_all_zero(field + signer->rsa_bytes, 512 - signer->rsa_bytes)) {
        return provision_fail(error, "there is something after the signature");
    }
    provision_reverse(signature, field, signer->rsa_bytes);
    return provision_rsa_verify(&key, signer->hash, certificate, SEV_CERTIFICATE_SIGNED_BYTES,
                                signature, error);
}

static bool verify_ecdsa(const struct signer *signer, const struct sev_certificate *certificate,
                         const struct sev_signature_ecdsa *field, struct provision_error *error)
{
    uint8_t r[SEV_P384_BYTES];
    uint8_t s[SEV_P384_BYTES];
    if (!signer_all_zero(field->r + SEV_P384_BYTES, sizeof field->r - SEV_P384_BYTES) ||
        !signer_all_zero(field->s + SEV_P384_BYTES, sizeof field->s - SEV_P384_BYTES) ||
        !signer_all_zero(field->zero, sizeof field->zero)) {
        return provision_fail(error, "there is something after the signature");
    }
    provision_reverse(r, field->r, sizeof r);
    provision_reverse(s, field->s, sizeof s);
    return provision_p384_verify(signer->key.ecdsa.x, signer->key.ecdsa.y, signer->hash,
                                 certificate, SEV_CERTIFICATE_SIGNED_BYTES, r, s, error);
}

bool signer_verify_slot(const struct signer *signer, const struct sev_certificate *certificate,
                        const struct sev_signature_slot *slot, struct provision_error *error)
{
    return signer->rsa_bytes != 0
               ? verify_rsa(signer, certificate, slot->signature.rsa, error)
               : verify_ecdsa(signer, certificate, &slot->signature.ecdsa, error);
}
