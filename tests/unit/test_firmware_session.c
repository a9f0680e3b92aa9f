/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transport sessions and packets against the test vectors of section 13.1 and 13.3 of the API's
 * reference: (a) from the virtee project, (b) made for the reference, 13.3 from sevctl.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/aes.h"
#include "firmware/guest/packet.h"
#include "firmware/guest/session.h"

#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_hex.h"

#define POLICY_B 0x00160005u

static struct crypto_p384_key key_a; /* Private scalar 7. */
static struct crypto_p384_key key_b; /* Private scalar 11. */
static struct sev_session session_b;

static void small_key(struct crypto_p384_key *key, uint8_t scalar, const char *x, const char *y)
{
    memset(key->d, 0, sizeof(key->d));
    key->d[47] = scalar;
    hex(x, key->public_key.x, 48);
    hex(y, key->public_key.y, 48);
}

static int set_up_vector_b(void **state)
{
    (void)board_boot(state);
    small_key(&key_a, 7,
              "283c1d7365ce4788f29f8ebf234edffead6fe997fbea5ffa2d58cc9dfa7b1c50"
              "8b05526f55b9ebb2040f05b48fb6d0e1",
              "9475c99061e41b88ba52efdb8c1690471a61d867ed799729d9c92cd01dbd2256"
              "30d84ede32a78f9e64664cdac512ef8c");
    small_key(&key_b, 11,
              "099056e27da7b998da1eeec2904816c57fe935ed5837c37456c9fd14892d3f8c"
              "4749b66e3afb81d626356f3b55b4ddd8",
              "2e4c0c234e30ab96688505544ac5e0396fc4eed8dfc363fd43ff93f41b52a325"
              "5466d51263aaff357d5dba8138c5e0bb");
    hex("000102030405060708090a0b0c0d0e0f", session_b.nonce, 16);
    hex("303132333435363738393a3b3c3d3e3f", session_b.wrap_iv, 16);
    hex("7b9b4cc8e58bc4b224438de199e0828fa34097251641a7f07a66062ce570f678", session_b.wrap_tk, 32);
    hex("83afb073210da99e8543bdf18cc3cde998fe7977c663789d4567f8c9ed53c21e", session_b.wrap_mac, 32);
    hex("af540f88656e54fc045fc59259dfd1a51831d06eff4753a045ccfbb030cc13bf", session_b.policy_mac,
        32);
    return 0;
}

static void vector_b_opens_on_either_side(void **state)
{
    struct sev_transport_keys keys;
    struct sev_transport_keys expected;

    (void)state;
    hex("101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f", &expected, 32);
    assert_int_equal(session_open(&session_b, POLICY_B, &key_a, &key_b.public_key, &keys),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(&keys, &expected, sizeof(keys));
    assert_int_equal(session_open(&session_b, POLICY_B, &key_b, &key_a.public_key, &keys),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(&keys, &expected, sizeof(keys));
}

/** (a) starts behind ECDH: Z, nonce and keys are all zero. The oracle is checked against it. */
static void oracle_agrees_with_vector_a(void **state)
{
    const uint8_t zero[32] = {0};
    const uint32_t policy = 0;
    uint8_t master[16];
    uint8_t kek[16];
    uint8_t kik[16];
    uint8_t out[32];
    uint8_t expected[32];

    (void)state;
    oracle_kdf(zero, 16, SEV_LABEL_MASTER, zero, 16, master, 16);
    hex("ab4d269fcc62bedb4511d56c386ce706", expected, 16);
    assert_memory_equal(master, expected, 16);
    oracle_kdf(master, 16, SEV_LABEL_KEK, NULL, 0, kek, 16);
    hex("b6abfbfb75ea1ea74ed8750b8afdb973", expected, 16);
    assert_memory_equal(kek, expected, 16);
    oracle_kdf(master, 16, SEV_LABEL_KIK, NULL, 0, kik, 16);
    hex("53b524bf5669a363f365c864acba8572", expected, 16);
    assert_memory_equal(kik, expected, 16);
    oracle_aes128_ctr(kek, zero, zero, out, 32);
    hex("2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4", expected, 32);
    assert_memory_equal(out, expected, 32);
    oracle_hmac(kik, out, 32, out);
    hex("3176c0752738bd9d5e86689534020f528c088f16238826b000b327dee6aeed7d", expected, 32);
    assert_memory_equal(out, expected, 32);
    oracle_hmac(zero, &policy, 4, out);
    hex("aa7855e13839dd767cd5da7c1ff5036540c9264b7a803029315e55375287b4af", expected, 32);
    assert_memory_equal(out, expected, 32);
}

static void every_flipped_byte_of_a_session_is_found(void **state)
{
    static const struct sev_transport_keys none;
    struct sev_transport_keys keys;
    uint8_t *bytes = (uint8_t *)&session_b;

    (void)state;
    for (size_t i = 0; i < sizeof(session_b); i++) {
        bytes[i] ^= 4;
        memset(&keys, 0xEE, sizeof(keys));
        assert_int_equal(session_open(&session_b, POLICY_B, &key_a, &key_b.public_key, &keys),
                         SEV_STATUS_BAD_MEASUREMENT);
        assert_memory_equal(&keys, &none, sizeof(keys));
        bytes[i] ^= 4;
    }
    for (uint32_t bit = 0; bit < 32; bit++) {
        assert_int_equal(
            session_open(&session_b, POLICY_B ^ (1u << bit), &key_a, &key_b.public_key, &keys),
            SEV_STATUS_BAD_MEASUREMENT);
    }
    assert_int_equal(session_open(&session_b, POLICY_B, &key_b, &key_b.public_key, &keys),
                     SEV_STATUS_BAD_MEASUREMENT); /* Another PDH. */
}

static void session_that_was_made_opens_on_the_other_side(void **state)
{
    struct sev_session first;
    struct sev_session second;
    struct sev_transport_keys made;
    struct sev_transport_keys other;
    struct sev_transport_keys opened;

    (void)state;
    assert_int_equal(session_make(&first, 5, &key_a, &key_b.public_key, &made), SEV_STATUS_SUCCESS);
    assert_int_equal(session_open(&first, 5, &key_b, &key_a.public_key, &opened),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(&made, &opened, sizeof(made));
    assert_int_equal(session_make(&second, 5, &key_a, &key_b.public_key, &other),
                     SEV_STATUS_SUCCESS);
    assert_memory_not_equal(first.nonce, second.nonce, sizeof(first.nonce));
    assert_memory_not_equal(first.wrap_iv, second.wrap_iv, sizeof(first.wrap_iv));
    assert_memory_not_equal(&made.tek, &other.tek, sizeof(made.tek));
    assert_memory_not_equal(&made.tik, &other.tik, sizeof(made.tik));
}

static void owners_session_made_with_openssl_opens(void **state)
{
    struct flow_owner owner;
    const uint32_t policy = SEV_POLICY_NODBG;
    struct sev_launch_start parameters;

    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    flow_owner(&owner, policy);
    (void)flow_start(&owner, policy);
    flow_prepare_start(&parameters, &owner, policy | SEV_POLICY_NOSEND);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_BAD_MEASUREMENT);
    /* A session for the old PDH no longer opens (4.9). */
    assert_int_equal(board_order(SEV_COMMAND_PDH_GEN), SEV_STATUS_SUCCESS);
    flow_prepare_start(&parameters, &owner, policy);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_BAD_MEASUREMENT);
}

static void packet_macs_of_vector_b(void **state)
{
    static const char *const macs[][2] = {
        {"\x01", "ccd7059b8f8dfe0c5bea786cea617f2e6991bc5dc603e98c46151a2306353516"},
        {"\x02", "82bef14e8a5281b81d9c21df786820be566ecc202ad4fffdc434b2a53958172f"},
        {"\x03", "6a111990b33fbff7ca33e53890f937c596ce3e73800391f9e404dbceeb739109"},
    };
    uint8_t data[64];
    uint8_t plain[64];
    uint8_t tek[16];
    uint8_t tik[16];
    uint8_t measure[32];
    struct sev_packet_header header = {.flags = 0};

    (void)state;
    hex("101112131415161718191a1b1c1d1e1f", tek, 16);
    hex("202122232425262728292a2b2c2d2e2f", tik, 16);
    hex("505152535455565758595a5b5c5d5e5f", header.iv, 16);
    hex("dac63539b2af85bae9f11e522c034c2d7f1800d08588d465afc3e968f9de753a", measure, 32);
    hex("b2e517d5fd1faf759a25b54ac48c933570b4371de3e8410df07a6673b49f8b90"
        "86cd7c9fcb3cb42c425bdfcfc569a9875376d9e657a57bd0428113c62df4ba6b",
        data, 64);
    crypto_aes128_ctr(tek, header.iv, data, plain, sizeof(plain));
    for (uint32_t i = 0; i < 64; i++) {
        assert_int_equal(plain[i], i);
    }
    for (size_t i = 0; i < 3; i++) {
        struct packet packet = {
            .context = (uint8_t)macs[i][0][0],
            .guest_length = 64,
            .trans_length = 64,
            .data = data,
            .measure = i == 0 ? measure : NULL,
        };
        hex(macs[i][1], header.mac, 32);
        assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_SUCCESS);
        packet.context ^= 1; /* A packet for another purpose. */
        assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_BAD_MEASUREMENT);
        packet.context ^= 1;
        packet.guest_length += 16;
        assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_BAD_MEASUREMENT);
    }
}

static void launch_secret_of_sevctl(void **state)
{
    uint8_t tek[16];
    uint8_t tik[16];
    uint8_t measure[32];
    uint8_t data[64];
    uint8_t expected[64];
    struct sev_packet_header header;
    struct packet packet = {.context = SEV_MAC_CONTEXT_LAUNCH_SECRET,
                            .guest_length = 64,
                            .trans_length = 64,
                            .data = data,
                            .measure = measure};

    (void)state;
    hex("52a869b79ab9c13bb6a92b0561619cb3", tek, 16);
    hex("c6d5a9956133050912b24bbe5c372686", tik, 16);
    hex("4cb780efad3b959427b4b8d1635fe2fac6ed75267eef9cf1a73e0fc7d873a412", measure, 32);
    hex("00000000ac5474ed4dd32c7d989ec523d92559ecbc152cde610e17f0aef557334a2d4fca42c22c4312e3b5b8"
        "5a3d47b0aac857e5",
        &header, sizeof(header));
    hex("d14ddee4f717bf4516f87e2d48114a39d0987ca135fa3dfc05cd9fb8ed7a9988b223eb16c7b20d7e7fa58188"
        "f9e862f5db2ca29c36be9557c20b00ffdb0e5c3c",
        data, 64);
    hex("42f5741edd71664d963eef4287ff173b3a000000e5696873f084734992ec06879ce3da0b260000004d592d4c"
        "554b532d50415353504852415345000000000000",
        expected, 64);
    assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_SUCCESS);
    crypto_aes128_ctr(tek, header.iv, data, data, sizeof(data));
    assert_memory_equal(data, expected, sizeof(data));
}

static void flags_are_checked_before_the_mac(void **state)
{
    const uint8_t tik[16] = {0};
    struct sev_packet_header header = {.flags = 0};
    const struct packet packet = {.context = 1};

    (void)state;
    for (uint32_t bit = 1; bit < 32; bit++) {
        header.flags = 1u << bit;
        assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_INVALID_PARAM);
    }
    header.flags = SEV_PACKET_FLAG_COMPRESSED;
    assert_int_equal(packet_check(tik, &header, &packet), SEV_STATUS_UNSUPPORTED);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up_vector_b)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(vector_b_opens_on_either_side),
        TEST(oracle_agrees_with_vector_a),
        TEST(every_flipped_byte_of_a_session_is_found),
        TEST(session_that_was_made_opens_on_the_other_side),
        TEST(owners_session_made_with_openssl_opens),
        TEST(packet_macs_of_vector_b),
        TEST(launch_secret_of_sevctl),
        TEST(flags_are_checked_before_the_mac),
    };

    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
