/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDH on P-384 (SP 800-56A section 5.7.1.2; SEV API section 7.1) by Mbed TLS.
 */
#include <mbedtls/ecdh.h>

#include "crypto/p384.h"
#include "crypto/p384_internal.h"

bool crypto_p384_ecdh(const struct crypto_p384_key *key, const struct crypto_p384_public *peer,
                      uint8_t shared_secret[CRYPTO_P384_BYTES])
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi d;
    mbedtls_mpi z;
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&z);
    /* The curve has prime order, so no multiple of a valid point by d is the point at infinity. */
    const bool done = p384_load(&group) == 0 && p384_read_public(&group, peer, &point) == 0 &&
                      mbedtls_mpi_read_binary(&d, key->d, sizeof(key->d)) == 0 &&
                      mbedtls_ecdh_compute_shared(&group, &z, &point, &d, p384_system_random.fill,
                                                  p384_system_random.context) == 0 &&
                      mbedtls_mpi_write_binary(&z, shared_secret, CRYPTO_P384_BYTES) == 0;
    mbedtls_mpi_free(&z);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    if (!done) {
        crypto_wipe(shared_secret, CRYPTO_P384_BYTES);
    }
    return done;
}
