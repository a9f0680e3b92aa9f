/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What P-384 keys are for, ECDSA and ECDH, against OpenSSL, and what must be refused.
 */
#include <openssl/evp.h>

#include "crypto/p384.h"
#include "crypto_openssl_p384.h"
#include "crypto_support.h"

static int start(void **state)
{
    openssl_p384_start();
    return start_crypto(state);
}

static int stop(void **state)
{
    (void)state;
    openssl_p384_stop();
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
        assert_true(openssl_p384_verifies(&key.public_key, digest, length, &signature));
        assert_true(crypto_p384_verify(&key.public_key, digest, length, &signature));
        openssl_p384_signs(&key, digest, length, &signature);
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
            unhex(openssl_p384_n, wrong, sizeof(wrong));
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
        EVP_PKEY *own = openssl_p384_key(a.d, &a.public_key);
        EVP_PKEY *peer = openssl_p384_key(NULL, &b.public_key);
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
            unhex(openssl_p384_n, key.d, sizeof(key.d));
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
