/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, SHA-384 and SHA-512 against OpenSSL, and the running SHA-256 as the launch digest uses it.
 */
#include <openssl/evp.h>

#include "crypto/sha2.h"
#include "crypto_support.h"

#define LONGEST 1100u

static uint8_t data[LONGEST + 8];

static void expect_digest(const EVP_MD *md, const void *message, size_t length,
                          const uint8_t *digest)
{
    uint8_t expected[EVP_MAX_MD_SIZE];
    unsigned int bytes = 0;
    assert_int_equal(EVP_Digest(message, length, expected, &bytes, md, NULL), 1);
    assert_memory_equal(digest, expected, bytes);
}

/* Every length up to several blocks, so that each way of padding occurs. */
static void digests_equal_openssl_at_every_length(void **state)
{
    (void)state;
    uint8_t digest[CRYPTO_SHA512_BYTES];
    for (size_t length = 0; length <= LONGEST; length++) {
        fill(data, sizeof(data));
        const uint8_t *message = data + length % 8;
        crypto_sha256(message, length, digest);
        expect_digest(EVP_sha256(), message, length, digest);
        crypto_sha384(message, length, digest);
        expect_digest(EVP_sha384(), message, length, digest);
        crypto_sha512(message, length, digest);
        expect_digest(EVP_sha512(), message, length, digest);
    }
}

static void running_digest_does_not_depend_on_the_pieces(void **state)
{
    (void)state;
    uint8_t digest[CRYPTO_SHA256_BYTES];
    for (unsigned int round = 0; round < 200; round++) {
        struct crypto_sha256 hash;
        size_t done = 0;
        fill(data, LONGEST);
        crypto_sha256_start(&hash);
        while (done < LONGEST) {
            size_t part = pick(150);
            part = part < LONGEST - done ? part : LONGEST - done;
            crypto_sha256_update(&hash, data + done, part);
            done += part;
        }
        crypto_sha256_finish(&hash, digest);
        expect_digest(EVP_sha256(), data, LONGEST, digest);
    }
}

/* LAUNCH_MEASURE reads the digest while the launch goes on. */
static void copy_runs_on_its_own(void **state)
{
    (void)state;
    struct crypto_sha256 hash;
    uint8_t digest[CRYPTO_SHA256_BYTES];
    fill(data, 300);
    crypto_sha256_start(&hash);
    crypto_sha256_update(&hash, data, 100);
    struct crypto_sha256 copy = hash;
    crypto_sha256_finish(&copy, digest);
    expect_digest(EVP_sha256(), data, 100, digest);
    crypto_sha256_update(&hash, data + 100, 200);
    crypto_sha256_finish(&hash, digest);
    expect_digest(EVP_sha256(), data, 300, digest);
}

static void finish_wipes(void **state)
{
    (void)state;
    struct crypto_sha256 hash;
    uint8_t digest[CRYPTO_SHA256_BYTES];
    crypto_sha256_start(&hash);
    crypto_sha256_update(&hash, "secret", 6);
    assert_false(all_zero(&hash, sizeof(hash)));
    crypto_sha256_finish(&hash, digest);
    assert_true(all_zero(&hash, sizeof(hash)));
}

static void empty_input_may_be_null(void **state)
{
    (void)state;
    uint8_t digest[CRYPTO_SHA512_BYTES];
    crypto_sha256(NULL, 0, digest);
    expect_digest(EVP_sha256(), "", 0, digest);
    crypto_sha384(NULL, 0, digest);
    expect_digest(EVP_sha384(), "", 0, digest);
    crypto_sha512(NULL, 0, digest);
    expect_digest(EVP_sha512(), "", 0, digest);
}

/* SEV API 13.1 (b): the launch digest of one page of zeroes. */
static void zero_page_has_its_known_launch_digest(void **state)
{
    (void)state;
    static const uint8_t page[4096];
    uint8_t digest[CRYPTO_SHA256_BYTES];
    uint8_t expected[CRYPTO_SHA256_BYTES];
    unhex("ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7", expected,
          sizeof(expected));
    crypto_sha256(page, sizeof(page), digest);
    assert_memory_equal(digest, expected, sizeof(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_equal_openssl_at_every_length),
        cmocka_unit_test(running_digest_does_not_depend_on_the_pieces),
        cmocka_unit_test(copy_runs_on_its_own),
        cmocka_unit_test(finish_wipes),
        cmocka_unit_test(empty_input_may_be_null),
        cmocka_unit_test(zero_page_has_its_known_launch_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
