/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA on P-384 (FIPS 186-4 section 6) by Mbed TLS, with a random nonce.
 */
#include <mbedtls/ecdsa.h>

#include "crypto/p384.h"
#include "crypto/p384_internal.h"

struct numbers {
    mbedtls_mpi d, r, s;
};

static void init_numbers(struct numbers *numbers)
{
    mbedtls_mpi_init(&numbers->d);
    mbedtls_mpi_init(&numbers->r);
    mbedtls_mpi_init(&numbers->s);
}

static void free_numbers(struct numbers *numbers)
{
    mbedtls_mpi_free(&numbers->d);
    mbedtls_mpi_free(&numbers->r);
    mbedtls_mpi_free(&numbers->s);
}

bool p384_sign_with(const struct p384_random *random, const struct crypto_p384_key *key,
                    const uint8_t *digest, size_t digest_length,
                    struct crypto_p384_signature *signature)
{
    mbedtls_ecp_group group;
    struct numbers numbers;
    init_numbers(&numbers);
    /* The library checks that d is in [1, n - 1], and uses the random source for the nonce and for
     * blinding the multiplication. */
    const bool done =
        p384_load(&group) == 0 &&
        mbedtls_mpi_read_binary(&numbers.d, key->d, sizeof(key->d)) == 0 &&
        mbedtls_ecdsa_sign(&group, &numbers.r, &numbers.s, &numbers.d, digest, digest_length,
                           random->fill, random->context) == 0 &&
        mbedtls_mpi_write_binary(&numbers.r, signature->r, sizeof(signature->r)) == 0 &&
        mbedtls_mpi_write_binary(&numbers.s, signature->s, sizeof(signature->s)) == 0;
    free_numbers(&numbers);
    mbedtls_ecp_group_free(&group);
    if (!done) {
        crypto_wipe(signature, sizeof(*signature));
    }
    return done;
}

bool crypto_p384_sign(const struct crypto_p384_key *key, const uint8_t *digest,
                      size_t digest_length, struct crypto_p384_signature *signature)
{
    return p384_sign_with(&p384_system_random, key, digest, digest_length, signature);
}

bool crypto_p384_verify(const struct crypto_p384_public *public_key, const uint8_t *digest,
                        size_t digest_length, const struct crypto_p384_signature *signature)
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    struct numbers numbers;
    init_numbers(&numbers);
    mbedtls_ecp_point_init(&point);
    /* The library checks that r and s are in [1, n - 1]. */
    const bool valid =
        p384_load(&group) == 0 && p384_read_public(&group, public_key, &point) == 0 &&
        mbedtls_mpi_read_binary(&numbers.r, signature->r, sizeof(signature->r)) == 0 &&
        mbedtls_mpi_read_binary(&numbers.s, signature->s, sizeof(signature->s)) == 0 &&
        mbedtls_ecdsa_verify(&group, digest, digest_length, &point, &numbers.r, &numbers.s) == 0;
    mbedtls_ecp_point_free(&point);
    free_numbers(&numbers);
    mbedtls_ecp_group_free(&group);
    return valid;
}
