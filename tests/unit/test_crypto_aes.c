/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-128-CTR and AES-256-GCM against OpenSSL, and the transport packets of SEV API section 13.
 */
#include <openssl/evp.h>

#include "crypto/aes.h"
#include "crypto/hmac.h"
#include "crypto_support.h"

#define LONGEST 300u

static uint8_t key[32], iv[16], aad[LONGEST], plain[LONGEST], cipher[LONGEST], output[LONGEST];

static void new_inputs(void)
{
    fill(key, sizeof(key));
    fill(iv, sizeof(iv));
    fill(aad, sizeof(aad));
    fill(plain, sizeof(plain));
}

static void openssl_ctr(size_t length)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int bytes = 0;
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(context, cipher, &bytes, plain, (int)length), 1);
    EVP_CIPHER_CTX_free(context);
}

static void ctr_equals_openssl_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 0; length <= LONGEST; length++) {
        new_inputs();
        memset(iv + 16 - length % 17, 0xff, length % 17); /* Carries of every width. */
        openssl_ctr(length);
        crypto_aes128_ctr(key, iv, plain, output, length);
        assert_memory_equal(output, cipher, length);
        crypto_aes128_ctr(key, iv, output, output, length); /* In place, and back. */
        assert_memory_equal(output, plain, length);
    }
}

static void openssl_gcm(size_t aad_length, size_t length, uint8_t tag[CRYPTO_GCM_TAG_BYTES])
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int bytes = 0;
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(context, NULL, &bytes, aad, (int)aad_length), 1);
    assert_int_equal(EVP_EncryptUpdate(context, cipher, &bytes, plain, (int)length), 1);
    assert_int_equal(EVP_EncryptFinal_ex(context, cipher + bytes, &bytes), 1);
    assert_int_equal(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CRYPTO_GCM_TAG_BYTES, tag),
                     1);
    EVP_CIPHER_CTX_free(context);
}

static void gcm_equals_openssl_at_every_length(void **state)
{
    (void)state;
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];
    uint8_t expected[CRYPTO_GCM_TAG_BYTES];
    for (size_t length = 0; length <= LONGEST; length++) {
        const size_t aad_length = pick(LONGEST);
        new_inputs();
        openssl_gcm(aad_length, length, expected);
        crypto_aes256_gcm_seal(key, iv, aad, aad_length, plain, output, length, tag);
        assert_memory_equal(output, cipher, length);
        assert_memory_equal(tag, expected, sizeof(tag));
        /* In place, and back. */
        assert_true(crypto_aes256_gcm_open(key, iv, aad, aad_length, output, output, length, tag));
        assert_memory_equal(output, plain, length);
    }
}

static void gcm_takes_null_for_nothing(void **state)
{
    (void)state;
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];
    uint8_t expected[CRYPTO_GCM_TAG_BYTES];
    new_inputs();
    openssl_gcm(0, 0, expected);
    crypto_aes256_gcm_seal(key, iv, NULL, 0, NULL, NULL, 0, tag);
    assert_memory_equal(tag, expected, sizeof(tag));
    assert_true(crypto_aes256_gcm_open(key, iv, NULL, 0, NULL, NULL, 0, tag));
}

static void expect_refused(const uint8_t tag[CRYPTO_GCM_TAG_BYTES])
{
    memset(output, 0xa5, 48);
    assert_false(crypto_aes256_gcm_open(key, iv, aad, 20, cipher, output, 48, tag));
    assert_true(all_zero(output, 48));
}

static void gcm_refuses_every_flipped_bit(void **state)
{
    (void)state;
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];
    new_inputs();
    openssl_gcm(20, 48, tag);
    assert_true(crypto_aes256_gcm_open(key, iv, aad, 20, cipher, output, 48, tag));
    const struct {
        uint8_t *bytes;
        size_t length;
    } parts[] = {{tag, sizeof(tag)},
                 {aad, 20},
                 {cipher, 48},
                 {iv, CRYPTO_GCM_NONCE_BYTES},
                 {key, sizeof(key)}};
    for (size_t part = 0; part < sizeof(parts) / sizeof(parts[0]); part++) {
        for (size_t bit = 0; bit < 8 * parts[part].length; bit++) {
            parts[part].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            expect_refused(tag);
            parts[part].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    }
}

static void gcm_refuses_moved_boundary_between_aad_and_data(void **state)
{
    (void)state;
    uint8_t tag[CRYPTO_GCM_TAG_BYTES];
    new_inputs();
    openssl_gcm(20, 48, tag);
    assert_false(crypto_aes256_gcm_open(key, iv, aad, 19, cipher, output, 48, tag));
    assert_false(crypto_aes256_gcm_open(key, iv, aad, 20, cipher, output, 47, tag));
}

static void expect_ctr(const char *key_hex, const char *iv_hex, const char *plain_hex,
                       const char *cipher_hex)
{
    const size_t length = strlen(plain_hex) / 2;
    unhex(key_hex, key, 16);
    unhex(iv_hex, iv, 16);
    unhex(plain_hex, plain, length);
    unhex(cipher_hex, cipher, length);
    crypto_aes128_ctr(key, iv, plain, output, length);
    assert_memory_equal(output, cipher, length);
}

static void ctr_vectors_are_those_of_section_13_1(void **state)
{
    (void)state;
    /* (a) and (b): WRAP_TK */
    expect_ctr("b6abfbfb75ea1ea74ed8750b8afdb973", "00000000000000000000000000000000",
               "0000000000000000000000000000000000000000000000000000000000000000",
               "2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4");
    expect_ctr("59854835a307b6552d71a00b7fc1f25e", "303132333435363738393a3b3c3d3e3f",
               "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
               "7b9b4cc8e58bc4b224438de199e0828fa34097251641a7f07a66062ce570f678");
    /* (b): the secret */
    expect_ctr("101112131415161718191a1b1c1d1e1f", "505152535455565758595a5b5c5d5e5f",
               "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
               "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
               "b2e517d5fd1faf759a25b54ac48c933570b4371de3e8410df07a6673b49f8b90"
               "86cd7c9fcb3cb42c425bdfcfc569a9875376d9e657a57bd0428113c62df4ba6b");
    /* (c) */
    expect_ctr("00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff",
               "0000000000000000000000000000000000000000000000000000000000000000",
               "3f5b8cc9ea855a0afa7347d23e8d664e66e94bd4ef8a2c3b884cfa59ca342b2e");
}

/* Sections 7.6 and 7.8: ctx || FLAGS || IV || GUEST_LENGTH || TRANS_LENGTH || DATA [|| MEASURE]. */
static void expect_packet_mac(const char *tik_hex, uint8_t context, const char *measure_hex,
                              const char *mac_hex)
{
    static const uint8_t flags[4];
    static const uint8_t length[4] = {64};
    uint8_t tik[16];
    uint8_t measure[32];
    uint8_t expected[CRYPTO_HMAC_BYTES];
    uint8_t mac[CRYPTO_HMAC_BYTES];
    unhex(tik_hex, tik, sizeof(tik));
    unhex(measure_hex, measure, strlen(measure_hex) / 2);
    unhex(mac_hex, expected, sizeof(expected));
    const struct crypto_piece pieces[] = {
        {&context, 1},
        {flags, 4},
        {iv, 16},
        {length, 4},
        {length, 4},
        {cipher, 64},
        {measure, strlen(measure_hex) / 2},
    };
    crypto_hmac_sha256(tik, sizeof(tik), pieces, sizeof(pieces) / sizeof(pieces[0]), mac);
    assert_memory_equal(mac, expected, sizeof(expected));
}

static void packet_macs_are_those_of_section_13_1(void **state)
{
    (void)state;
    static const char tik[] = "202122232425262728292a2b2c2d2e2f";
    unhex("505152535455565758595a5b5c5d5e5f", iv, 16);
    unhex("b2e517d5fd1faf759a25b54ac48c933570b4371de3e8410df07a6673b49f8b90"
          "86cd7c9fcb3cb42c425bdfcfc569a9875376d9e657a57bd0428113c62df4ba6b",
          cipher, 64);
    expect_packet_mac(tik, 1, "dac63539b2af85bae9f11e522c034c2d7f1800d08588d465afc3e968f9de753a",
                      "ccd7059b8f8dfe0c5bea786cea617f2e6991bc5dc603e98c46151a2306353516");
    expect_packet_mac(tik, 2, "",
                      "82bef14e8a5281b81d9c21df786820be566ecc202ad4fffdc434b2a53958172f");
    expect_packet_mac(tik, 3, "",
                      "6a111990b33fbff7ca33e53890f937c596ce3e73800391f9e404dbceeb739109");
}

static void launch_secret_is_that_of_section_13_3(void **state)
{
    (void)state;
    expect_ctr("52a869b79ab9c13bb6a92b0561619cb3", "ac5474ed4dd32c7d989ec523d92559ec",
               "42f5741edd71664d963eef4287ff173b3a000000e5696873f084734992ec0687"
               "9ce3da0b260000004d592d4c554b532d50415353504852415345000000000000",
               "d14ddee4f717bf4516f87e2d48114a39d0987ca135fa3dfc05cd9fb8ed7a9988"
               "b223eb16c7b20d7e7fa58188f9e862f5db2ca29c36be9557c20b00ffdb0e5c3c");
    expect_packet_mac("c6d5a9956133050912b24bbe5c372686", 1,
                      "4cb780efad3b959427b4b8d1635fe2fac6ed75267eef9cf1a73e0fc7d873a412",
                      "bc152cde610e17f0aef557334a2d4fca42c22c4312e3b5b85a3d47b0aac857e5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ctr_equals_openssl_at_every_length),
        cmocka_unit_test(gcm_equals_openssl_at_every_length),
        cmocka_unit_test(gcm_takes_null_for_nothing),
        cmocka_unit_test(gcm_refuses_every_flipped_bit),
        cmocka_unit_test(gcm_refuses_moved_boundary_between_aad_and_data),
        cmocka_unit_test(ctr_vectors_are_those_of_section_13_1),
        cmocka_unit_test(packet_macs_are_those_of_section_13_1),
        cmocka_unit_test(launch_secret_is_that_of_section_13_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
