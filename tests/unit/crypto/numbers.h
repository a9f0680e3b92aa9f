/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of P-384's arithmetic share: OpenSSL's numbers, and numbers to try. A test program
 * includes this once, in place of crypto_support.h.
 */
#ifndef TESTS_UNIT_CRYPTO_NUMBERS_H
#define TESTS_UNIT_CRYPTO_NUMBERS_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "crypto/p384_words.h"
#include "tests/unit/crypto_support.h"

#define ROUNDS 2000u
#define SPECIAL 12u /* Numbers below that are tried with each other. */

static BIGNUM *p;
static BIGNUM *n;
static BN_CTX *context;
static EC_GROUP *group;

static int start(void **state)
{
    group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    context = BN_CTX_new();
    p = BN_new();
    n = BN_new();
    EC_GROUP_get_curve(group, p, NULL, NULL, context);
    BN_copy(n, EC_GROUP_get0_order(group));
    return start_crypto(state);
}

static int stop(void **state)
{
    (void)state;
    BN_free(n);
    BN_free(p);
    BN_CTX_free(context);
    EC_GROUP_free(group);
    return 0;
}

static void to_words(const BIGNUM *number, uint32_t words[P384_WORDS])
{
    uint8_t bytes[P384_WORDS_BYTES];
    assert_int_equal(BN_bn2binpad(number, bytes, sizeof(bytes)), sizeof(bytes));
    p384_words_read(words, bytes);
}

static BIGNUM *from_words(const uint32_t words[P384_WORDS])
{
    uint8_t bytes[P384_WORDS_BYTES];
    p384_words_write(words, bytes);
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    assert_non_null(number);
    return number;
}

static void assert_words(const uint32_t words[P384_WORDS], const BIGNUM *expected)
{
    uint32_t expected_words[P384_WORDS];
    to_words(expected, expected_words);
    assert_memory_equal(words, expected_words, sizeof(expected_words));
}

/* A number below the modulus: 0, 1, 2, the highest three, single words of ones, or any. */
static void choose(uint32_t which, const BIGNUM *modulus, uint32_t words[P384_WORDS])
{
    BIGNUM *number = NULL;
    memset(words, 0, 4 * P384_WORDS);
    if (which < 3) {
        words[0] = which;
        return;
    }
    if (which < 6) {
        number = BN_dup(modulus);
        BN_sub_word(number, which - 2);
    } else if (which < SPECIAL) {
        words[2 * (which - 6)] = 0xffffffffu;
        return;
    } else {
        fill(words, 4 * P384_WORDS);
        if (which % 5 == 0) { /* Long runs of zeros or ones in the middle. */
            memset(words + which % 7, which % 2 == 0 ? 0xff : 0, 16);
        }
        number = from_words(words);
        BN_nnmod(number, number, modulus, context);
    }
    to_words(number, words);
    BN_free(number);
}

#endif
