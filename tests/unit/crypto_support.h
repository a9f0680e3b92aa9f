/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the crypto tests share. A test program includes this once: it defines the functions that
 * whoever links crypto/ provides, and helpers for reproducible input and vectors in hexadecimal.
 */
#ifndef TESTS_UNIT_CRYPTO_SUPPORT_H
#define TESTS_UNIT_CRYPTO_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/rand.h>

#include "crypto/fatal.h"
#include "crypto/random.h"
#include "crypto/self_test.h"
#include "hal/entropy.h"

/* The board's entropy source, for tests to replace; NULL: what OpenSSL gives. */
__attribute__((unused)) static bool (*entropy_source)(uint8_t *buffer, size_t length);

bool hal_entropy_read(uint8_t *buffer, size_t length)
{
    if (length > 4096) {
        abort(); /* Against the contract of hal/entropy.h. */
    }
    return entropy_source != NULL ? entropy_source(buffer, length)
                                  : RAND_bytes(buffer, (int)length) == 1;
}

/* Where crypto_fatal goes when a test expects it. */
static jmp_buf fatal_jump;
static bool fatal_expected;

_Noreturn void crypto_fatal(const char *what)
{
    if (fatal_expected) {
        fatal_expected = false;
        longjmp(fatal_jump, 1);
    }
    fprintf(stderr, "crypto_fatal: %s\n", what);
    abort();
}

/* Fails unless the statement ends in crypto_fatal. */
#define assert_fatal(statement)                                                                    \
    do {                                                                                           \
        fatal_expected = true;                                                                     \
        if (setjmp(fatal_jump) == 0) {                                                             \
            statement;                                                                             \
            fatal_expected = false;                                                                \
            fail_msg("%s came back", #statement);                                                  \
        }                                                                                          \
    } while (0)

/* Group set-up: the library's heap and the random generator. */
__attribute__((unused)) static int start_crypto(void **state)
{
    (void)state;
    crypto_start();
    return crypto_random_start() ? 0 : -1;
}

/* The same bytes in every run (xorshift64*). */
__attribute__((unused)) static void fill(void *buffer, size_t length)
{
    static uint64_t generator = 0x9e3779b97f4a7c15u;
    uint8_t *bytes = buffer;
    for (size_t i = 0; i < length; i++) {
        generator ^= generator >> 12;
        generator ^= generator << 25;
        generator ^= generator >> 27;
        bytes[i] = (uint8_t)((generator * 0x2545f4914f6cdd1du) >> 56);
    }
}

/* A number in [0, limit). */
__attribute__((unused)) static size_t pick(size_t limit)
{
    uint32_t value;
    fill(&value, sizeof(value));
    return value % limit;
}

/* Reads a vector; its length must be that of the buffer. */
__attribute__((unused)) static void unhex(const char *text, void *buffer, size_t length)
{
    uint8_t *bytes = buffer;
    assert_int_equal(strlen(text), 2 * length);
    for (size_t i = 0; i < length; i++) {
        const char digits[] = {text[2 * i], text[2 * i + 1], 0};
        char *end = NULL;
        bytes[i] = (uint8_t)strtoul(digits, &end, 16);
        assert_ptr_equal(end, digits + 2);
    }
}

__attribute__((unused)) static bool all_zero(const void *buffer, size_t length)
{
    const uint8_t *bytes = buffer;
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++) {
        all |= bytes[i];
    }
    return all == 0;
}

#endif
