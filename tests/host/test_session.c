/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session's arithmetic against known answers: (a) of a published owner library, (b) a full path
 * worked out for this API, measurements and secrets of published owner tools.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "host/lib/session.h"
#include "host/lib/sev_key.h"
#include "tests/host/support.h"

#define ASSERT_HEX(bytes, text)                                                                    \
    do {                                                                                           \
        uint8_t expected[sizeof(bytes)];                                                           \
        support_hex(text, expected, sizeof expected);                                              \
        assert_memory_equal(bytes, expected, sizeof expected);                                     \
    } while (0)

/* KEYS.TEK = 10..1f, TIK = 20..2f, IV = 30..3f, NONCE = 00..0f, POLICY as in (b). */
#define POLICY_B 0x00160005u

static void fill(uint8_t *bytes, size_t length, uint8_t first)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(first + i);
    }
}

static void keys_of_an_all_zero_session(void **state)
{
    (void)state;
    const uint8_t secret[16] = {0};
    const struct sev_transport_keys transport = {0};
    struct sev_session session = {0};
    struct session_keys keys;
    assert_true(session_derive_keys(secret, sizeof secret, session.nonce, &keys));
    ASSERT_HEX(keys.master, "ab4d269fcc62bedb4511d56c386ce706");
    ASSERT_HEX(keys.kek, "b6abfbfb75ea1ea74ed8750b8afdb973");
    ASSERT_HEX(keys.kik, "53b524bf5669a363f365c864acba8572");
    assert_true(session_wrap(&keys, &transport, 0, &session));
    ASSERT_HEX(session.wrap_tk, "2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4");
    ASSERT_HEX(session.wrap_mac,
               "3176c0752738bd9d5e86689534020f528c088f16238826b000b327dee6aeed7d");
    ASSERT_HEX(session.policy_mac,
               "aa7855e13839dd767cd5da7c1ff5036540c9264b7a803029315e55375287b4af");
}

static void diffie_hellman_of_known_scalars(void **state)
{
    (void)state;
    uint8_t a[SEV_P384_BYTES] = {0};
    uint8_t b[SEV_P384_BYTES] = {0};
    uint8_t secret[SEV_P384_BYTES];
    struct sev_public_key_ecc public_key;
    a[sizeof a - 1] = 7;
    b[sizeof b - 1] = 11;
    EVP_PKEY *own = sev_key_from_scalar(a);
    EVP_PKEY *other = sev_key_from_scalar(b);
    assert_non_null(own);
    assert_non_null(other);
    assert_true(sev_key_to_certificate(other, &public_key));
    /* B.x of the known answer, reversed */
    assert_int_equal(public_key.qx[0], 0xd8);
    assert_int_equal(public_key.qx[47], 0x09);
    assert_int_equal(public_key.qx[48], 0);
    EVP_PKEY *peer = sev_key_from_certificate(&public_key);
    assert_non_null(peer);
    assert_true(sev_key_agree(own, peer, secret));
    ASSERT_HEX(secret, "8366c4994a4f8178be0e80d6e7c06e6c42fa847b2b2112f972bee0a7111c5b8e"
                       "604c9f0f2f029c95c1134cb107e7ef95");
    EVP_PKEY_free(own);
    EVP_PKEY_free(other);
    EVP_PKEY_free(peer);
}

static void session_of_a_known_secret(void **state)
{
    (void)state;
    uint8_t secret[SEV_P384_BYTES];
    struct sev_transport_keys transport;
    struct sev_session session;
    struct session_keys keys;
    support_hex("8366c4994a4f8178be0e80d6e7c06e6c42fa847b2b2112f972bee0a7111c5b8e"
                "604c9f0f2f029c95c1134cb107e7ef95",
                secret, sizeof secret);
    fill(session.nonce, sizeof session.nonce, 0x00);
    fill(transport.tek, sizeof transport.tek, 0x10);
    fill(transport.tik, sizeof transport.tik, 0x20);
    fill(session.wrap_iv, sizeof session.wrap_iv, 0x30);
    assert_true(session_derive_keys(secret, sizeof secret, session.nonce, &keys));
    ASSERT_HEX(keys.kek, "59854835a307b6552d71a00b7fc1f25e");
    ASSERT_HEX(keys.kik, "2c85dd4255059bbc1d1257b50e47f658");
    assert_true(session_wrap(&keys, &transport, POLICY_B, &session));
    ASSERT_HEX(session.wrap_tk, "7b9b4cc8e58bc4b224438de199e0828fa34097251641a7f07a66062ce570f678");
    ASSERT_HEX(session.wrap_mac,
               "83afb073210da99e8543bdf18cc3cde998fe7977c663789d4567f8c9ed53c21e");
    ASSERT_HEX(session.policy_mac,
               "af540f88656e54fc045fc59259dfd1a51831d06eff4753a045ccfbb030cc13bf");
}

static void counter_carries_through_all_bytes(void **state)
{
    (void)state;
    const uint8_t key[SEV_KEY_BYTES] = {0};
    uint8_t iv[16];
    uint8_t data[32] = {0};
    memset(iv, 0xff, sizeof iv);
    assert_true(session_crypt(key, iv, data, data, sizeof data));
    ASSERT_HEX(data, "3f5b8cc9ea855a0afa7347d23e8d664e66e94bd4ef8a2c3b884cfa59ca342b2e");
}

/* Inputs and result of one known launch measurement. */
struct measurement {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
    const char *digest;
    const char *mnonce;
    const char *tik;
    const char *measure;
};

static const struct measurement measurements[] = {
    {0x00, 0x12, 0x0f, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "4fbe0bedbad6c86ae8f68971d103e554", "66320db73158a35a255d051758e95ed4",
     "6faab2daae389bcd3405a05d6cafe33c0414f7bedd0bae19ba5f38b7fd1664ea"},
    {0x01, 0x28, 0x28, 3, "c64bd101fc9a4a2ce0a27c408d9200911f139a895469b04a40a6fa2890830d23",
     "c313fab511c216b1505b1b2ea9903c40", "3569cf61a32a602b87185ac6e0f55913",
     "96cc1bc56c48f60724c9ad7a250bdd16da5898d3b86fede29c03e9aac828048e"},
    {0x01, 0x31, 0x06, 5, "847b5ab6db136ea67dc5a95478ebe7e5ebbe93e9e74bdb1284165f9007a4e367",
     "2dbe959f5d3164db528c6480008509f2", "3569cf61a32a602b87185ac6e0f55913",
     "fe8d27cc3284e5782d56751958f85479afd6658ad328b13147b282c2e31d6c07"},
    {0x00, 0x18, 0x01, POLICY_B, "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7",
     "404142434445464748494a4b4c4d4e4f", "202122232425262728292a2b2c2d2e2f",
     "dac63539b2af85bae9f11e522c034c2d7f1800d08588d465afc3e968f9de753a"},
};

static void known_measurements(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof measurements / sizeof measurements[0]; i++) {
        const struct measurement *known = &measurements[i];
        struct sev_measurement_message message = {
            .context = SEV_MAC_CONTEXT_LAUNCH_MEASURE,
            .api_major = known->api_major,
            .api_minor = known->api_minor,
            .build = known->build,
            .policy = known->policy,
        };
        uint8_t tik[SEV_KEY_BYTES];
        uint8_t measure[SEV_MAC_BYTES];
        support_hex(known->digest, message.launch_digest, sizeof message.launch_digest);
        support_hex(known->mnonce, message.mnonce, sizeof message.mnonce);
        support_hex(known->tik, tik, sizeof tik);
        assert_true(session_measure(tik, &message, measure));
        ASSERT_HEX(measure, known->measure);
    }
}

static void published_secret(void **state)
{
    (void)state;
    uint8_t tik[SEV_KEY_BYTES];
    uint8_t tek[SEV_KEY_BYTES];
    uint8_t measure[SEV_MAC_BYTES];
    uint8_t data[64];
    uint8_t mac[SEV_MAC_BYTES];
    struct sev_packet_header header = {0};
    support_hex("c6d5a9956133050912b24bbe5c372686", tik, sizeof tik);
    support_hex("52a869b79ab9c13bb6a92b0561619cb3", tek, sizeof tek);
    support_hex("4cb780efad3b959427b4b8d1635fe2fac6ed75267eef9cf1a73e0fc7d873a412", measure,
                sizeof measure);
    support_hex("ac5474ed4dd32c7d989ec523d92559ec", header.iv, sizeof header.iv);
    support_hex("42f5741edd71664d963eef4287ff173b3a000000e5696873f084734992ec0687"
                "9ce3da0b260000004d592d4c554b532d50415353504852415345000000000000",
                data, sizeof data);
    assert_true(session_crypt(tek, header.iv, data, data, sizeof data));
    ASSERT_HEX(data, "d14ddee4f717bf4516f87e2d48114a39d0987ca135fa3dfc05cd9fb8ed7a9988"
                     "b223eb16c7b20d7e7fa58188f9e862f5db2ca29c36be9557c20b00ffdb0e5c3c");
    assert_true(session_packet_mac(tik, SEV_MAC_CONTEXT_LAUNCH_SECRET, &header, data, sizeof data,
                                   measure, mac));
    ASSERT_HEX(mac, "bc152cde610e17f0aef557334a2d4fca42c22c4312e3b5b85a3d47b0aac857e5");
}

static void macs_of_migration_packets(void **state)
{
    (void)state;
    static const struct {
        uint8_t context;
        const char *mac;
    } known[] = {
        {SEV_MAC_CONTEXT_SEND_DATA,
         "82bef14e8a5281b81d9c21df786820be566ecc202ad4fffdc434b2a53958172f"},
        {SEV_MAC_CONTEXT_SEND_VMSA,
         "6a111990b33fbff7ca33e53890f937c596ce3e73800391f9e404dbceeb739109"},
    };
    uint8_t tek[SEV_KEY_BYTES];
    uint8_t tik[SEV_KEY_BYTES];
    uint8_t data[64];
    uint8_t mac[SEV_MAC_BYTES];
    struct sev_packet_header header = {0};
    fill(tek, sizeof tek, 0x10);
    fill(tik, sizeof tik, 0x20);
    fill(header.iv, sizeof header.iv, 0x50);
    fill(data, sizeof data, 0x00);
    assert_true(session_crypt(tek, header.iv, data, data, sizeof data));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(
            session_packet_mac(tik, known[i].context, &header, data, sizeof data, NULL, mac));
        ASSERT_HEX(mac, known[i].mac);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_an_all_zero_session),
        cmocka_unit_test(diffie_hellman_of_known_scalars),
        cmocka_unit_test(session_of_a_known_secret),
        cmocka_unit_test(counter_carries_through_all_bytes),
        cmocka_unit_test(known_measurements),
        cmocka_unit_test(published_secret),
        cmocka_unit_test(macs_of_migration_packets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
