/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 keys, ECDSA and ECDH against OpenSSL, and what must be refused.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "crypto/p384.h"
#include "crypto_support.h"

static const char n_hex[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973";
static const char p_hex[] = "ffffffffffffffffffffffffffffffffffffffffffffffff"
                            "fffffffffffffffeffffffff0000000000000000ffffffff";

/* ---- OpenSSL's side ---- */

static EC_GROUP *group;
static BN_CTX *bn;

/* x and y of d * G. */
static void openssl_multiply(const uint8_t d[CRYPTO_P384_BYTES], struct crypto_p384_public *result)
{
    BIGNUM *scalar = BN_bin2bn(d, CRYPTO_P384_BYTES, NULL);
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    assert_int_equal(EC_POINT_mul(group, point, scalar, NULL, NULL, bn), 1);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, bn), 1);
    BN_bn2binpad(x, result->x, CRYPTO_P384_BYTES);
    BN_bn2binpad(y, result->y, CRYPTO_P384_BYTES);
    EC_POINT_free(point);
    BN_free(scalar);
    BN_free(x);
    BN_free(y);
}

static EVP_PKEY *openssl_key(const uint8_t *d, const struct crypto_p384_public *public_key)
{
    uint8_t point[1 + sizeof(*public_key)] = {4};
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = d != NULL ? BN_bin2bn(d, CRYPTO_P384_BYTES, NULL) : NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    memcpy(point + 1, public_key, sizeof(*public_key));
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
    if (scalar != NULL) {
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    }
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(scalar);
    EVP_PKEY_CTX_free(context);
    return key;
}

static bool openssl_verifies(const struct crypto_p384_public *public_key, const uint8_t *digest,
                             size_t length, const struct crypto_p384_signature *signature)
{
    EVP_PKEY *key = openssl_key(NULL, public_key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    uint8_t *der = NULL;
    ECDSA_SIG_set0(numbers, BN_bin2bn(signature->r, CRYPTO_P384_BYTES, NULL),
                   BN_bin2bn(signature->s, CRYPTO_P384_BYTES, NULL));
    const int der_length = i2d_ECDSA_SIG(numbers, &der);
    assert_int_equal(EVP_PKEY_verify_init(context), 1);
    const int result = EVP_PKEY_verify(context, der, (size_t)der_length, digest, length);
    OPENSSL_free(der);
    ECDSA_SIG_free(numbers);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return result == 1;
}

static void openssl_signs(const struct crypto_p384_key *key, const uint8_t *digest, size_t length,
                          struct crypto_p384_signature *signature)
{
    EVP_PKEY *openssl = openssl_key(key->d, &key->public_key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(openssl, NULL);
    uint8_t der[128];
    const uint8_t *position = der;
    size_t der_length = sizeof(der);
    assert_int_equal(EVP_PKEY_sign_init(context), 1);
    assert_int_equal(EVP_PKEY_sign(context, der, &der_length, digest, length), 1);
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &position, (long)der_length);
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), signature->r, CRYPTO_P384_BYTES);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), signature->s, CRYPTO_P384_BYTES);
    ECDSA_SIG_free(numbers);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(openssl);
}

static int start(void **state)
{
    group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    bn = BN_CTX_new();
    return start_crypto(state);
}

static int stop(void **state)
{
    (void)state;
    EC_GROUP_free(group);
    BN_CTX_free(bn);
    return 0;
}

/* The random generator has no source now, until start_crypto. */
static bool no_entropy(uint8_t *buffer, size_t length)
{
    memset(buffer, 0, length);
    return false;
}

static void break_random(void)
{
    entropy_source = no_entropy;
    assert_false(crypto_random_start());
    entropy_source = NULL;
}

static int repair_random(void **state)
{
    (void)state;
    return crypto_random_start() ? 0 : -1;
}

/* ---- Keys ---- */

static void generated_keys_are_pairs_and_differ(void **state)
{
    (void)state;
    struct crypto_p384_key keys[8];
    for (size_t i = 0; i < 8; i++) {
        struct crypto_p384_public expected;
        assert_true(crypto_p384_generate(&keys[i]));
        openssl_multiply(keys[i].d, &expected);
        assert_memory_equal(&keys[i].public_key, &expected, sizeof(expected));
        assert_true(crypto_p384_is_valid(&keys[i].public_key));
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(keys[i].d, keys[j].d, CRYPTO_P384_BYTES);
        }
    }
}

static void expect_seed_gives(const uint8_t seed[CRYPTO_P384_SEED_BYTES])
{
    struct crypto_p384_key key;
    struct crypto_p384_public expected;
    uint8_t d[CRYPTO_P384_BYTES];
    BIGNUM *n = NULL;
    BIGNUM *number = BN_bin2bn(seed, CRYPTO_P384_SEED_BYTES, NULL);
    BN_hex2bn(&n, n_hex);
    BN_sub_word(n, 1);
    assert_int_equal(BN_mod(number, number, n, bn), 1);
    BN_add_word(number, 1);
    BN_bn2binpad(number, d, sizeof(d));
    BN_free(n);
    BN_free(number);
    openssl_multiply(d, &expected);
    assert_true(crypto_p384_from_seed(seed, &key));
    assert_memory_equal(key.d, d, sizeof(d));
    assert_memory_equal(&key.public_key, &expected, sizeof(expected));
}

static void seed_is_reduced_as_fips_186_says(void **state)
{
    (void)state;
    uint8_t seed[CRYPTO_P384_SEED_BYTES] = {0};
    expect_seed_gives(seed); /* d = 1 */
    memset(seed, 0xff, sizeof(seed));
    expect_seed_gives(seed);
    memset(seed, 0, 8);
    unhex(n_hex, seed + 8, CRYPTO_P384_BYTES);
    for (unsigned int i = 0; i < 4; i++) { /* n, n - 1 (d = 1), n - 2 (d = n - 1), n - 3 */
        expect_seed_gives(seed);
        seed[sizeof(seed) - 1]--;
    }
    for (unsigned int i = 0; i < 20; i++) {
        fill(seed, sizeof(seed));
        expect_seed_gives(seed);
    }
}

/* ---- Public keys ---- */

static void expect_invalid(const struct crypto_p384_public *public_key)
{
    static const uint8_t digest[48] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    uint8_t secret[CRYPTO_P384_BYTES];
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    memset(secret, 0xa5, sizeof(secret));
    assert_false(crypto_p384_is_valid(public_key));
    assert_false(crypto_p384_verify(public_key, digest, sizeof(digest), &signature));
    assert_false(crypto_p384_ecdh(&key, public_key, secret));
    assert_true(all_zero(secret, sizeof(secret)));
}

static void points_off_the_curve_are_refused(void **state)
{
    (void)state;
    struct crypto_p384_key key;
    assert_true(crypto_p384_generate(&key));
    const size_t bytes[] = {0, 20, 47, 48, 70, 95};
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        struct crypto_p384_public wrong = key.public_key;
        ((uint8_t *)&wrong)[bytes[i]] ^= 1;
        expect_invalid(&wrong);
    }
    struct crypto_p384_public swapped;
    memcpy(swapped.x, key.public_key.y, CRYPTO_P384_BYTES);
    memcpy(swapped.y, key.public_key.x, CRYPTO_P384_BYTES);
    expect_invalid(&swapped);
}

static void zero_is_refused(void **state)
{
    (void)state;
    const struct crypto_p384_public zero = {{0}, {0}};
    expect_invalid(&zero);
}

static void coordinates_from_p_on_are_refused(void **state)
{
    (void)state;
    struct crypto_p384_public wrong;
    memset(&wrong, 0xff, sizeof(wrong));
    expect_invalid(&wrong);

    /* A point whose small x leaves room for x + p in 384 bits: the same point, badly encoded. */
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    BIGNUM *p = NULL;
    EC_POINT *point = EC_POINT_new(group);
    BN_hex2bn(&p, p_hex);
    BN_set_word(x, 1);
    while (EC_POINT_set_compressed_coordinates(group, point, x, 0, bn) != 1) {
        BN_add_word(x, 1);
    }
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, bn), 1);
    BN_bn2binpad(x, wrong.x, CRYPTO_P384_BYTES);
    BN_bn2binpad(y, wrong.y, CRYPTO_P384_BYTES);
    assert_true(crypto_p384_is_valid(&wrong));
    BN_add(x, x, p);
    BN_bn2binpad(x, wrong.x, CRYPTO_P384_BYTES);
    expect_invalid(&wrong);
    EC_POINT_free(point);
    BN_free(x);
    BN_free(y);
    BN_free(p);
}

/* ---- ECDSA ---- */

static void signatures_pass_between_us_and_openssl(void **state)
{
    (void)state;
    static const size_t lengths[] = {32, 48};
    for (unsigned int round = 0; round < 10; round++) {
        struct crypto_p384_key key;
        struct crypto_p384_signature signature;
        uint8_t digest[48];
        const size_t length = lengths[round % 2];
        fill(digest, sizeof(digest));
        assert_true(crypto_p384_generate(&key));
        assert_true(crypto_p384_sign(&key, digest, length, &signature));
        assert_true(openssl_verifies(&key.public_key, digest, length, &signature));
        assert_true(crypto_p384_verify(&key.public_key, digest, length, &signature));
        openssl_signs(&key, digest, length, &signature);
        assert_true(crypto_p384_verify(&key.public_key, digest, length, &signature));
    }
}

static void signatures_of_one_digest_differ(void **state)
{
    (void)state;
    static const uint8_t digest[32] = {7};
    struct crypto_p384_key key;
    struct crypto_p384_signature first;
    struct crypto_p384_signature second;
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &first));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &second));
    assert_memory_not_equal(first.r, second.r, CRYPTO_P384_BYTES);
}

static void every_wrong_byte_spoils_a_signature(void **state)
{
    (void)state;
    static const size_t lengths[] = {32, 48};
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    uint8_t digest[48];
    fill(digest, sizeof(digest));
    assert_true(crypto_p384_generate(&key));
    for (size_t i = 0; i < 2; i++) {
        assert_true(crypto_p384_sign(&key, digest, lengths[i], &signature));
        for (size_t byte = 0; byte < lengths[i]; byte++) {
            digest[byte] ^= (uint8_t)(1u << (byte % 8));
            assert_false(crypto_p384_verify(&key.public_key, digest, lengths[i], &signature));
            digest[byte] ^= (uint8_t)(1u << (byte % 8));
        }
    }
    for (size_t byte = 0; byte < sizeof(signature); byte++) {
        ((uint8_t *)&signature)[byte] ^= (uint8_t)(1u << (byte % 8));
        assert_false(crypto_p384_verify(&key.public_key, digest, 48, &signature));
        ((uint8_t *)&signature)[byte] ^= (uint8_t)(1u << (byte % 8));
    }
    assert_true(crypto_p384_verify(&key.public_key, digest, 48, &signature));
    assert_true(crypto_p384_generate(&key)); /* Another key. */
    assert_false(crypto_p384_verify(&key.public_key, digest, 48, &signature));
}

static void numbers_outside_1_to_n_less_1_are_no_signature(void **state)
{
    (void)state;
    static const uint8_t digest[48] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_signature good;
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &good));
    for (unsigned int which = 0; which < 3; which++) {
        uint8_t wrong[CRYPTO_P384_BYTES] = {0};
        if (which == 1) {
            unhex(n_hex, wrong, sizeof(wrong));
        } else if (which == 2) {
            memset(wrong, 0xff, sizeof(wrong));
        }
        struct crypto_p384_signature signature = good;
        memcpy(signature.r, wrong, sizeof(wrong));
        assert_false(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
        memcpy(signature.s, wrong, sizeof(wrong));
        assert_false(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
        memcpy(signature.r, good.r, sizeof(wrong));
        assert_false(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
    }
}

/* ---- ECDH ---- */

static void shared_secrets_equal_openssl(void **state)
{
    (void)state;
    for (unsigned int round = 0; round < 10; round++) {
        struct crypto_p384_key a;
        struct crypto_p384_key b;
        uint8_t secret[CRYPTO_P384_BYTES];
        uint8_t expected[CRYPTO_P384_BYTES];
        size_t length = sizeof(expected);
        assert_true(crypto_p384_generate(&a));
        assert_true(crypto_p384_generate(&b));
        EVP_PKEY *own = openssl_key(a.d, &a.public_key);
        EVP_PKEY *peer = openssl_key(NULL, &b.public_key);
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
        assert_int_equal(EVP_PKEY_derive_init(context), 1);
        assert_int_equal(EVP_PKEY_derive_set_peer(context, peer), 1);
        assert_int_equal(EVP_PKEY_derive(context, expected, &length), 1);
        EVP_PKEY_CTX_free(context);
        EVP_PKEY_free(own);
        EVP_PKEY_free(peer);
        assert_true(crypto_p384_ecdh(&a, &b.public_key, secret));
        assert_memory_equal(secret, expected, sizeof(secret));
        assert_true(crypto_p384_ecdh(&b, &a.public_key, secret));
        assert_memory_equal(secret, expected, sizeof(secret));
    }
}

static void key_agreement_is_that_of_section_13_1(void **state)
{
    (void)state;
    uint8_t seed_a[CRYPTO_P384_SEED_BYTES] = {[CRYPTO_P384_SEED_BYTES - 1] = 6};  /* d = 7 */
    uint8_t seed_b[CRYPTO_P384_SEED_BYTES] = {[CRYPTO_P384_SEED_BYTES - 1] = 10}; /* d = 11 */
    struct crypto_p384_key a;
    struct crypto_p384_key b;
    struct crypto_p384_public expected;
    uint8_t secret[CRYPTO_P384_BYTES];
    uint8_t expected_secret[CRYPTO_P384_BYTES];
    assert_true(crypto_p384_from_seed(seed_a, &a));
    assert_true(crypto_p384_from_seed(seed_b, &b));
    unhex("283c1d7365ce4788f29f8ebf234edffead6fe997fbea5ffa2d58cc9dfa7b1c508b05526f55b9ebb2"
          "040f05b48fb6d0e1"
          "9475c99061e41b88ba52efdb8c1690471a61d867ed799729d9c92cd01dbd225630d84ede32a78f9e"
          "64664cdac512ef8c",
          &expected, sizeof(expected));
    assert_memory_equal(&a.public_key, &expected, sizeof(expected));
    unhex("099056e27da7b998da1eeec2904816c57fe935ed5837c37456c9fd14892d3f8c4749b66e3afb81d6"
          "26356f3b55b4ddd8"
          "2e4c0c234e30ab96688505544ac5e0396fc4eed8dfc363fd43ff93f41b52a3255466d51263aaff35"
          "7d5dba8138c5e0bb",
          &expected, sizeof(expected));
    assert_memory_equal(&b.public_key, &expected, sizeof(expected));
    unhex("8366c4994a4f8178be0e80d6e7c06e6c42fa847b2b2112f972bee0a7111c5b8e604c9f0f2f029c95"
          "c1134cb107e7ef95",
          expected_secret, sizeof(expected_secret));
    assert_true(crypto_p384_ecdh(&a, &b.public_key, secret));
    assert_memory_equal(secret, expected_secret, sizeof(secret));
}

/* ---- Failures ---- */

static void private_keys_outside_1_to_n_less_1_do_nothing(void **state)
{
    (void)state;
    static const uint8_t digest[48] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_key peer;
    struct crypto_p384_signature signature;
    uint8_t secret[CRYPTO_P384_BYTES];
    assert_true(crypto_p384_generate(&peer));
    for (unsigned int which = 0; which < 2; which++) {
        memset(&key, 0, sizeof(key));
        if (which == 1) {
            unhex(n_hex, key.d, sizeof(key.d));
        }
        memset(&signature, 0xa5, sizeof(signature));
        memset(secret, 0xa5, sizeof(secret));
        assert_false(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
        assert_false(crypto_p384_ecdh(&key, &peer.public_key, secret));
        assert_true(all_zero(&signature, sizeof(signature)));
        assert_true(all_zero(secret, sizeof(secret)));
    }
}

static void without_random_numbers_nothing_secret_is_done(void **state)
{
    (void)state;
    static const uint8_t digest[48] = {1};
    static const uint8_t seed[CRYPTO_P384_SEED_BYTES] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_key out;
    struct crypto_p384_signature signature;
    uint8_t secret[CRYPTO_P384_BYTES];
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    break_random();

    memset(&out, 0xa5, sizeof(out));
    assert_false(crypto_p384_generate(&out));
    assert_true(all_zero(&out, sizeof(out)));
    memset(&out, 0xa5, sizeof(out));
    assert_false(crypto_p384_from_seed(seed, &out));
    assert_true(all_zero(&out, sizeof(out)));
    memset(secret, 0xa5, sizeof(secret));
    assert_false(crypto_p384_ecdh(&key, &key.public_key, secret));
    assert_true(all_zero(secret, sizeof(secret)));
    assert_true(crypto_p384_is_valid(&key.public_key)); /* These need none. */
    assert_true(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
    assert_false(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    assert_true(all_zero(&signature, sizeof(signature)));
}

/* Nothing of ours uses the library's heap. */
static void heap_is_not_used(void **state)
{
    (void)state;
    static const uint8_t digest[48] = {1};
    struct crypto_p384_key key;
    struct crypto_p384_signature signature;
    uint8_t secret[CRYPTO_P384_BYTES];
    crypto_start();
    const size_t peak = crypto_arena_peak();
    assert_true(crypto_p384_generate(&key));
    assert_true(crypto_p384_ecdh(&key, &key.public_key, secret));
    assert_true(crypto_p384_sign(&key, digest, sizeof(digest), &signature));
    assert_true(crypto_p384_verify(&key.public_key, digest, sizeof(digest), &signature));
    assert_int_equal(crypto_arena_peak(), peak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_keys_are_pairs_and_differ),
        cmocka_unit_test(seed_is_reduced_as_fips_186_says),
        cmocka_unit_test(points_off_the_curve_are_refused),
        cmocka_unit_test(zero_is_refused),
        cmocka_unit_test(coordinates_from_p_on_are_refused),
        cmocka_unit_test(signatures_pass_between_us_and_openssl),
        cmocka_unit_test(signatures_of_one_digest_differ),
        cmocka_unit_test(every_wrong_byte_spoils_a_signature),
        cmocka_unit_test(numbers_outside_1_to_n_less_1_are_no_signature),
        cmocka_unit_test(shared_secrets_equal_openssl),
        cmocka_unit_test(key_agreement_is_that_of_section_13_1),
        cmocka_unit_test(private_keys_outside_1_to_n_less_1_do_nothing),
        cmocka_unit_test_teardown(without_random_numbers_nothing_secret_is_done, repair_random),
        cmocka_unit_test(heap_is_not_used),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
