/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 with published values: signatures of RFC 6979, A.2.6 (SHA-256 and SHA-384, "sample" and
 * "test"), whose nonces and digests are given, and the first agreement of NIST's CAVP for P-384
 * (KAS_ECC_CDH_PrimitiveTest, count 0). OpenSSL and Mbed TLS come to the same. Spoilt values are
 * refused.
 */
#include <openssl/evp.h>

#include "tests/unit/crypto/comparisons.h"

static const char private_key[] = "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba"
                                  "9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5";

static const struct {
    const char *message;
    const EVP_MD *(*hash)(void);
    const char *nonce, *r, *s;
} signatures[] = {
    {
        .message = "sample",
        .hash = EVP_sha256,
        .nonce = "180ae9f9aec5438a44bc159a1fcb277c7be54fa20e7cf404"
                 "b490650a8acc414e375572342863c899f9f2edf9747a9b60",
        .r = "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e"
             "354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd",
        .s = "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d4"
             "5db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0",
    },
    {
        .message = "sample",
        .hash = EVP_sha384,
        .nonce = "94ed910d1a099dad3254e9242ae85abde4ba15168eaf0ca8"
                 "7a555fd56d10fbca2907e3e83ba95368623b8c4686915cf9",
        .r = "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa7"
             "3d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
        .s = "99ef4aeb15f178cea1fe40db2603138f130e740a19624526"
             "203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    },
    {
        .message = "test",
        .hash = EVP_sha256,
        .nonce = "0cfac37587532347dc3389fdc98286bba8c73807285b184c"
                 "83e62e26c401c0faa48dd070ba79921a3457abff2d630ad7",
        .r = "6d6defac9ab64dabafe36c6bf510352a4cc27001263638e5"
             "b16d9bb51d451559f918eedaf2293be5b475cc8f0188636b",
        .s = "2d46f3becbcc523d5f1a1256bf0c9b024d879ba9e838144c"
             "8ba6baeb4b53b47d51ab373f9845c0514eefb14024787265",
    },
    {
        .message = "test",
        .hash = EVP_sha384,
        .nonce = "015ee46a5bf88773ed9123a5ab0807962d193719503c527b"
                 "031b4c2d225092ada71f4a459bc0da98adb95837db8312ea",
        .r = "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36"
             "ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db",
        .s = "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b"
             "827c2f13173923e06a739f040649a667bf3b828246baa5a5",
    },
};

static const char agreement_d[] = "3cc3122a68f0d95027ad38c067916ba0eb8c38894d22e1b1"
                                  "5618b6818a661774ad463b205da88cf699ab4d43c9cf98a1";
static const char agreement_peer[] = "a7c76b970c3b5fe8b05d2838ae04ab47697b9eaf52e76459"
                                     "2efda27fe7513272734466b400091adbf2d68c58e0c50066"
                                     "ac68f19f2e1cb879aed43a9969b91a0839c4c38a49749b66"
                                     "1efedf243451915ed0905a32b060992b468c64766fc8437a";
static const char agreement_z[] = "5f9d29dc5e31a163060356213669c8ce132e22f57c9a04f4"
                                  "0ba7fcead493b457e5621e766c40a2e3d4d6a04b25e533f1";

/* The point with the smallest x, and one of its two y. */
static const char small_point[] = "000000000000000000000000000000000000000000000000"
                                  "000000000000000000000000000000000000000000000002"
                                  "8cdeadbbd04911a3c1931e26df3fa6439dca9c7eb286fbd4"
                                  "6fc319f0e2bb780232baf57825fc0c1912ada2fefe84024c";

static void signatures_are_those_of_rfc_6979(void **state)
{
    (void)state;
    struct crypto_p384_public public_key;
    uint8_t d[CRYPTO_P384_BYTES];
    unhex(private_key, d, sizeof(d));
    assert_true(own_public_key(d, &public_key));
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        struct crypto_p384_signature expected;
        struct crypto_p384_signature own;
        uint8_t nonce[CRYPTO_P384_BYTES];
        uint8_t digest[48];
        unsigned int length = 0;
        assert_int_equal(EVP_Digest(signatures[i].message, strlen(signatures[i].message), digest,
                                    &length, signatures[i].hash(), NULL),
                         1);
        unhex(signatures[i].nonce, nonce, sizeof(nonce));
        unhex(signatures[i].r, expected.r, sizeof(expected.r));
        unhex(signatures[i].s, expected.s, sizeof(expected.s));
        assert_true(own_sign(d, nonce, digest, length, &own));
        assert_memory_equal(&own, &expected, sizeof(own));
        compare_verify(&public_key, digest, length, &expected, true);
        for (size_t byte = i; byte < sizeof(own); byte += 7) {
            struct crypto_p384_signature wrong = expected;
            ((uint8_t *)&wrong)[byte] ^= (uint8_t)(1u << byte % 8);
            compare_verify(&public_key, digest, length, &wrong, false);
        }
        digest[i] ^= 1;
        compare_verify(&public_key, digest, length, &expected, false);
    }
}

static void agreement_is_that_of_cavp(void **state)
{
    (void)state;
    struct crypto_p384_public peer;
    uint8_t d[CRYPTO_P384_BYTES];
    uint8_t expected[CRYPTO_P384_BYTES];
    uint8_t own[CRYPTO_P384_BYTES];
    unhex(agreement_d, d, sizeof(d));
    unhex(agreement_peer, &peer, sizeof(peer));
    unhex(agreement_z, expected, sizeof(expected));
    assert_true(own_ecdh(d, &peer, own));
    assert_memory_equal(own, expected, sizeof(own));
    compare_ecdh(d, &peer);
    for (size_t bit = 0; bit < 8 * sizeof(peer); bit += 5) {
        struct crypto_p384_public wrong = peer;
        ((uint8_t *)&wrong)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        compare_valid(&wrong, false);
    }
}

/* x = 2 is on the curve, and x + p fits 384 bits: the same point, badly encoded. */
static void coordinate_from_p_on_is_no_other_name(void **state)
{
    (void)state;
    struct crypto_p384_public small;
    unhex(small_point, &small, sizeof(small));
    compare_valid(&small, true);
    number_near(p_hex, 2, small.x);
    compare_valid(&small, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_rfc_6979),
        cmocka_unit_test(agreement_is_that_of_cavp),
        cmocka_unit_test(coordinate_from_p_on_is_no_other_name),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
