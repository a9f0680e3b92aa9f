/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of the SEV firmware API: the 0x824-byte SEV certificate (OCA, PEK, PDH, CEK) and the
 * variable AMD certificate (ARK, ASK). Integers are little-endian, big numbers too.
 */
#ifndef ABI_SEV_CERTIFICATE_H
#define ABI_SEV_CERTIFICATE_H

#include "abi/abi.h"

/** PUBKEY_USAGE, SIGn_USAGE and AMD KEY_USAGE. */
enum sev_usage {
    SEV_USAGE_ARK = 0x0000,
    SEV_USAGE_ASK = 0x0013,
    SEV_USAGE_INVALID = 0x1000, /**< Marks an empty signature slot. */
    SEV_USAGE_OCA = 0x1001,
    SEV_USAGE_PEK = 0x1002,
    SEV_USAGE_PDH = 0x1003,
    SEV_USAGE_CEK = 0x1004,
};

/** PUBKEY_ALGO and SIGn_ALGO; a slot carries the algorithm of the key that signed it. */
enum sev_algorithm {
    SEV_ALGORITHM_INVALID = 0x000,
    SEV_ALGORITHM_RSA_SHA256 = 0x001,
    SEV_ALGORITHM_ECDSA_SHA256 = 0x002,
    SEV_ALGORITHM_ECDH_SHA256 = 0x003,
    SEV_ALGORITHM_RSA_SHA384 = 0x101,
    SEV_ALGORITHM_ECDSA_SHA384 = 0x102,
    SEV_ALGORITHM_ECDH_SHA384 = 0x103,
};

enum sev_curve {
    SEV_CURVE_INVALID = 0,
    SEV_CURVE_P256 = 1,
    SEV_CURVE_P384 = 2,
};

#define SEV_CERTIFICATE_VERSION 1u
#define SEV_CERTIFICATE_SIGNED_BYTES 0x414u /**< VERSION through PUBKEY. */
#define SEV_P384_BYTES 48u

/**
 * API version in the certificate of every chip's CEK. It is the ASK's signature that makes it a
 * constant: the factory signs once, and whichever firmware a chip runs later makes the same bytes.
 */
#define SEV_CEK_API_MAJOR 0u
#define SEV_CEK_API_MINOR 24u

/** ECDSA and ECDH keys: a P-384 coordinate fills bytes 0..47 of its field, zeros follow. */
struct sev_public_key_ecc {
    uint32_t curve;
    uint8_t qx[72];
    uint8_t qy[72];
    uint8_t zero[880];
} ABI_PACKED;
ABI_SIZE(struct sev_public_key_ecc, 1028);
ABI_OFFSET(struct sev_public_key_ecc, curve, 0x00);
ABI_OFFSET(struct sev_public_key_ecc, qx, 0x04);
ABI_OFFSET(struct sev_public_key_ecc, qy, 0x4C);
ABI_OFFSET(struct sev_public_key_ecc, zero, 0x94);

struct sev_public_key_rsa {
    uint32_t modulus_bits;
    uint8_t exponent[512];
    uint8_t modulus[512];
} ABI_PACKED;
ABI_SIZE(struct sev_public_key_rsa, 1028);
ABI_OFFSET(struct sev_public_key_rsa, modulus_bits, 0x000);
ABI_OFFSET(struct sev_public_key_rsa, exponent, 0x004);
ABI_OFFSET(struct sev_public_key_rsa, modulus, 0x204);

union sev_public_key {
    struct sev_public_key_ecc ecc;
    struct sev_public_key_rsa rsa;
};
ABI_SIZE(union sev_public_key, 1028);

struct sev_signature_ecdsa {
    uint8_t r[72];
    uint8_t s[72];
    uint8_t zero[368];
} ABI_PACKED;
ABI_SIZE(struct sev_signature_ecdsa, 512);
ABI_OFFSET(struct sev_signature_ecdsa, r, 0x00);
ABI_OFFSET(struct sev_signature_ecdsa, s, 0x48);
ABI_OFFSET(struct sev_signature_ecdsa, zero, 0x90);

/** One signature slot. RSA signatures are little-endian, in the first modulus-size bytes. */
struct sev_signature_slot {
    uint32_t usage;
    uint32_t algorithm;
    union {
        struct sev_signature_ecdsa ecdsa;
        uint8_t rsa[512];
    } signature;
} ABI_PACKED;
ABI_SIZE(struct sev_signature_slot, 0x208);
ABI_OFFSET(struct sev_signature_slot, usage, 0x0);
ABI_OFFSET(struct sev_signature_slot, algorithm, 0x4);
ABI_OFFSET(struct sev_signature_slot, signature, 0x8);

#define SEV_CERTIFICATE_SLOTS 2u

struct sev_certificate {
    uint32_t version;
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t reserved[2];
    uint32_t public_key_usage;
    uint32_t public_key_algorithm;
    union sev_public_key public_key;
    struct sev_signature_slot slots[SEV_CERTIFICATE_SLOTS];
} ABI_PACKED;
ABI_SIZE(struct sev_certificate, 0x824);
ABI_OFFSET(struct sev_certificate, version, 0x000);
ABI_OFFSET(struct sev_certificate, api_major, 0x004);
ABI_OFFSET(struct sev_certificate, api_minor, 0x005);
ABI_OFFSET(struct sev_certificate, reserved, 0x006);
ABI_OFFSET(struct sev_certificate, public_key_usage, 0x008);
ABI_OFFSET(struct sev_certificate, public_key_algorithm, 0x00C);
ABI_OFFSET(struct sev_certificate, public_key, 0x010);
ABI_OFFSET(struct sev_certificate, slots, 0x414);

/** What PDH_CERT_EXPORT writes to CERTS and SEND_START reads from PLAT_CERTS. */
struct sev_certificate_chain {
    struct sev_certificate pek;
    struct sev_certificate oca;
    struct sev_certificate cek;
} ABI_PACKED;
ABI_SIZE(struct sev_certificate_chain, 0x186C);
ABI_OFFSET(struct sev_certificate_chain, pek, 0x0000);
ABI_OFFSET(struct sev_certificate_chain, oca, 0x0824);
ABI_OFFSET(struct sev_certificate_chain, cek, 0x1048);

/** Head of an ARK or ASK; exponent, modulus and signature follow, each modulus_bits / 8 long. */
struct amd_certificate_header {
    uint32_t version;
    uint8_t key_id[16];
    uint8_t certifying_id[16];
    uint32_t key_usage;
    uint8_t reserved[16];
    uint32_t exponent_bits;
    uint32_t modulus_bits;
} ABI_PACKED;
ABI_SIZE(struct amd_certificate_header, 0x40);
ABI_OFFSET(struct amd_certificate_header, version, 0x00);
ABI_OFFSET(struct amd_certificate_header, key_id, 0x04);
ABI_OFFSET(struct amd_certificate_header, certifying_id, 0x14);
ABI_OFFSET(struct amd_certificate_header, key_usage, 0x24);
ABI_OFFSET(struct amd_certificate_header, reserved, 0x28);
ABI_OFFSET(struct amd_certificate_header, exponent_bits, 0x38);
ABI_OFFSET(struct amd_certificate_header, modulus_bits, 0x3C);

/** A 4096-bit ARK or ASK, whole. */
struct amd_certificate_4096 {
    struct amd_certificate_header header;
    uint8_t exponent[512];
    uint8_t modulus[512];
    uint8_t signature[512];
} ABI_PACKED;
ABI_SIZE(struct amd_certificate_4096, 1600);
ABI_OFFSET(struct amd_certificate_4096, exponent, 0x040);
ABI_OFFSET(struct amd_certificate_4096, modulus, 0x240);
ABI_OFFSET(struct amd_certificate_4096, signature, 0x440);

/** Size of a whole AMD certificate. */
#define AMD_CERTIFICATE_BYTES(bits) (0x40u + 3u * ((bits) / 8u))

/** Bytes of an AMD certificate that its signature covers. */
#define AMD_CERTIFICATE_SIGNED_BYTES(bits) (0x40u + 2u * ((bits) / 8u))

#endif
