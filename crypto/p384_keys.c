/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 key pairs: random ones, and those derived from a seed with extra random bits (FIPS 186-4,
 * appendix B.4.1; SEV API section 5.2).
 */
#include "crypto/p384.h"
#include "crypto/p384_internal.h"
#include "crypto/random.h"

/* Computes the public key that belongs to d and stores both. */
static int finish_key(mbedtls_ecp_group *group, const mbedtls_mpi *d, struct crypto_p384_key *key)
{
    mbedtls_ecp_point point;
    mbedtls_ecp_point_init(&point);
    int result = mbedtls_ecp_mul(group, &point, d, &group->G, p384_system_random.fill,
                                 p384_system_random.context);
    if (result == 0) {
        result = p384_write_public(group, &point, &key->public_key);
    }
    if (result == 0) {
        result = mbedtls_mpi_write_binary(d, key->d, sizeof(key->d));
    }
    mbedtls_ecp_point_free(&point);
    return result;
}

/* Chooses a random d when seed is NULL. */
static int make_key(const uint8_t *seed, struct crypto_p384_key *key)
{
    mbedtls_ecp_group group;
    mbedtls_mpi d;
    mbedtls_mpi_init(&d);
    int result = p384_load(&group);
    if (result == 0 && seed == NULL) {
        result = mbedtls_ecp_gen_privkey(&group, &d, p384_system_random.fill,
                                         p384_system_random.context);
    } else if (result == 0) {
        p384_reduce_seed(seed, key->d);
        result = mbedtls_mpi_read_binary(&d, key->d, sizeof(key->d));
    }
    if (result == 0) {
        result = finish_key(&group, &d, key);
    }
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
    return result;
}

static bool make_key_or_wipe(const uint8_t *seed, struct crypto_p384_key *key)
{
    if (make_key(seed, key) != 0) {
        crypto_wipe(key, sizeof(*key));
        return false;
    }
    return true;
}

bool crypto_p384_generate(struct crypto_p384_key *key)
{
    if (!crypto_random_reseed()) {
        crypto_wipe(key, sizeof(*key));
        return false;
    }
    return make_key_or_wipe(NULL, key);
}

bool crypto_p384_from_seed(const uint8_t seed[CRYPTO_P384_SEED_BYTES], struct crypto_p384_key *key)
{
    return make_key_or_wipe(seed, key);
}
