/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between guest memory and packets: what OpenSSL computes comes out, with and without a cipher engine
 * and whenever it fails, the MAC covers what the packet holds, and nothing secret stays behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/cipher_engine.h"
#include "crypto/self_test.h"
#include "crypto/transport.h"
#include "hal/cipher.h"
#include "hal/hosted/hosted.h"

#define PAGE 4096u
#define BYTES_MAX (16u * PAGE)
#define PADDR 0xFFFFFFF0000u /* Page numbers pass 2^32. */
#define HEAD_BYTES 45u       /* Of a packet, before its data: the MAC is inside a block then. */

static const uint32_t lengths[] = {
    16, 48, PAGE, 3u * PAGE + 16u, 4u * PAGE, 5u * PAGE + 80u, 15u * PAGE, BYTES_MAX};
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static uint8_t memory_keys[32], transport_key[16], iv[16], tik[16], head[HEAD_BYTES];
static uint8_t plain[BYTES_MAX + PAGE], in_memory[BYTES_MAX + PAGE], in_packet[BYTES_MAX];
static uint8_t bytes[BYTES_MAX + 1], expected_mac[32];
static struct crypto_memory_key key;
static struct crypto_transport transport;
static struct crypto_hmac running;

static void fill(uint8_t *buffer, size_t length, uint8_t step)
{
    for (size_t i = 0; i < length; i++) {
        buffer[i] = (uint8_t)(i * step + (i >> 8) + 1);
    }
}

/** Encrypts the pages around the data with OpenSSL. */
static void make_memory(void)
{
    for (size_t i = 0; i < sizeof(plain) / PAGE; i++) {
        EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
        uint8_t unit[16] = {0};
        const uint64_t number = PADDR / PAGE + i;
        int done = 0;

        memcpy(unit, &number, sizeof(number));
        assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_xts(), NULL, memory_keys, unit),
                         1);
        assert_int_equal(
            EVP_EncryptUpdate(context, in_memory + i * PAGE, &done, plain + i * PAGE, PAGE), 1);
        EVP_CIPHER_CTX_free(context);
    }
}

/** Makes the packet of the data at @p offset, and its MAC. */
static void make_packet(size_t offset, uint32_t length)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    static uint8_t message[HEAD_BYTES + BYTES_MAX];
    unsigned mac_bytes = 0;
    int done = 0;

    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, transport_key, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(context, in_packet, &done, plain + offset, (int)length), 1);
    EVP_CIPHER_CTX_free(context);
    memcpy(message, head, HEAD_BYTES);
    memcpy(message + HEAD_BYTES, in_packet, length);
    assert_non_null(HMAC(EVP_sha256(), tik, sizeof(tik), message, HEAD_BYTES + length, expected_mac,
                         &mac_bytes));
}

/** A new board whose engine is used. */
static int begin(void **state)
{
    (void)state;
    hosted_reset();
    crypto_engine_start();
    fill(plain, sizeof(plain), 31);
    fill(memory_keys, sizeof(memory_keys), 7);
    fill(transport_key, sizeof(transport_key), 11);
    fill(tik, sizeof(tik), 13);
    fill(head, sizeof(head), 17);
    memset(iv, 0xFF, sizeof(iv)); /* The counter overflows into every byte. */
    crypto_memory_key_set(&key, memory_keys, memory_keys + 16);
    transport = (struct crypto_transport){
        .memory_key = &key, .paddr = PADDR, .key = transport_key, .iv = iv};
    make_memory();
    return 0;
}

static void begin_mac(void)
{
    crypto_hmac_start(&running, tik, sizeof(tik));
    crypto_hmac_update(&running, head, HEAD_BYTES);
}

static void expect_mac(void)
{
    uint8_t mac[32];

    crypto_hmac_finish(&running, mac);
    assert_memory_equal(mac, expected_mac, sizeof(mac));
}

static void assert_buffers_are_zero(void)
{
    for (size_t i = 0; i < HAL_CIPHER_BUFFER_BYTES; i++) {
        assert_int_equal(hal_cipher_buffer(HAL_CIPHER_INPUT)[i], 0);
        assert_int_equal(hal_cipher_buffer(HAL_CIPHER_OUTPUT)[i], 0);
    }
}

/** The data at @p offset of the pages, there and back. */
static void expect_both_ways(size_t offset, uint32_t length)
{
    transport.paddr = PADDR + offset;
    make_packet(offset, length);
    memset(bytes, 0x5A, sizeof(bytes));
    memcpy(bytes, in_memory + offset, length);
    begin_mac();
    crypto_transport_seal(&transport, bytes, length, &running);
    expect_mac();
    assert_memory_equal(bytes, in_packet, length);
    begin_mac();
    crypto_transport_open(&transport, bytes, length, &running);
    expect_mac();
    assert_memory_equal(bytes, in_memory + offset, length);
    assert_int_equal(bytes[length], 0x5A);
    assert_buffers_are_zero();
}

static void expect_all_lengths(void)
{
    static const size_t offsets[] = {0, 16, PAGE - 16u};

    for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
        for (size_t i = 0; i < LENGTHS; i++) {
            expect_both_ways(offsets[o], lengths[i]);
        }
    }
}

static void packets_equal_openssl_with_an_engine(void **state)
{
    const uint64_t before = hosted_cipher_operations();

    (void)state;
    expect_all_lengths();
    assert_true(hosted_cipher_operations() > before);
    assert_string_equal(crypto_engine_name(), HOSTED_CIPHER_NAME);
}

static void packets_equal_openssl_without_one(void **state)
{
    (void)state;
    hosted_reset();
    hosted_cipher_remove();
    crypto_engine_start();
    expect_all_lengths();
    assert_int_equal(hosted_cipher_operations(), 0);
}

/** The largest packet is handed over once to be sent, twice to be received. */
static void engine_is_asked_as_seldom_as_possible(void **state)
{
    uint64_t before;

    (void)state;
    expect_both_ways(0, 4u * PAGE); /* Opens the sessions. */
    before = hosted_cipher_operations();
    expect_both_ways(0, 4u * PAGE);
    assert_int_equal(hosted_cipher_operations(), before + 3);
    assert_int_equal(hosted_cipher_sessions(), 3);
}

/** Keys that are needed at once do not take each other's place, however many there were before. */
static void each_pair_of_keys_gives_its_own_packet(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 40; i++) {
        transport_key[i % 16] ^= 1;
        if (i % 8 == 7) {
            memory_keys[i % 32] ^= 1;
            crypto_memory_key_set(&key, memory_keys, memory_keys + 16);
            make_memory();
        }
        expect_both_ways(0, 4u * PAGE);
        assert_true(hosted_cipher_sessions() <= 4);
    }
    assert_string_equal(crypto_engine_name(), HOSTED_CIPHER_NAME);
}

static void failure_changes_no_packet(void **state)
{
    for (int fault = HOSTED_CIPHER_FAILS; fault <= HOSTED_CIPHER_HANGS; fault++) {
        for (uint64_t at = 1; at <= 6; at++) { /* Three sessions, and three times work. */
            (void)begin(state);
            hosted_cipher_fault((enum hosted_cipher_fault)fault, at);
            expect_both_ways(0, 4u * PAGE);
            assert_null(crypto_engine_name());
            assert_true(crypto_engine_has_failed());
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(packets_equal_openssl_with_an_engine),
        TEST(packets_equal_openssl_without_one),
        TEST(engine_is_asked_as_seldom_as_possible),
        TEST(each_pair_of_keys_gives_its_own_packet),
        TEST(failure_changes_no_packet),
    };

    crypto_start();
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
