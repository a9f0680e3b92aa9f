/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares our P-384 with both second opinions. A test program includes this once, in place of
 * crypto_support.h. It is built twice: with sanitizers, and without (mk/native.mk), where there is
 * time for more random cases; with VIRTASP_LONG=1 for 100000.
 */
#ifndef TESTS_UNIT_CRYPTO_COMPARISONS_H
#define TESTS_UNIT_CRYPTO_COMPARISONS_H

#include "crypto/p384_secrets.h"
#include "tests/unit/crypto/second_opinions.h"
#include "tests/unit/crypto_support.h"

#ifdef CRYPTO_FLOW_TEST /* Without sanitizers. */
#define RANDOM_CASES 2000u

uint32_t crypto_revealed(uint32_t word)
{
    return word;
}
#else
#define RANDOM_CASES 50u
#endif
#define RANDOM_CASES_LONG 100000u

/* VIRTASP_LONG=1: more of them. */
__attribute__((unused)) static uint32_t random_cases(void)
{
    const char *const wanted = getenv("VIRTASP_LONG");
    return wanted != NULL && *wanted == '1' ? RANDOM_CASES_LONG : RANDOM_CASES;
}

static const struct opinion *const opinions[] = {&opinion_openssl, &opinion_mbedtls};
#define OPINIONS (sizeof(opinions) / sizeof(opinions[0]))

static const char n_hex[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973";
static const char p_hex[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "fffffffffffffffeffffffff0000000000000000ffffffff";

static int start(void **state)
{
    const int result = start_crypto(state);
    for (size_t i = 0; i < OPINIONS; i++) {
        opinions[i]->start();
    }
    return result;
}

/* number = value of the text + add, which may be negative */
__attribute__((unused)) static void number_near(const char *hex, int add,
                                                uint8_t number[CRYPTO_P384_BYTES])
{
    unhex(hex, number, CRYPTO_P384_BYTES);
    for (size_t i = CRYPTO_P384_BYTES; i > 0 && add != 0; i--) {
        const int sum = number[i - 1] + add;
        number[i - 1] = (uint8_t)sum;
        add = sum >> 8; /* To minus infinity: -1 is a borrow. */
    }
}

static const char zero_hex[] = "000000000000000000000000000000000000000000000000"
                               "000000000000000000000000000000000000000000000000";

/*
 * The numbers for which the last sum of the comb adds two equal points:
 * n - 2 (2^352 + 2^288 + 2^224 - 2^160 + 2^96 + 2^32), and n less that.
 */
static const char comb_hex[] = "fffffffdfffffffffffffffdfffffffffffffffdffffffff"
                               "c7634d83f4372ddf581a0db048b0a77aecec1968ccc52973";
static const char comb_negative_hex[] = "0000000200000000000000020000000000000001ffffffff"
                                        "fffffffe0000000000000002000000000000000200000000";

/* ---- A case ---- */

/* The public key by our own arithmetic; the interface makes keys of seeds only. */
static bool own_public_key(const uint8_t d[CRYPTO_P384_BYTES],
                           struct crypto_p384_public *public_key)
{
    struct p384_scalar scalar;
    struct p384_field blinding;
    struct p384_point point;
    if (!p384_scalar_read(&scalar, d)) {
        return false;
    }
    assert_true(p384_random_blinding(&blinding));
    p384_multiply_base(&point, &scalar, &blinding);
    return p384_point_write(&point, public_key->x, public_key->y);
}

static bool own_sign(const uint8_t d[CRYPTO_P384_BYTES], const uint8_t nonce[CRYPTO_P384_BYTES],
                     const uint8_t *digest, size_t length, struct crypto_p384_signature *signature)
{
    struct crypto_p384_key key = {0};
    struct p384_scalar scalar;
    memcpy(key.d, d, sizeof(key.d));
    return p384_scalar_read(&scalar, nonce) &&
           p384_sign_with(&scalar, &key, digest, length, signature);
}

static bool own_ecdh(const uint8_t d[CRYPTO_P384_BYTES], const struct crypto_p384_public *peer,
                     uint8_t shared_secret[CRYPTO_P384_BYTES])
{
    struct crypto_p384_key key = {0};
    memcpy(key.d, d, sizeof(key.d));
    return crypto_p384_ecdh(&key, peer, shared_secret);
}

__attribute__((unused)) static void compare_public_key(const uint8_t d[CRYPTO_P384_BYTES])
{
    struct crypto_p384_public own = {{0}, {0}};
    const bool done = own_public_key(d, &own);
    for (size_t i = 0; i < OPINIONS; i++) {
        struct crypto_p384_public other = {{0}, {0}};
        assert_int_equal(opinions[i]->public_key(d, &other), done);
        assert_memory_equal(&own, &other, sizeof(own));
    }
}

static void compare_ecdh(const uint8_t d[CRYPTO_P384_BYTES], const struct crypto_p384_public *peer)
{
    uint8_t own[CRYPTO_P384_BYTES];
    const bool done = own_ecdh(d, peer, own);
    for (size_t i = 0; i < OPINIONS; i++) {
        uint8_t other[CRYPTO_P384_BYTES] = {0};
        assert_int_equal(opinions[i]->ecdh(d, peer, other), done);
        assert_memory_equal(own, other, sizeof(own));
    }
}

__attribute__((unused)) static void compare_sign(const uint8_t d[CRYPTO_P384_BYTES],
                                                 const uint8_t nonce[CRYPTO_P384_BYTES],
                                                 const uint8_t *digest, size_t length)
{
    struct crypto_p384_signature own = {{0}, {0}};
    const bool done = own_sign(d, nonce, digest, length, &own);
    for (size_t i = 0; i < OPINIONS; i++) {
        struct crypto_p384_signature other = {{0}, {0}};
        assert_int_equal(opinions[i]->sign(d, nonce, digest, length, &other), done);
        assert_memory_equal(&own, &other, sizeof(own));
    }
    if (done) {
        struct crypto_p384_public public_key;
        assert_true(own_public_key(d, &public_key));
        assert_true(crypto_p384_verify(&public_key, digest, length, &own));
        if (digest[0] % 4 != 0) {
            return; /* The rest takes long. */
        }
        ((uint8_t *)&own)[pick(sizeof(own))] ^= (uint8_t)(1u << pick(8));
        assert_false(crypto_p384_verify(&public_key, digest, length, &own));
    }
}

__attribute__((unused)) static void compare_verify(const struct crypto_p384_public *public_key,
                                                   const uint8_t *digest, size_t length,
                                                   const struct crypto_p384_signature *signature,
                                                   bool valid)
{
    assert_int_equal(crypto_p384_verify(public_key, digest, length, signature), valid);
    for (size_t i = 0; i < OPINIONS; i++) {
        assert_int_equal(opinions[i]->verify(public_key, digest, length, signature), valid);
    }
}

__attribute__((unused)) static void compare_valid(const struct crypto_p384_public *public_key,
                                                  bool valid)
{
    uint8_t d[CRYPTO_P384_BYTES] = {[CRYPTO_P384_BYTES - 1] = 7};
    assert_int_equal(crypto_p384_is_valid(public_key), valid);
    for (size_t i = 0; i < OPINIONS; i++) {
        assert_int_equal(opinions[i]->is_valid(public_key), valid);
    }
    compare_ecdh(d, public_key);
}

/* ---- Scalars that are small, near n, or alike in many bits ---- */

#define EDGES_MAX 128u

__attribute__((unused)) static size_t edge_scalars(uint8_t scalars[EDGES_MAX][CRYPTO_P384_BYTES])
{
    size_t count = 0;
    for (int i = 0; i <= 6; i++) { /* 0 and n are refused. */
        number_near(zero_hex, i, scalars[count++]);
        number_near(n_hex, -i, scalars[count++]);
        number_near(n_hex, i, scalars[count++]);
    }
    /* Near the windows' edges; with 38 and n - 38 the last window adds two equal points. */
    static const int near[] = {15, 16, 17, 31, 32, 33, 37, 38, 39, 63, 64, 65};
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
        number_near(zero_hex, near[i], scalars[count++]);
        number_near(n_hex, -near[i], scalars[count++]);
    }
    for (int i = -2; i <= 2; i++) {
        number_near(comb_hex, i, scalars[count++]);
        number_near(comb_negative_hex, i, scalars[count++]);
    }
    number_near(p_hex, 0, scalars[count++]);
    memset(scalars[count++], 0xff, CRYPTO_P384_BYTES);
    memset(scalars[count++], 0x55, CRYPTO_P384_BYTES);
    memset(scalars[count++], 0xaa, CRYPTO_P384_BYTES);
    for (size_t byte = 0; byte < CRYPTO_P384_BYTES; byte += 5) { /* Single bits, runs of ones. */
        memset(scalars[count], 0, CRYPTO_P384_BYTES);
        scalars[count++][byte] = (uint8_t)(1u << byte % 8);
        memset(scalars[count], 0, CRYPTO_P384_BYTES);
        memset(scalars[count++] + byte, 0xff, CRYPTO_P384_BYTES - byte);
    }
    assert_in_range(count, 64, EDGES_MAX);
    return count;
}

#endif
