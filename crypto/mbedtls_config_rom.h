/* SPDX-License-Identifier: Apache-2.0 */
// The Mbed TLS 3.6 configuration of the boot ROM: SHA-384 and RSA-PSS verification, nothing else.
// No secret passes through this code, so it needs no random numbers for blinding.

#ifndef CRYPTO_MBEDTLS_CONFIG_ROM_H
#define CRYPTO_MBEDTLS_CONFIG_ROM_H

#include "crypto/mbedtls_config_platform.h"

#define MBEDTLS_MD_C
#define MBEDTLS_SHA384_C

#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_OID_C // required by RSA

#endif
