/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What P-384 leaves on the stack: neither private keys, nonces and shared secrets, nor these in the
 * form in which the field computes. Without sanitizers, which would move variables elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/fatal.h"
#include "crypto/p384_secrets.h"
#include "crypto/random.h"

#define STACK_BYTES 16384u
#define PAINT 0x5a
#define PIECE_BYTES 16u /* Of a secret, in the order in which it may lie there. */

uint32_t crypto_revealed(uint32_t word)
{
    return word;
}

_Noreturn void crypto_fatal(const char *what)
{
    (void)fprintf(stderr, "crypto_fatal: %s\n", what);
    abort();
}

/* What was drawn: of a signature the nonce first, then two numbers for blinding. */
static uint8_t drawn[64][P384_WORDS_BYTES];
static size_t draws;

bool crypto_random(void *buffer, size_t length)
{
    static uint64_t generator = 0x9e3779b97f4a7c15u;
    uint8_t *bytes = buffer;
    assert_int_equal(length, P384_WORDS_BYTES);
    for (size_t i = 0; i < length; i++) {
        generator = generator * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(generator >> 56);
    }
    memcpy(drawn[draws++ % 64], buffer, length);
    return true;
}

bool crypto_random_secret(void *buffer, size_t length)
{
    return crypto_random(buffer, length);
}

bool crypto_random_reseed(void)
{
    return true;
}

/* ---- The stack below the caller ---- */

static uint8_t found[STACK_BYTES];

__attribute__((noinline)) static void paint(void)
{
    volatile uint8_t below[STACK_BYTES];
    for (size_t i = 0; i < sizeof(below); i++) {
        below[i] = PAINT;
    }
}

/* Copies what is where paint() has painted: the variable is not initialised on purpose. */
__attribute__((noinline)) static void look(void)
{
    volatile uint8_t below[STACK_BYTES];
    const volatile uint8_t *volatile from = below;
    for (size_t i = 0; i < sizeof(found); i++) {
        found[i] = from[i]; /* cppcheck-suppress uninitvar */
    }
}

static bool has_piece(const uint8_t *secret, size_t length)
{
    for (size_t piece = 0; piece + PIECE_BYTES <= length; piece += PIECE_BYTES) {
        for (size_t at = 0; at + PIECE_BYTES <= sizeof(found); at++) {
            if (memcmp(found + at, secret + piece, PIECE_BYTES) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* has_piece, and says in which form. */
static bool leaves(const char *form, const void *secret, size_t length)
{
    const bool left = has_piece(secret, length);
    if (left) {
        print_message("left behind: %s\n", form);
    }
    return left;
}

/* Neither the number's bytes, nor its words, nor the words that the field computes with. */
static void assert_gone(const uint8_t secret[P384_WORDS_BYTES])
{
    uint32_t words[P384_WORDS];
    struct p384_field element;
    p384_words_read(words, secret);
    (void)p384_field_read(&element, words);
    assert_false(leaves("bytes", secret, P384_WORDS_BYTES));
    assert_false(leaves("words", words, sizeof(words)));
    assert_false(leaves("an element of the field", &element, sizeof(element)));
}

static size_t painted_bytes(void)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof(found); i++) {
        count += found[i] == PAINT ? 1 : 0;
    }
    return count;
}

/* ---- Operations ---- */

static struct crypto_p384_key key;

static void agreement_leaves_no_secret(void **state)
{
    static uint8_t secret[CRYPTO_P384_BYTES];
    (void)state;
    assert_true(crypto_p384_generate(&key));
    paint();
    const bool done = crypto_p384_ecdh(&key, &key.public_key, secret);
    look();
    assert_true(done);
    assert_in_range(painted_bytes(), 1024, STACK_BYTES - 4096); /* It was the same stack. */
    assert_gone(secret);
    assert_gone(key.d);
}

static void signature_leaves_neither_key_nor_nonce(void **state)
{
    static const uint8_t digest[48] = {1};
    static struct crypto_p384_signature signature;
    (void)state;
    assert_true(crypto_p384_generate(&key));
    draws = 0;
    paint();
    const bool done = crypto_p384_sign(&key, digest, sizeof(digest), &signature);
    look();
    assert_true(done);
    assert_int_equal(draws, 3); /* The nonce, and twice for blinding. */
    assert_gone(key.d);
    for (size_t i = 0; i < draws; i++) {
        assert_gone(drawn[i]);
    }
}

static void new_key_stays_in_its_place(void **state)
{
    static uint8_t seed[CRYPTO_P384_SEED_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof(seed); i++) {
        seed[i] = (uint8_t)(37 * i + 11);
    }
    paint();
    const bool generated = crypto_p384_generate(&key);
    look();
    assert_true(generated);
    assert_gone(key.d);
    paint();
    const bool derived = crypto_p384_from_seed(seed, &key);
    look();
    assert_true(derived);
    assert_gone(key.d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agreement_leaves_no_secret),
        cmocka_unit_test(signature_leaves_neither_key_nor_nonce),
        cmocka_unit_test(new_key_stays_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
