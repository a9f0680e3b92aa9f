/* SPDX-License-Identifier: Apache-2.0 */
// The Mbed TLS 3.6 configuration of the firmware, on the board and on Linux alike.
//
// Only what crypto/ uses: hashes, HMAC, AES, CTR_DRBG and RSA-PSS verification through the legacy
// interface. P-384 is our own. No PSA, X.509, TLS, files, clock or entropy collector. Both builds run
// the same code paths, so neither x86 nor ARMv8 instructions are chosen here.

#ifndef CRYPTO_MBEDTLS_CONFIG_H
#define CRYPTO_MBEDTLS_CONFIG_H

#include "crypto/mbedtls_config_platform.h"

// Hashes and HMAC.
#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C

// AES. The tables are constant data: they need no set-up at run time, lie in read-only memory and
// leave the stack and heap alone.
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_CIPHER_MODE_CTR
#define MBEDTLS_CIPHER_MODE_XTS
#define MBEDTLS_GCM_C

// Random numbers: AES-256 with the derivation function, seeded with 48 bytes by crypto's own
// entropy callback. The default limits on requests and reseeding hold.
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_CTR_DRBG_ENTROPY_LEN 48

// RSA: PSS verification with keys of up to 4096 bits.
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_OID_C        // required by RSA
#define MBEDTLS_ASN1_PARSE_C // RSA refers to both, though nothing calls what does
#define MBEDTLS_ASN1_WRITE_C

#endif
