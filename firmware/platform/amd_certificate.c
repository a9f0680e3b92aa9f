/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AMD certificates (amd_certificate.h). Numbers in them are little-endian; crypto/ wants them
 * big-endian. A 2048-bit key signs with SHA-256, a 4096-bit key with SHA-384.
 */
#include "firmware/platform/amd_certificate.h"

#include <string.h>

#include "crypto/rsa.h"
#include "crypto/sha2.h"
#include "firmware/platform/chip.h"

#define RSA_BYTES_MAX 512u

/** One certificate of the buffer, taken apart. */
struct amd_certificate {
    struct amd_certificate_header header;
    const uint8_t *bytes;
    uint32_t key_bytes; /**< Of modulus, exponent and signature each. */
    uint32_t exponent;
    uint8_t modulus[RSA_BYTES_MAX]; /**< Big-endian, KEY_BYTES of it. */
};

/** Copies @p length bytes in reverse order. */
static void reverse(uint8_t *to, const uint8_t *from, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        to[i] = from[length - 1u - i];
    }
}

/** Key size that a certificate of @p length / 2 bytes must have, in bits. */
static uint32_t bits_of(uint32_t length)
{
    return length == 2u * AMD_CERTIFICATE_BYTES(2048) ? 2048 : 4096;
}

bool amd_chain_fits(const uint8_t *certificates, uint32_t length)
{
    const uint32_t bits = bits_of(length);
    struct amd_certificate_header header;
    bool fits = length == 2u * AMD_CERTIFICATE_BYTES(bits);

    for (uint32_t i = 0; i < 2 && fits; i++) {
        memcpy(&header, certificates + (size_t)i * (length / 2u), sizeof header);
        fits = header.modulus_bits == bits && header.exponent_bits == bits;
    }
    return fits;
}

/** Takes a certificate apart. @return false when its key or fixed fields are malformed */
static bool parse(const uint8_t *bytes, uint32_t bits, enum sev_usage usage,
                  struct amd_certificate *certificate)
{
    const uint8_t *exponent = bytes + sizeof certificate->header;
    uint8_t high = 0;

    memcpy(&certificate->header, bytes, sizeof certificate->header);
    certificate->bytes = bytes;
    certificate->key_bytes = bits / 8u;
    memcpy(&certificate->exponent, exponent, sizeof certificate->exponent);
    for (uint32_t i = sizeof certificate->exponent; i < certificate->key_bytes; i++) {
        high |= exponent[i];
    }
    reverse(certificate->modulus, exponent + certificate->key_bytes, certificate->key_bytes);
    for (uint32_t i = 0; i < sizeof certificate->header.reserved; i++) {
        high |= certificate->header.reserved[i];
    }
    return high == 0 && certificate->header.version == SEV_CERTIFICATE_VERSION &&
           certificate->header.key_usage == (uint32_t)usage &&
           certificate->exponent == CRYPTO_RSA_EXPONENT && (certificate->modulus[0] & 0x80u) != 0;
}

/** Verifies an RSA signature, little-endian in @p field, over @p length bytes. */
static bool verify(const struct amd_certificate *signer, const void *data, uint32_t length,
                   const uint8_t *field)
{
    const bool small = signer->key_bytes == 256;
    uint8_t digest[CRYPTO_SHA384_BYTES];
    uint8_t signature[RSA_BYTES_MAX];

    if (small) {
        crypto_sha256(data, length, digest);
    } else {
        crypto_sha384(data, length, digest);
    }
    reverse(signature, field, signer->key_bytes);
    return crypto_rsa_pss_verify(small ? CRYPTO_RSA_SHA256 : CRYPTO_RSA_SHA384, signer->modulus,
                                 signer->key_bytes, signer->exponent, digest, signature);
}

/** Verifies a certificate's own signature field by the given signer. */
static bool verify_certificate(const struct amd_certificate *signer,
                               const struct amd_certificate *subject)
{
    const uint32_t signed_bytes = AMD_CERTIFICATE_SIGNED_BYTES(subject->key_bytes * 8u);

    return verify(signer, subject->bytes, signed_bytes, subject->bytes + signed_bytes);
}

/** Whether the certificate is the root in the fuses, and names itself as its signer. */
static bool is_root(const struct amd_certificate *ark)
{
    uint8_t hash[CRYPTO_SHA256_BYTES];

    crypto_sha256(ark->bytes, AMD_CERTIFICATE_SIGNED_BYTES(ark->key_bytes * 8u), hash);
    return crypto_equal(hash, chip_ark_hash(), sizeof hash) &&
           crypto_equal(ark->header.certifying_id, ark->header.key_id, sizeof ark->header.key_id);
}

/** Verifies the CEK certificate by the slot that carries the ASK's usage and algorithm. */
static enum sev_status verify_cek(const struct amd_certificate *ask,
                                  const struct sev_certificate *cek)
{
    const uint32_t algorithm =
        ask->key_bytes == 256 ? SEV_ALGORITHM_RSA_SHA256 : SEV_ALGORITHM_RSA_SHA384;

    for (uint32_t i = 0; i < SEV_CERTIFICATE_SLOTS; i++) {
        if (cek->slots[i].usage == SEV_USAGE_ASK && cek->slots[i].algorithm == algorithm) {
            return verify(ask, cek, SEV_CERTIFICATE_SIGNED_BYTES, cek->slots[i].signature.rsa)
                       ? SEV_STATUS_SUCCESS
                       : SEV_STATUS_BAD_SIGNATURE;
        }
    }
    return SEV_STATUS_INVALID_CERTIFICATE;
}

enum sev_status amd_chain_verify(const uint8_t *certificates, uint32_t length,
                                 const struct sev_certificate *cek)
{
    const uint32_t bits = bits_of(length);
    struct amd_certificate ask;
    struct amd_certificate ark;

    if (!parse(certificates, bits, SEV_USAGE_ASK, &ask) ||
        !parse(certificates + length / 2u, bits, SEV_USAGE_ARK, &ark) || !is_root(&ark) ||
        !crypto_equal(ask.header.certifying_id, ark.header.key_id, sizeof ark.header.key_id)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    if (!verify_certificate(&ark, &ark) || !verify_certificate(&ark, &ask)) {
        return SEV_STATUS_BAD_SIGNATURE;
    }
    return verify_cek(&ask, cek);
}
