/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV certificates (certificate.h). Numbers are little-endian in a certificate and big-endian in
 * crypto/; the only two functions that know are reverse_in and reverse_out.
 */
#include "firmware/platform/certificate.h"

#include <string.h>

#include "abi/sev_state.h"
#include "crypto/sha2.h"
#include "firmware/platform/product.h"

/** Stores a 48-byte big-endian number in a 72-byte little-endian field. */
static void reverse_out(uint8_t field[72], const uint8_t number[CRYPTO_P384_BYTES])
{
    memset(field, 0, 72);
    for (uint32_t i = 0; i < CRYPTO_P384_BYTES; i++) {
        field[i] = number[CRYPTO_P384_BYTES - 1u - i];
    }
}

/** Reads a 48-byte number from a little-endian field. */
static void reverse_in(uint8_t number[CRYPTO_P384_BYTES], const uint8_t field[72])
{
    for (uint32_t i = 0; i < CRYPTO_P384_BYTES; i++) {
        number[i] = field[CRYPTO_P384_BYTES - 1u - i];
    }
}

/** Whether all bytes are zero. */
static bool all_zero(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

/** Whether a 72-byte field holds a number of at most 48 bytes. */
static bool field_is_padded(const uint8_t field[72])
{
    return all_zero(&field[CRYPTO_P384_BYTES], 72u - CRYPTO_P384_BYTES);
}

void certificate_make(struct sev_certificate *certificate, enum sev_usage usage,
                      enum sev_algorithm algorithm, const struct crypto_p384_public *public_key)
{
    memset(certificate, 0, sizeof *certificate);
    certificate->version = SEV_CERTIFICATE_VERSION;
    certificate->api_major = product()->api_major;
    certificate->api_minor = product()->api_minor;
    certificate->public_key_usage = (uint32_t)usage;
    certificate->public_key_algorithm = (uint32_t)algorithm;
    certificate->public_key.ecc.curve = SEV_CURVE_P384;
    reverse_out(certificate->public_key.ecc.qx, public_key->x);
    reverse_out(certificate->public_key.ecc.qy, public_key->y);
    certificate_clear_slot(certificate, 0);
    certificate_clear_slot(certificate, 1);
}

void certificate_clear_slot(struct sev_certificate *certificate, uint32_t slot)
{
    memset(&certificate->slots[slot], 0, sizeof certificate->slots[slot]);
    certificate->slots[slot].usage = SEV_USAGE_INVALID;
}

/** Digest that a signature algorithm signs. @return its length; 0 when it is none of ECDSA's */
static size_t digest_of(enum sev_algorithm algorithm, const void *data, size_t length,
                        uint8_t digest[CRYPTO_SHA384_BYTES])
{
    if (algorithm == SEV_ALGORITHM_ECDSA_SHA384) {
        crypto_sha384(data, length, digest);
        return CRYPTO_SHA384_BYTES;
    }
    if (algorithm == SEV_ALGORITHM_ECDSA_SHA256) {
        crypto_sha256(data, length, digest);
        return CRYPTO_SHA256_BYTES;
    }
    return 0;
}

bool certificate_sign_bytes(const struct crypto_p384_key *signer, enum sev_algorithm algorithm,
                            const void *data, size_t length, uint8_t r[72], uint8_t s[72])
{
    struct crypto_p384_signature signature;
    uint8_t digest[CRYPTO_SHA384_BYTES];
    const size_t digest_bytes = digest_of(algorithm, data, length, digest);

    if (digest_bytes == 0 || !crypto_p384_sign(signer, digest, digest_bytes, &signature)) {
        return false;
    }
    reverse_out(r, signature.r);
    reverse_out(s, signature.s);
    return true;
}

bool certificate_sign(struct sev_certificate *certificate, uint32_t slot,
                      enum sev_usage signer_usage, const struct crypto_p384_key *signer)
{
    struct sev_signature_slot *filled = &certificate->slots[slot];

    certificate_clear_slot(certificate, slot);
    if (!certificate_sign_bytes(signer, SEV_ALGORITHM_ECDSA_SHA256, certificate,
                                SEV_CERTIFICATE_SIGNED_BYTES, filled->signature.ecdsa.r,
                                filled->signature.ecdsa.s)) {
        return false;
    }
    filled->usage = (uint32_t)signer_usage;
    filled->algorithm = SEV_ALGORITHM_ECDSA_SHA256;
    return true;
}

bool certificate_public_key(const struct sev_certificate *certificate,
                            struct crypto_p384_public *public_key)
{
    const struct sev_public_key_ecc *key = &certificate->public_key.ecc;

    if (key->curve != SEV_CURVE_P384 || !field_is_padded(key->qx) || !field_is_padded(key->qy) ||
        !all_zero(key->zero, sizeof key->zero)) {
        return false;
    }
    reverse_in(public_key->x, key->qx);
    reverse_in(public_key->y, key->qy);
    return crypto_p384_is_valid(public_key);
}

bool certificate_is(const struct sev_certificate *certificate, enum sev_usage usage,
                    enum sev_algorithm algorithm, struct crypto_p384_public *public_key)
{
    return certificate->version == SEV_CERTIFICATE_VERSION &&
           certificate->public_key_usage == (uint32_t)usage &&
           certificate->public_key_algorithm == (uint32_t)algorithm &&
           certificate_public_key(certificate, public_key);
}

bool certificate_slot_is_empty(const struct sev_certificate *certificate, uint32_t slot)
{
    const struct sev_signature_slot *looked = &certificate->slots[slot];

    return looked->usage == SEV_USAGE_INVALID && looked->algorithm == SEV_ALGORITHM_INVALID &&
           all_zero(&looked->signature, sizeof looked->signature);
}

/** Verifies one slot; statuses as certificate_verify. */
static enum sev_status verify_slot(const struct sev_certificate *certificate,
                                   const struct sev_signature_slot *slot,
                                   const struct crypto_p384_public *signer)
{
    const struct sev_signature_ecdsa *field = &slot->signature.ecdsa;
    struct crypto_p384_signature signature;
    uint8_t digest[CRYPTO_SHA384_BYTES];
    size_t length;

    if (!field_is_padded(field->r) || !field_is_padded(field->s) ||
        !all_zero(field->zero, sizeof field->zero)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    reverse_in(signature.r, field->r);
    reverse_in(signature.s, field->s);
    length = digest_of((enum sev_algorithm)slot->algorithm, certificate,
                       SEV_CERTIFICATE_SIGNED_BYTES, digest);
    if (length == 0) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return crypto_p384_verify(signer, digest, length, &signature) ? SEV_STATUS_SUCCESS
                                                                  : SEV_STATUS_BAD_SIGNATURE;
}

enum sev_status certificate_verify(const struct sev_certificate *certificate,
                                   enum sev_usage signer_usage, enum sev_algorithm signer_algorithm,
                                   const struct crypto_p384_public *signer)
{
    for (uint32_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        const struct sev_signature_slot *slot = &certificate->slots[i];

        if (slot->usage == (uint32_t)signer_usage &&
            slot->algorithm == (uint32_t)signer_algorithm) {
            return verify_slot(certificate, slot, signer);
        }
    }
    return SEV_STATUS_INVALID_CERTIFICATE;
}
