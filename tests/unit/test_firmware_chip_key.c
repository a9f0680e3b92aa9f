/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's attestation keys (firmware/platform/chip_key.h), against OpenSSL's computation of the
 * same from the specification.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "firmware/platform/chip.h"
#include "firmware/platform/chip_key.h"
#include "firmware/platform/hashstick.h"
#include "firmware/platform/tcb.h"

#include "tests/unit/firmware_board.h"
#include "tests/unit/firmware_oracle.h"

#define STICK_BYTES ((size_t)384)

/** SHA-384 of text || bytes. */
static void hash(const char *text, const uint8_t *bytes, size_t length, uint8_t digest[48])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    assert_true(EVP_DigestInit_ex(context, EVP_sha384(), NULL) == 1 &&
                EVP_DigestUpdate(context, text, strlen(text)) == 1 &&
                EVP_DigestUpdate(context, bytes, length) == 1 &&
                EVP_DigestFinal_ex(context, digest, NULL) == 1);
    EVP_MD_CTX_free(context);
}

/** The hashstick of a TCB version, from the top. */
static void oracle_stick(const uint8_t seed[48], uint64_t tcb, uint8_t stick[STICK_BYTES])
{
    for (unsigned part = 0; part < 8; part++) {
        uint8_t message[2 + 48] = {(uint8_t)part};
        uint8_t value[48];

        memcpy(&message[1], seed, 48);
        hash("virtasp-spl-top", message, 49, value);
        for (unsigned version = 255; version > (tcb >> (8 * part) & 0xFF); version--) {
            message[1] = (uint8_t)version;
            memcpy(&message[2], value, 48);
            hash("virtasp-spl-step", message, 50, value);
        }
        memcpy(stick + (size_t)48 * part, value, 48);
    }
}

/** What follows from a stick at its TCB version. */
static void oracle_derive(const uint8_t stick[STICK_BYTES], const char *label, uint64_t tcb,
                          uint8_t *output, size_t length)
{
    uint8_t context[8];

    for (unsigned i = 0; i < 8; i++) {
        context[i] = (uint8_t)(tcb >> (8 * i));
    }
    oracle_kdf(stick, STICK_BYTES, label, context, sizeof(context), output, length);
}

/** The chip's stick, from the fuses. */
static void oracle_chip_stick(uint64_t tcb, uint8_t stick[STICK_BYTES])
{
    uint8_t seed[48];

    oracle_kdf(hosted_fuses()->chip_secret, 32, "virtasp-vcek-seed", NULL, 0, seed, sizeof(seed));
    oracle_stick(seed, tcb, stick);
}

/** Whether a key is what OpenSSL derives from the stick. */
static void assert_key(const struct crypto_p384_key *key, const uint8_t stick[STICK_BYTES],
                       const char *label, uint64_t tcb)
{
    uint8_t seed[56];
    struct oracle_key expected;

    assert_non_null(key);
    oracle_derive(stick, label, tcb, seed, sizeof(seed));
    oracle_from_seed(&expected, seed);
    assert_memory_equal(key->d, expected.d, sizeof(key->d));
    assert_memory_equal(key->public_key.x, expected.x, sizeof(expected.x));
    assert_memory_equal(key->public_key.y, expected.y, sizeof(expected.y));
}

static void become(enum snp_product id, uint32_t security_version)
{
    hosted_fuses()->product = id;
    assert_null(chip_start(security_version));
}

static void vcek_of_the_current_and_every_lower_tcb(void **state)
{
    static const struct {
        enum snp_product product;
        uint64_t tcb;
    } cases[] = {
        {SNP_PRODUCT_MILAN, 0xD318000000000004}, {SNP_PRODUCT_MILAN, 0xD317000000000004},
        {SNP_PRODUCT_MILAN, 0x0800000000000002}, {SNP_PRODUCT_MILAN, 0},
        {SNP_PRODUCT_GENOA, 0xD318000000000004}, {SNP_PRODUCT_TURIN, 0x4800000018000401},
        {SNP_PRODUCT_TURIN, 0x4800000017000300}, {SNP_PRODUCT_VENICE, 0x4800000018000401},
    };
    uint8_t stick[STICK_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        become(cases[i].product, 1);
        oracle_chip_stick(cases[i].tcb, stick);
        for (unsigned again = 0; again < 2; again++) {
            assert_key(chip_vcek(cases[i].tcb), stick, "virtasp-vcek", cases[i].tcb);
        }
    }
}

static void key_is_that_of_the_tcb_asked_for_whatever_was_asked_before(void **state)
{
    static const uint64_t order[] = {0xD318000000000004, 0xD217000000000004, 0xD318000000000004,
                                     0xD317000000000004};
    uint8_t stick[STICK_BYTES];

    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        oracle_chip_stick(order[i], stick);
        assert_key(chip_vcek(order[i]), stick, "virtasp-vcek", order[i]);
        assert_null(chip_vcek(0xD418000000000004));
    }
    /* Another chip, and another firmware, have no key of the one before. */
    hosted_fuses()->chip_secret[0] ^= 1;
    become(SNP_PRODUCT_MILAN, 1);
    oracle_chip_stick(order[3], stick);
    assert_key(chip_vcek(order[3]), stick, "virtasp-vcek", order[3]);
    become(SNP_PRODUCT_MILAN, 0);
    assert_null(chip_vcek(order[0]));
}

static void no_part_may_be_above_the_current_tcb(void **state)
{
    uint8_t root[CHIP_GUEST_ROOT_BYTES];
    const uint8_t zeros[CHIP_GUEST_ROOT_BYTES] = {0};

    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    for (unsigned part = 0; part < 8; part++) {
        const uint64_t above = tcb_current() + (1ull << (8 * part));

        assert_null(chip_vcek(above));
        memset(root, 0xA5, sizeof(root));
        assert_false(chip_guest_root(CHIP_KEY_VCEK, above, root));
        assert_memory_equal(root, zeros, sizeof(root));
    }
    assert_non_null(chip_vcek(tcb_current()));
}

static void lower_sticks_follow_from_higher_ones_and_never_the_reverse(void **state)
{
    static const uint8_t seed[HASHSTICK_SEED_BYTES] = "virtasp TEST seed of a hashstick";
    const uint64_t high = 0xD318000000000004;
    const uint64_t low = 0x0317000000000004;
    struct hashstick walked;
    struct hashstick before;
    uint8_t expected[STICK_BYTES];

    (void)state;
    hashstick_make(seed, high, &walked);
    oracle_stick(seed, high, expected);
    assert_memory_equal(&walked, expected, sizeof(expected));
    before = walked;
    for (unsigned part = 0; part < 8; part++) {
        assert_false(hashstick_lower(&walked, high, high + (1ull << (8 * part))));
        assert_memory_equal(&walked, &before, sizeof(walked));
    }
    assert_true(hashstick_lower(&walked, high, high));
    assert_memory_equal(&walked, &before, sizeof(walked));
    assert_true(hashstick_lower(&walked, high, low));
    oracle_stick(seed, low, expected);
    assert_memory_equal(&walked, expected, sizeof(expected));
    /* Parts that are equal stay: all others differ, at every place. */
    for (unsigned part = 0; part < 8; part++) {
        const bool same = (high >> (8 * part) & 0xFF) == (low >> (8 * part) & 0xFF);

        assert_int_equal(memcmp(walked.parts[part], before.parts[part], 48) == 0, same);
    }
}

static void chip_without_snp_has_no_attestation_key(void **state)
{
    const struct snp_wrapped_vlek wrapped = {.tcb_version = 0};
    uint8_t root[CHIP_GUEST_ROOT_BYTES];

    (void)state;
    become(SNP_PRODUCT_ROME, 1);
    assert_null(chip_vcek(0));
    assert_null(chip_vlek(0));
    assert_false(chip_guest_root(CHIP_KEY_VCEK, 0, root));
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_INVALID_PARAM);
}

static void random_generator_that_fails_gives_no_key(void **state)
{
    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    board_fail_random_after(0, 0);
    assert_null(chip_vcek(tcb_current()));
    assert_null(chip_vcek(tcb_current()));
}

/** A key server's hashstick, wrapped for this chip. */
static void wrap(uint64_t tcb, uint8_t stick[STICK_BYTES], struct snp_wrapped_vlek *wrapped)
{
    static const uint8_t seed[48] = "virtasp TEST seed of a VLEK";
    const uint8_t *aad = (const uint8_t *)wrapped + 0x190;
    uint8_t key[32];

    *wrapped = (struct snp_wrapped_vlek){.iv = "virtasp-iv", .tcb_version = tcb};
    oracle_stick(seed, tcb, stick);
    oracle_kdf(hosted_fuses()->chip_secret, 32, "virtasp-vlek-wrap", NULL, 0, key, sizeof(key));
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;

    assert_true(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, wrapped->iv) == 1 &&
                EVP_EncryptUpdate(context, NULL, &length, aad, 16) == 1 &&
                EVP_EncryptUpdate(context, wrapped->wrapped, &length, stick, (int)STICK_BYTES) ==
                    1 &&
                EVP_EncryptFinal_ex(context, wrapped->wrapped + STICK_BYTES, &length) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, wrapped->tag) == 1);
    EVP_CIPHER_CTX_free(context);
}

static void vlek_is_unwrapped_and_walks_down_from_its_own_tcb(void **state)
{
    const uint64_t tcb = 0xD317000000000003;
    struct snp_wrapped_vlek wrapped;
    uint8_t stick[STICK_BYTES];
    uint8_t root[CHIP_GUEST_ROOT_BYTES];
    uint8_t expected[CHIP_GUEST_ROOT_BYTES];

    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    assert_false(chip_vlek_is_loaded());
    assert_null(chip_vlek(tcb));
    wrap(tcb, stick, &wrapped);
    assert_int_equal(chip_vlek_load(&wrapped), SEV_STATUS_SUCCESS);
    assert_true(chip_vlek_is_loaded());
    assert_key(chip_vlek(tcb), stick, "virtasp-vlek", tcb);
    assert_null(chip_vlek(tcb_current())); /* Above the hashstick's. */
    assert_true(chip_guest_root(CHIP_KEY_VLEK, tcb, root));
    oracle_derive(stick, "virtasp-guest-root", tcb, expected, sizeof(expected));
    assert_memory_equal(root, expected, sizeof(expected));
    wrap(0xD200000000000003, stick, &wrapped);
    assert_key(chip_vlek(0xD200000000000003), stick, "virtasp-vlek", 0xD200000000000003);
    chip_vlek_unload();
    assert_false(chip_vlek_is_loaded());
    assert_null(chip_vlek(tcb));
    assert_false(chip_guest_root(CHIP_KEY_VLEK, tcb, root));
}

static void guests_have_a_root_of_their_own_at_each_tcb(void **state)
{
    static const uint64_t tcbs[] = {0xD318000000000004, 0xD317000000000004};
    uint8_t stick[STICK_BYTES];
    uint8_t root[CHIP_GUEST_ROOT_BYTES];
    uint8_t expected[CHIP_GUEST_ROOT_BYTES];

    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    for (size_t i = 0; i < 2; i++) {
        oracle_chip_stick(tcbs[i], stick);
        oracle_derive(stick, "virtasp-guest-root", tcbs[i], expected, sizeof(expected));
        assert_true(chip_guest_root(CHIP_KEY_VCEK, tcbs[i], root));
        assert_memory_equal(root, expected, sizeof(expected));
    }
}

static void bad_vlek_is_refused_and_leaves_the_one_before(void **state)
{
    const uint64_t tcb = 0xD317000000000003;
    struct snp_wrapped_vlek good;
    struct snp_wrapped_vlek bad;
    uint8_t stick[STICK_BYTES];
    static const size_t places[] = {0x000, 0x00B, 0x010, 0x18F, 0x1A0, 0x1AF};

    (void)state;
    become(SNP_PRODUCT_MILAN, 1);
    wrap(tcb, stick, &good);
    assert_int_equal(chip_vlek_load(&good), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        bad = good;
        ((uint8_t *)&bad)[places[i]] ^= 0x10;
        assert_int_equal(chip_vlek_load(&bad), SEV_STATUS_BAD_MEASUREMENT);
    }
    bad = good;
    bad.tcb_version--; /* The tag covers it. */
    assert_int_equal(chip_vlek_load(&bad), SEV_STATUS_BAD_MEASUREMENT);
    bad = good;
    bad.reserved_198 = 1;
    assert_int_equal(chip_vlek_load(&bad), SEV_STATUS_INVALID_PARAM);
    for (unsigned part = 0; part < 8; part++) {
        uint8_t other[STICK_BYTES];

        wrap(tcb_current() + (1ull << (8 * part)), other, &bad);
        assert_int_equal(chip_vlek_load(&bad), SEV_STATUS_INVALID_PARAM);
    }
    assert_key(chip_vlek(tcb), stick, "virtasp-vlek", tcb);
    hosted_fuses()->chip_secret[31] ^= 1; /* On another chip. */
    become(SNP_PRODUCT_MILAN, 1);
    assert_false(chip_vlek_is_loaded());
    assert_int_equal(chip_vlek_load(&good), SEV_STATUS_BAD_MEASUREMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(vcek_of_the_current_and_every_lower_tcb, board_boot),
        cmocka_unit_test_setup(key_is_that_of_the_tcb_asked_for_whatever_was_asked_before,
                               board_boot),
        cmocka_unit_test_setup(no_part_may_be_above_the_current_tcb, board_boot),
        cmocka_unit_test_setup(lower_sticks_follow_from_higher_ones_and_never_the_reverse,
                               board_boot),
        cmocka_unit_test_setup(chip_without_snp_has_no_attestation_key, board_boot),
        cmocka_unit_test_setup(random_generator_that_fails_gives_no_key, board_boot),
        cmocka_unit_test_setup(vlek_is_unwrapped_and_walks_down_from_its_own_tcb, board_boot),
        cmocka_unit_test_setup(guests_have_a_root_of_their_own_at_each_tcb, board_boot),
        cmocka_unit_test_setup(bad_vlek_is_refused_and_leaves_the_one_before, board_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
