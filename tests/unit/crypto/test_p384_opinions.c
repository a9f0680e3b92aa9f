/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-384 as OpenSSL and Mbed TLS see it: random numbers, and all those at which an implementation
 * can go wrong. Built twice: with sanitizers, and without (mk/native.mk), where there is time for more
 * random cases; with VIRTASP_LONG=1 for 100000.
 */
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
static void number_near(const char *hex, int add, uint8_t number[CRYPTO_P384_BYTES])
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

static void compare_public_key(const uint8_t d[CRYPTO_P384_BYTES])
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

static void compare_sign(const uint8_t d[CRYPTO_P384_BYTES], const uint8_t nonce[CRYPTO_P384_BYTES],
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

static void compare_verify(const struct crypto_p384_public *public_key, const uint8_t *digest,
                           size_t length, const struct crypto_p384_signature *signature, bool valid)
{
    assert_int_equal(crypto_p384_verify(public_key, digest, length, signature), valid);
    for (size_t i = 0; i < OPINIONS; i++) {
        assert_int_equal(opinions[i]->verify(public_key, digest, length, signature), valid);
    }
}

static void compare_valid(const struct crypto_p384_public *public_key, bool valid)
{
    uint8_t d[CRYPTO_P384_BYTES] = {[CRYPTO_P384_BYTES - 1] = 7};
    assert_int_equal(crypto_p384_is_valid(public_key), valid);
    for (size_t i = 0; i < OPINIONS; i++) {
        assert_int_equal(opinions[i]->is_valid(public_key), valid);
    }
    compare_ecdh(d, public_key);
}

/* ---- Random cases ---- */

static void random_cases_agree(void **state)
{
    (void)state;
    const char *const wanted = getenv("VIRTASP_LONG");
    const uint32_t cases = wanted != NULL && *wanted == '1' ? RANDOM_CASES_LONG : RANDOM_CASES;
    struct crypto_p384_public peer;
    uint8_t d[CRYPTO_P384_BYTES] = {[CRYPTO_P384_BYTES - 1] = 1};
    uint8_t nonce[CRYPTO_P384_BYTES];
    uint8_t digest[48];
    for (uint32_t i = 0; i < cases; i++) {
        assert_true(own_public_key(d, &peer));
        fill(d, sizeof(d));
        fill(nonce, sizeof(nonce));
        fill(digest, sizeof(digest));
        compare_public_key(d);
        compare_ecdh(d, &peer);
        compare_sign(d, nonce, digest, i % 2 == 0 ? 32 : 48);
    }
}

/* ---- Scalars that are small, near n, or alike in many bits ---- */

#define EDGES_MAX 128u

static size_t edge_scalars(uint8_t scalars[EDGES_MAX][CRYPTO_P384_BYTES])
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

static void edge_scalars_agree(void **state)
{
    (void)state;
    static uint8_t scalars[EDGES_MAX][CRYPTO_P384_BYTES];
    static uint8_t digests[3][48]; /* 0, all FFh, something. */
    struct crypto_p384_public peer;
    const size_t count = edge_scalars(scalars);
    memset(digests[1], 0xff, sizeof(digests[1]));
    fill(digests[2], sizeof(digests[2]));
    assert_true(own_public_key(digests[2], &peer));
    for (size_t i = 0; i < count; i++) {
        compare_public_key(scalars[i]);
        compare_ecdh(scalars[i], &peer);
        compare_sign(scalars[i], digests[2], digests[i % 3], 48);
        compare_sign(digests[2], scalars[i], digests[i % 3], 48);
    }
}

/* The sums in which equal or opposite points meet are right, not merely refused. */
static void sums_of_equal_points_are_right(void **state)
{
    (void)state;
    static const char *const texts[] = {comb_hex, comb_negative_hex};
    struct crypto_p384_public own;
    struct crypto_p384_public peer;
    uint8_t secret[CRYPTO_P384_BYTES];
    uint8_t d[CRYPTO_P384_BYTES];
    for (size_t i = 0; i < 2; i++) {
        number_near(texts[i], 0, d);
        assert_true(own_public_key(d, &own));
        number_near(i == 0 ? zero_hex : n_hex, i == 0 ? 38 : -38, d);
        assert_true(own_public_key(d, &peer));
        assert_true(own_ecdh(d, &own, secret));
        compare_ecdh(d, &own);
    }
}

/* ---- Signatures ---- */

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
        cmocka_unit_test(random_cases_agree),
        cmocka_unit_test(edge_scalars_agree),
        cmocka_unit_test(sums_of_equal_points_are_right),
        cmocka_unit_test(numbers_in_signatures_are_judged_alike),
        cmocka_unit_test(both_halves_of_a_verification_may_meet),
        cmocka_unit_test(points_are_judged_alike),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
