/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running SHA-384 and SHA-512 against published answers and OpenSSL, and the compression in C
 * that the board's is compared with (tests/boot/device/sha512_test.c).
 */
#include <openssl/evp.h>
#include <string.h>

#include "crypto/sha2.h"
#include "crypto/sha512_blocks.h"
#include "crypto_support.h"

#define LONGEST 300u
#define MILLION 1000000u

static uint8_t data[MILLION];

static void expect_both(const void *message, size_t length, const char *sha384, const char *sha512)
{
    uint8_t expected[CRYPTO_SHA512_BYTES];
    uint8_t digest[CRYPTO_SHA512_BYTES];
    unhex(sha384, expected, CRYPTO_SHA384_BYTES);
    crypto_sha384(message, length, digest);
    assert_memory_equal(digest, expected, CRYPTO_SHA384_BYTES);
    unhex(sha512, expected, CRYPTO_SHA512_BYTES);
    crypto_sha512(message, length, digest);
    assert_memory_equal(digest, expected, CRYPTO_SHA512_BYTES);
}

/* NIST, "Examples with Intermediate Values" and the long message of FIPS 180-2, appendices C and D. */
static void published_examples_are_answered(void **state)
{
    (void)state;
    expect_both("abc", 3,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                "8086072ba1e7cc2358baeca134c825a7",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    memset(data, 'a', MILLION);
    expect_both(data, MILLION,
                "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
                "07b8b3dc38ecc4ebae97ddd87f3d8985",
                "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

static void expect_digest(const EVP_MD *md, size_t length, const uint8_t *digest)
{
    uint8_t expected[EVP_MAX_MD_SIZE];
    unsigned int bytes = 0;
    assert_int_equal(EVP_Digest(data, length, expected, &bytes, md, NULL), 1);
    assert_memory_equal(digest, expected, bytes);
}

/* Hashes LENGTH bytes of the data in pieces of at most PIECE bytes. */
static void expect_pieces(size_t length, unsigned int piece)
{
    struct crypto_sha512 small;
    struct crypto_sha512 large;
    uint8_t digest[CRYPTO_SHA512_BYTES];
    crypto_sha384_start(&small);
    crypto_sha512_start(&large);
    for (size_t done = 0; done < length;) {
        size_t part = pick(piece + 1);
        part = part < length - done ? part : length - done;
        crypto_sha512_update(&small, data + done, part);
        crypto_sha512_update(&large, data + done, part);
        done += part;
    }
    crypto_sha384_finish(&small, digest);
    expect_digest(EVP_sha384(), length, digest);
    crypto_sha512_finish(&large, digest);
    expect_digest(EVP_sha512(), length, digest);
}

static void every_length_in_random_pieces_equals_openssl(void **state)
{
    (void)state;
    static const unsigned int pieces[] = {1, 16, 127, 128, 129, LONGEST};
    for (size_t length = 0; length <= LONGEST; length++) {
        fill(data, length + 1);
        for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            expect_pieces(length, pieces[i]);
        }
    }
    for (unsigned int round = 0; round < 50; round++) {
        fill(data, 5000);
        expect_pieces(pick(5000), 1000);
    }
}

static void copy_runs_on_its_own(void **state)
{
    (void)state;
    struct crypto_sha512 hash;
    uint8_t digest[CRYPTO_SHA512_BYTES];
    fill(data, LONGEST);
    crypto_sha384_start(&hash);
    crypto_sha512_update(&hash, data, 150);
    struct crypto_sha512 copy = hash;
    crypto_sha384_finish(&copy, digest);
    expect_digest(EVP_sha384(), 150, digest);
    crypto_sha512_update(&hash, data + 150, LONGEST - 150);
    crypto_sha384_finish(&hash, digest);
    expect_digest(EVP_sha384(), LONGEST, digest);
}

static void finish_wipes(void **state)
{
    (void)state;
    struct crypto_sha512 hash;
    uint8_t digest[CRYPTO_SHA512_BYTES];
    crypto_sha384_start(&hash);
    crypto_sha512_update(&hash, "secret", 6);
    assert_false(all_zero(&hash, sizeof(hash)));
    crypto_sha384_finish(&hash, digest);
    assert_true(all_zero(&hash, sizeof(hash)));
    crypto_sha512_start(&hash);
    crypto_sha512_finish(&hash, digest);
    assert_true(all_zero(&hash, sizeof(hash)));
}

static void blocks_at_once_equal_blocks_one_by_one(void **state)
{
    (void)state;
    uint64_t together[SHA512_STATE_WORDS];
    uint64_t apart[SHA512_STATE_WORDS];
    for (size_t blocks = 0; blocks <= 8; blocks++) {
        const uint8_t *message = data + blocks;
        fill(data, sizeof(together) + 9 * SHA512_BLOCK_BYTES);
        memcpy(together, data, sizeof(together));
        memcpy(apart, data, sizeof(apart));
        crypto_sha512_blocks_portable(together, message, blocks);
        for (size_t i = 0; i < blocks; i++) {
            crypto_sha512_blocks_portable(apart, message + i * SHA512_BLOCK_BYTES, 1);
        }
        assert_memory_equal(together, apart, sizeof(together));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_are_answered),
        cmocka_unit_test(every_length_in_random_pieces_equals_openssl),
        cmocka_unit_test(copy_runs_on_its_own),
        cmocka_unit_test(finish_wipes),
        cmocka_unit_test(blocks_at_once_equal_blocks_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
