/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 by Mbed TLS (second_opinions.h), which the firmware used before it had its own.
 */
#undef MBEDTLS_CONFIG_FILE
#define MBEDTLS_CONFIG_FILE "tests/unit/crypto/mbedtls_config_ecp.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>

#include "tests/unit/crypto/second_opinions.h"

#define POINT_BYTES (1u + 2u * CRYPTO_P384_BYTES)

static mbedtls_ecp_group group;

static void start(void)
{
    mbedtls_ecp_group_init(&group);
    if (mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) != 0) {
        abort();
    }
}

/* Blinding, which changes no result: any number does. */
static int fill_any(void *state, unsigned char *output, size_t length)
{
    (void)state;
    memset(output, 0x35, length);
    return 0;
}

/* What ECDSA asks for first is the nonce; then it blinds. */
struct nonce {
    const uint8_t *bytes; /* NULL once it has been given. */
};

static int fill_nonce(void *state, unsigned char *output, size_t length)
{
    struct nonce *nonce = state;
    if (nonce->bytes == NULL || length != CRYPTO_P384_BYTES) {
        return fill_any(NULL, output, length);
    }
    memcpy(output, nonce->bytes, length);
    nonce->bytes = NULL;
    return 0;
}

static bool read_point(mbedtls_ecp_point *point, const struct crypto_p384_public *public_key)
{
    uint8_t bytes[POINT_BYTES] = {4};
    memcpy(&bytes[1], public_key, sizeof(*public_key));
    return mbedtls_ecp_point_read_binary(&group, point, bytes, sizeof(bytes)) == 0 &&
           mbedtls_ecp_check_pubkey(&group, point) == 0;
}

static bool public_key_of(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *public_key)
{
    mbedtls_ecp_point point;
    mbedtls_mpi scalar;
    uint8_t bytes[POINT_BYTES];
    size_t length = 0;
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&scalar);
    const bool done = mbedtls_mpi_read_binary(&scalar, d, CRYPTO_P384_BYTES) == 0 &&
                      mbedtls_ecp_mul(&group, &point, &scalar, &group.G, fill_any, NULL) == 0 &&
                      mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                                     &length, bytes, sizeof(bytes)) == 0;
    if (done) {
        memcpy(public_key, &bytes[1], sizeof(*public_key));
    }
    mbedtls_mpi_free(&scalar);
    mbedtls_ecp_point_free(&point);
    return done;
}

static bool is_valid(const struct crypto_p384_public *public_key)
{
    mbedtls_ecp_point point;
    mbedtls_ecp_point_init(&point);
    const bool valid = read_point(&point, public_key);
    mbedtls_ecp_point_free(&point);
    return valid;
}

static bool ecdh(const uint8_t d[CRYPTO_P384_BYTES], const struct crypto_p384_public *peer,
                 uint8_t shared_secret[CRYPTO_P384_BYTES])
{
    mbedtls_ecp_point point;
    mbedtls_mpi scalar;
    mbedtls_mpi z;
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&scalar);
    mbedtls_mpi_init(&z);
    const bool done =
        read_point(&point, peer) && mbedtls_mpi_read_binary(&scalar, d, CRYPTO_P384_BYTES) == 0 &&
        mbedtls_ecdh_compute_shared(&group, &z, &point, &scalar, fill_any, NULL) == 0 &&
        mbedtls_mpi_write_binary(&z, shared_secret, CRYPTO_P384_BYTES) == 0;
    mbedtls_mpi_free(&z);
    mbedtls_mpi_free(&scalar);
    mbedtls_ecp_point_free(&point);
    return done;
}

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

static bool sign(const uint8_t d[CRYPTO_P384_BYTES], const uint8_t nonce[CRYPTO_P384_BYTES],
                 const uint8_t *digest, size_t length, struct crypto_p384_signature *signature)
{
    struct numbers numbers;
    struct nonce given = {nonce};
    init_numbers(&numbers);
    const bool done =
        mbedtls_mpi_read_binary(&numbers.d, nonce, CRYPTO_P384_BYTES) == 0 &&
        mbedtls_ecp_check_privkey(&group, &numbers.d) == 0 &&
        mbedtls_mpi_read_binary(&numbers.d, d, CRYPTO_P384_BYTES) == 0 &&
        mbedtls_ecdsa_sign(&group, &numbers.r, &numbers.s, &numbers.d, digest, length, fill_nonce,
                           &given) == 0 &&
        mbedtls_mpi_write_binary(&numbers.r, signature->r, sizeof(signature->r)) == 0 &&
        mbedtls_mpi_write_binary(&numbers.s, signature->s, sizeof(signature->s)) == 0;
    free_numbers(&numbers);
    return done;
}

static bool verify(const struct crypto_p384_public *public_key, const uint8_t *digest,
                   size_t length, const struct crypto_p384_signature *signature)
{
    mbedtls_ecp_point point;
    struct numbers numbers;
    init_numbers(&numbers);
    mbedtls_ecp_point_init(&point);
    const bool valid =
        read_point(&point, public_key) &&
        mbedtls_mpi_read_binary(&numbers.r, signature->r, sizeof(signature->r)) == 0 &&
        mbedtls_mpi_read_binary(&numbers.s, signature->s, sizeof(signature->s)) == 0 &&
        mbedtls_ecdsa_verify(&group, digest, length, &point, &numbers.r, &numbers.s) == 0;
    mbedtls_ecp_point_free(&point);
    free_numbers(&numbers);
    return valid;
}

const struct opinion opinion_mbedtls = {
    .name = "Mbed TLS",
    .start = start,
    .public_key = public_key_of,
    .is_valid = is_valid,
    .ecdh = ecdh,
    .sign = sign,
    .verify = verify,
};
