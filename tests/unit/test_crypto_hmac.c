/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HMAC-SHA-256 against OpenSSL, the key derivation, and the MACs of SEV API sections 13.1 and 13.2.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/hmac.h"
#include "crypto_support.h"

static void expect_hmac(const uint8_t *key, size_t key_length, const uint8_t *message,
                        size_t length, const uint8_t *mac)
{
    static const uint8_t no_key[1];
    uint8_t expected[EVP_MAX_MD_SIZE];
    unsigned int bytes = 0;
    assert_non_null(HMAC(EVP_sha256(), key_length > 0 ? key : no_key, (int)key_length, message,
                         length, expected, &bytes));
    assert_int_equal(bytes, CRYPTO_HMAC_BYTES);
    assert_memory_equal(mac, expected, bytes);
}

static void mac_equals_openssl_for_every_key_length(void **state)
{
    (void)state;
    uint8_t key[200];
    uint8_t message[300];
    uint8_t mac[CRYPTO_HMAC_BYTES];
    for (size_t key_length = 0; key_length <= sizeof(key); key_length++) {
        fill(key, sizeof(key));
        fill(message, sizeof(message));
        const size_t length = pick(sizeof(message) + 1);
        const struct crypto_piece piece = {message, length};
        crypto_hmac_sha256(key, key_length, &piece, 1, mac);
        expect_hmac(key, key_length, message, length, mac);
    }
}

static void pieces_count_as_if_joined(void **state)
{
    (void)state;
    uint8_t key[16];
    uint8_t message[256];
    uint8_t mac[CRYPTO_HMAC_BYTES];
    for (unsigned int round = 0; round < 200; round++) {
        fill(key, sizeof(key));
        fill(message, sizeof(message));
        const size_t first = pick(100);
        const size_t second = pick(100);
        const struct crypto_piece pieces[] = {
            {message, first},
            {message + first, second},
            {NULL, 0},
            {message + first + second, sizeof(message) - first - second},
        };
        crypto_hmac_sha256(key, sizeof(key), pieces, 4, mac);
        expect_hmac(key, sizeof(key), message, sizeof(message), mac);
    }
    crypto_hmac_sha256(key, sizeof(key), NULL, 0, mac);
    expect_hmac(key, sizeof(key), message, 0, mac);
}

/* Section 7.2 written out, with OpenSSL's HMAC; lengths on both sides of a block's. */
static void kdf_follows_its_definition(void **state)
{
    (void)state;
    static const char label[] = "sev-label";
    uint8_t key[32];
    uint8_t context[20];
    uint8_t output[110];
    uint8_t block[EVP_MAX_MD_SIZE];
    fill(key, sizeof(key));
    fill(context, sizeof(context));
    for (size_t length = 0; length <= 100; length++) {
        const uint32_t bits = (uint32_t)length * 8;
        memset(output, 0xa5, sizeof(output));
        crypto_kdf(key, sizeof(key), label, context, sizeof(context), output, length);
        for (size_t done = 0; done < length; done += 32) {
            const uint32_t counter = (uint32_t)(done / 32 + 1);
            uint8_t message[4 + sizeof(label) + sizeof(context) + 4];
            memcpy(message, &counter, 4);
            memcpy(message + 4, label, sizeof(label)); /* Its NUL is the separator. */
            memcpy(message + 4 + sizeof(label), context, sizeof(context));
            memcpy(message + 4 + sizeof(label) + sizeof(context), &bits, 4);
            unsigned int bytes = 0;
            assert_non_null(
                HMAC(EVP_sha256(), key, sizeof(key), message, sizeof(message), block, &bytes));
            assert_memory_equal(output + done, block, length - done < 32 ? length - done : 32);
        }
        for (size_t i = length; i < sizeof(output); i++) {
            assert_int_equal(output[i], 0xa5);
        }
    }
}

static void expect_kdf(const char *key_hex, const char *label, const char *context_hex,
                       const char *output_hex)
{
    uint8_t key[48];
    uint8_t context[16];
    uint8_t output[16];
    uint8_t expected[16];
    const size_t key_length = strlen(key_hex) / 2;
    const size_t context_length = strlen(context_hex) / 2;
    unhex(key_hex, key, key_length);
    unhex(context_hex, context, context_length);
    unhex(output_hex, expected, sizeof(expected));
    crypto_kdf(key, key_length, label, context_length > 0 ? context : NULL, context_length, output,
               sizeof(output));
    assert_memory_equal(output, expected, sizeof(expected));
}

static void session_keys_are_those_of_section_13_1(void **state)
{
    (void)state;
    /* (a) */
    expect_kdf("00000000000000000000000000000000", "sev-master-secret",
               "00000000000000000000000000000000", "ab4d269fcc62bedb4511d56c386ce706");
    expect_kdf("ab4d269fcc62bedb4511d56c386ce706", "sev-kek", "",
               "b6abfbfb75ea1ea74ed8750b8afdb973");
    expect_kdf("ab4d269fcc62bedb4511d56c386ce706", "sev-kik", "",
               "53b524bf5669a363f365c864acba8572");
    /* (b) */
    expect_kdf("8366c4994a4f8178be0e80d6e7c06e6c42fa847b2b2112f972bee0a7111c5b8e"
               "604c9f0f2f029c95c1134cb107e7ef95",
               "sev-master-secret", "000102030405060708090a0b0c0d0e0f",
               "d0bb6f3648d9381b851134068e2b6e3d");
    expect_kdf("d0bb6f3648d9381b851134068e2b6e3d", "sev-kek", "",
               "59854835a307b6552d71a00b7fc1f25e");
    expect_kdf("d0bb6f3648d9381b851134068e2b6e3d", "sev-kik", "",
               "2c85dd4255059bbc1d1257b50e47f658");
}

static void expect_mac(const char *key_hex, const char *message_hex, const char *mac_hex)
{
    uint8_t key[16];
    uint8_t message[160];
    uint8_t mac[CRYPTO_HMAC_BYTES];
    uint8_t expected[CRYPTO_HMAC_BYTES];
    const struct crypto_piece piece = {message, strlen(message_hex) / 2};
    unhex(key_hex, key, sizeof(key));
    unhex(message_hex, message, piece.length);
    unhex(mac_hex, expected, sizeof(expected));
    crypto_hmac_sha256(key, sizeof(key), &piece, 1, mac);
    assert_memory_equal(mac, expected, sizeof(expected));
}

static void session_macs_are_those_of_section_13_1(void **state)
{
    (void)state;
    /* (a): WRAP_MAC over WRAP_TK, POLICY_MAC over the policy. */
    expect_mac("53b524bf5669a363f365c864acba8572",
               "2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4",
               "3176c0752738bd9d5e86689534020f528c088f16238826b000b327dee6aeed7d");
    expect_mac("00000000000000000000000000000000", "00000000",
               "aa7855e13839dd767cd5da7c1ff5036540c9264b7a803029315e55375287b4af");
    /* (b) */
    expect_mac("2c85dd4255059bbc1d1257b50e47f658",
               "7b9b4cc8e58bc4b224438de199e0828fa34097251641a7f07a66062ce570f678",
               "83afb073210da99e8543bdf18cc3cde998fe7977c663789d4567f8c9ed53c21e");
    expect_mac("202122232425262728292a2b2c2d2e2f", "05001600",
               "af540f88656e54fc045fc59259dfd1a51831d06eff4753a045ccfbb030cc13bf");
}

/* Section 7.5: 04h || API || build || POLICY || LD || MNONCE. */
static void measurements_are_those_of_section_13(void **state)
{
    (void)state;
    /* 13.1 (b) */
    expect_mac("202122232425262728292a2b2c2d2e2f",
               "04001801"
               "05001600"
               "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7"
               "404142434445464748494a4b4c4d4e4f",
               "dac63539b2af85bae9f11e522c034c2d7f1800d08588d465afc3e968f9de753a");
    /* 13.2, 1 */
    expect_mac("66320db73158a35a255d051758e95ed4",
               "0400120f"
               "00000000"
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
               "4fbe0bedbad6c86ae8f68971d103e554",
               "6faab2daae389bcd3405a05d6cafe33c0414f7bedd0bae19ba5f38b7fd1664ea");
    /* 13.2, 2 */
    expect_mac("3569cf61a32a602b87185ac6e0f55913",
               "04012828"
               "03000000"
               "c64bd101fc9a4a2ce0a27c408d9200911f139a895469b04a40a6fa2890830d23"
               "c313fab511c216b1505b1b2ea9903c40",
               "96cc1bc56c48f60724c9ad7a250bdd16da5898d3b86fede29c03e9aac828048e");
    /* 13.2, 3 */
    expect_mac("3569cf61a32a602b87185ac6e0f55913",
               "04013106"
               "05000000"
               "847b5ab6db136ea67dc5a95478ebe7e5ebbe93e9e74bdb1284165f9007a4e367"
               "2dbe959f5d3164db528c6480008509f2",
               "fe8d27cc3284e5782d56751958f85479afd6658ad328b13147b282c2e31d6c07");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mac_equals_openssl_for_every_key_length),
        cmocka_unit_test(pieces_count_as_if_joined),
        cmocka_unit_test(kdf_follows_its_definition),
        cmocka_unit_test(session_keys_are_those_of_section_13_1),
        cmocka_unit_test(session_macs_are_those_of_section_13_1),
        cmocka_unit_test(measurements_are_those_of_section_13),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
