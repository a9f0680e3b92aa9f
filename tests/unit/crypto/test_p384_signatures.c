/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures and points of every kind are judged by our P-384 as by OpenSSL and Mbed TLS.
 */
#include "tests/unit/crypto/comparisons.h"

/* ---- Signatures ---- */

static void random_signatures_agree(void **state)
{
    (void)state;
    uint8_t d[CRYPTO_P384_BYTES];
    uint8_t nonce[CRYPTO_P384_BYTES];
    uint8_t digest[48];
    for (uint32_t i = random_cases(); i > 0; i--) {
        fill(d, sizeof(d));
        fill(nonce, sizeof(nonce));
        fill(digest, sizeof(digest));
        compare_sign(d, nonce, digest, i % 2 == 0 ? 32 : 48);
    }
}

static void numbers_in_signatures_are_judged_alike(void **state)
{
    (void)state;
    static uint8_t edges[EDGES_MAX][CRYPTO_P384_BYTES];
    const size_t count = edge_scalars(edges);
    struct crypto_p384_signature good;
    struct crypto_p384_public public_key;
    uint8_t d[CRYPTO_P384_BYTES];
    uint8_t nonce[CRYPTO_P384_BYTES];
    uint8_t digest[48];
    fill(d, sizeof(d));
    fill(nonce, sizeof(nonce));
    fill(digest, sizeof(digest));
    assert_true(own_public_key(d, &public_key));
    assert_true(own_sign(d, nonce, digest, sizeof(digest), &good));
    compare_verify(&public_key, digest, sizeof(digest), &good, true);
    for (size_t i = 0; i < count; i += i < 21 ? 1 : 5) {
        struct crypto_p384_signature wrong = good;
        memcpy(wrong.r, edges[i], sizeof(wrong.r));
        compare_verify(&public_key, digest, sizeof(digest), &wrong, false);
        memcpy(wrong.s, edges[i], sizeof(wrong.s));
        compare_verify(&public_key, digest, sizeof(digest), &wrong, false);
        memcpy(wrong.r, good.r, sizeof(wrong.r));
        compare_verify(&public_key, digest, sizeof(digest), &wrong, false);
    }
}

/*
 * Verification adds (e / s) G and (r / s) Q. With e = 0 there is only one of them; with Q = G and
 * r = e they are equal; with Q = G and r = n - e they are opposite, and the sum is no point. For a
 * nonce k the key d = 1 gives s k = e + r: whatever k, both are told apart rightly.
 */
static void both_halves_of_a_verification_may_meet(void **state)
{
    (void)state;
    struct crypto_p384_public base;
    struct crypto_p384_signature signature;
    uint8_t d[CRYPTO_P384_BYTES] = {[CRYPTO_P384_BYTES - 1] = 1};
    uint8_t nonce[CRYPTO_P384_BYTES];
    uint8_t digest[48] = {0};
    fill(nonce, sizeof(nonce));
    assert_true(own_public_key(d, &base));
    compare_sign(d, nonce, digest, sizeof(digest));
    number_near(n_hex, 0, digest); /* 0 modulo n */
    compare_sign(d, nonce, digest, sizeof(digest));

    assert_true(opinion_openssl.sign(d, nonce, digest, sizeof(digest), &signature));
    memcpy(digest, signature.r, sizeof(digest)); /* e = r, which depends on the nonce only. */
    compare_sign(d, nonce, digest, sizeof(digest));
    assert_true(own_sign(d, nonce, digest, sizeof(digest), &signature));
    compare_verify(&base, digest, sizeof(digest), &signature, true);

    struct p384_scalar r; /* e = n - r */
    assert_true(p384_scalar_read(&r, signature.r));
    if (p384_scalar_make_odd(&r, &r) == 0) { /* r was odd: make n - r of it, which is even. */
        struct p384_scalar minus_1;
        number_near(n_hex, -1, digest);
        assert_true(p384_scalar_read(&minus_1, digest));
        p384_scalar_multiply(&r, &r, &minus_1);
    }
    p384_words_write(r.words, digest);
    compare_verify(&base, digest, sizeof(digest), &signature, false);
    assert_false(own_sign(d, nonce, digest, sizeof(digest), &signature)); /* s = 0 */
    assert_true(all_zero(&signature, sizeof(signature)));
}

/* ---- Points ---- */

static void points_are_judged_alike(void **state)
{
    (void)state;
    struct crypto_p384_public good;
    uint8_t d[CRYPTO_P384_BYTES];
    fill(d, sizeof(d));
    assert_true(own_public_key(d, &good));
    compare_valid(&good, true);
    for (size_t byte = 0; byte < sizeof(good); byte++) {
        struct crypto_p384_public wrong = good;
        ((uint8_t *)&wrong)[byte] ^= (uint8_t)(1u << byte % 8);
        compare_valid(&wrong, false);
    }
    /* Coordinates about p, and 0: (0, 0) stands for infinity elsewhere. */
    for (int i = -2; i <= 2; i++) {
        struct crypto_p384_public wrong = good;
        number_near(p_hex, i, wrong.x);
        compare_valid(&wrong, false);
        number_near(p_hex, i, wrong.y);
        compare_valid(&wrong, false);
        wrong = good;
        number_near(p_hex, i, wrong.y);
        compare_valid(&wrong, false);
        number_near(zero_hex, i < 0 ? 0 : i, wrong.x);
        number_near(zero_hex, 0, wrong.y);
        compare_valid(&wrong, false);
    }
    /* The other point with this x: y and p - y are both right, y + 1 is not. */
    number_near(n_hex, -1, d);
    assert_true(own_ecdh(d, &good, d)); /* (n - 1) times the point has the same x. */
    assert_memory_equal(d, good.x, sizeof(good.x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_signatures_agree),
        cmocka_unit_test(numbers_in_signatures_are_judged_alike),
        cmocka_unit_test(both_halves_of_a_verification_may_meet),
        cmocka_unit_test(points_are_judged_alike),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
