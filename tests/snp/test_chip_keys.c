/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of a chip at a TCB version. The expected values were computed with a third implementation, in
 * Python's integers and hashlib, from the definition alone.
 */
#include <openssl/evp.h>

#include "tests/snp/chip_keys.h"
#include "tests/snp/gcm.h"
#include "tests/snp/hash.h"
#include "tests/snp/p384.h"
#include "tests/snp/testing.h"

#define MILAN_TCB 0xD318000000000004ull
#define TURIN_TCB 0x4800000017000401ull

static uint8_t secret[32];

static int count_up(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < sizeof secret; i++) {
        secret[i] = i;
    }
    return 0;
}

/* Session keys of the SEV API that sev-tool and sevctl compute. */
static void key_derivation_gives_the_known_answers(void **state)
{
    static const struct {
        const char *key;
        const char *label;
        const char *context;
        const char *output;
    } cases[] = {
        {"00000000000000000000000000000000", "sev-master-secret",
         "00000000000000000000000000000000", "ab4d269fcc62bedb4511d56c386ce706"},
        {"ab4d269fcc62bedb4511d56c386ce706", "sev-kek", "", "b6abfbfb75ea1ea74ed8750b8afdb973"},
        {"ab4d269fcc62bedb4511d56c386ce706", "sev-kik", "", "53b524bf5669a363f365c864acba8572"},
        {"d0bb6f3648d9381b851134068e2b6e3d", "sev-kek", "", "59854835a307b6552d71a00b7fc1f25e"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t key[16];
        uint8_t context[16];
        uint8_t output[16];
        const size_t length = strlen(cases[i].context) / 2;
        const struct witness_kdf kdf = {key, sizeof key, cases[i].label, context, length};

        assert_true(witness_hex(cases[i].key, key, sizeof key));
        assert_true(witness_hex(cases[i].context, context, length));
        witness_derive(&kdf, output, sizeof output);
        assert_hex(output, cases[i].output, sizeof output);
    }
}

static void expect_x(EVP_PKEY *key, const char *text)
{
    uint8_t bytes[WITNESS_PUBLIC_KEY_BYTES];
    uint8_t x[48];

    witness_p384_write(key, bytes);
    witness_reverse(x, bytes + 4, sizeof x);
    assert_hex(x, text, sizeof x);
    EVP_PKEY_free(key);
}

static void a_chip_has_the_keys_of_the_definition(void **state)
{
    struct witness_stick stick;
    uint8_t digest[48];
    uint8_t root[32];

    (void)state;
    witness_vcek_stick(secret, MILAN_TCB, &stick);
    witness_sha384(stick.parts, sizeof stick.parts, digest);
    assert_hex(digest,
               "78eef4eabe6e388cbeb09c0ed9d4f0f175e84ef5bd43be24774e4cdeb32499ad"
               "be9d0a6e0c653863dfb90083d09a8a2d",
               sizeof digest);
    expect_x(witness_vcek(&stick),
             "40738c8d83a13aee5e674ca260d97fdc19af540579e96ae988c6d4c08b21324b"
             "465f67229a92342002010e4e931dc114");
    witness_guest_root(&stick, root);
    assert_hex(root, "f66a311e43b9b0d43ee6d6cc27da2469cd88431fcc90cc1fcf3dc37612242256",
               sizeof root);
    witness_vcek_stick(secret, TURIN_TCB, &stick);
    expect_x(witness_vcek(&stick),
             "87f2a90dbbfb2163870b843187c4968dedbb065f59161b3fa191effeea539c1b"
             "e9f7ab6b84413ee17bd415dea402447c");
}

static void a_provider_has_the_keys_of_the_definition(void **state)
{
    static const uint8_t provider[] = "a cloud provider";
    struct witness_stick stick;

    (void)state;
    witness_vlek_stick(provider, sizeof provider - 1, MILAN_TCB, &stick);
    expect_x(witness_vlek(&stick),
             "e24c55a7363ffc3710f04b4fe147fc0e2b94425e4463be757fbce33d01876401"
             "6df56ce5846ab1f2f0c9a73879bf90de");
}

static void a_lower_version_follows_from_a_higher_one_and_never_the_reverse(void **state)
{
    struct witness_stick high;
    struct witness_stick low;

    (void)state;
    for (unsigned part = 0; part < 8; part++) {
        const uint64_t tcb = MILAN_TCB + (5ull << (8 * part));

        witness_vcek_stick(secret, tcb, &high);
        witness_vcek_stick(secret, MILAN_TCB, &low);
        assert_false(witness_stick_lower(&low, tcb));
        assert_int_equal(low.tcb, MILAN_TCB);
        assert_memory_not_equal(high.parts[part], low.parts[part], sizeof low.parts[part]);
        assert_true(witness_stick_lower(&high, MILAN_TCB));
        assert_memory_equal(&high, &low, sizeof low);
    }
    /* Higher in one part and lower in another is not lower. */
    assert_false(witness_stick_lower(&low, MILAN_TCB - 1 + (1ull << 48)));
    assert_true(witness_stick_lower(&low, MILAN_TCB));
    assert_memory_equal(&high, &low, sizeof low);
}

static void a_vlek_is_wrapped_as_the_interface_says(void **state)
{
    static const uint8_t iv[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    struct witness_stick stick;
    uint8_t wrapped[WITNESS_WRAPPED_VLEK_BYTES];
    uint8_t key[32];
    uint8_t opened[384];
    struct witness_gcm gcm = {.key = key, .aad = wrapped + 0x190, .aad_length = 16};

    (void)state;
    assert_true(witness_hex("e1c9b8b01032c941aebcf27d8b02fcff4bc5ce899763eea059263e9bdedfa9d2", key,
                            sizeof key));
    witness_vlek_stick(secret, sizeof secret, MILAN_TCB, &stick);
    witness_vlek_wrap(secret, &stick, iv, wrapped);
    assert_memory_equal(wrapped, iv, sizeof iv);
    assert_true(witness_is_zero(wrapped + 12, 4));
    assert_int_equal(witness_load64(wrapped + 0x190), MILAN_TCB);
    assert_true(witness_is_zero(wrapped + 0x198, 8));
    memcpy(gcm.iv, iv, sizeof iv);
    assert_true(witness_gcm_open(&gcm, wrapped + 0x10, opened, sizeof opened, wrapped + 0x1A0));
    assert_memory_equal(opened, stick.parts, sizeof opened);
    for (size_t at = 0x10; at < sizeof wrapped; at++) {
        wrapped[at] ^= (uint8_t)(1u << at % 8);
        assert_false(
            witness_gcm_open(&gcm, wrapped + 0x10, opened, sizeof opened, wrapped + 0x1A0));
        wrapped[at] ^= (uint8_t)(1u << at % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_derivation_gives_the_known_answers),
        cmocka_unit_test(a_chip_has_the_keys_of_the_definition),
        cmocka_unit_test(a_provider_has_the_keys_of_the_definition),
        cmocka_unit_test(a_lower_version_follows_from_a_higher_one_and_never_the_reverse),
        cmocka_unit_test(a_vlek_is_wrapped_as_the_interface_says),
    };

    return cmocka_run_group_tests(tests, count_up, NULL);
}
