/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mbed TLS with its own P-384, which the tests compare with ours.
 */
#ifndef TESTS_UNIT_CRYPTO_MBEDTLS_CONFIG_ECP_H
#define TESTS_UNIT_CRYPTO_MBEDTLS_CONFIG_ECP_H

#include "crypto/mbedtls_config.h"

#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDH_C

#endif
