/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What certificates for attestation are made of: hashsticks, and DER.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "host/provision/der.h"
#include "host/provision/key_server.h"
#include "tests/provision/checker.h"

#define TEXT_BYTES 256

static const uint8_t chip_secret[PROVISION_CHIP_SECRET_BYTES] = {1};

static void hashstick_of_a_lower_tcb_follows_from_a_higher_one(void **state)
{
    static const uint64_t high = 0xD318000000000004;
    uint8_t above[SNP_HASHSTICK_BYTES];
    uint8_t below[SNP_HASHSTICK_BYTES];
    struct provision_error error = {0};
    (void)state;
    assert_true(provision_hashstick(PROVISION_VCEK, chip_secret, high, above, &error));
    for (size_t part = 0; part < 8; part++) {
        const uint8_t version = (uint8_t)(high >> (8 * part));
        if (version == 0) {
            continue;
        }
        uint8_t message[16 + 2 + 48] = "virtasp-spl-step";
        uint8_t step[48];
        message[16] = (uint8_t)part;
        message[17] = version;
        memcpy(message + 18, above + 48 * part, 48);
        assert_true(EVP_Q_digest(NULL, "SHA384", NULL, message, sizeof message, step, NULL) == 1);
        assert_true(provision_hashstick(PROVISION_VCEK, chip_secret, high - (1ull << (8 * part)),
                                        below, &error));
        assert_memory_equal(below + 48 * part, step, 48);
        memcpy(below + 48 * part, above + 48 * part, 48);
        assert_memory_equal(below, above, sizeof above); /* The other parts are the same. */
    }
}

static void der_lengths_numbers_and_times(void **state)
{
    static const struct {
        uint32_t number;
        const char *text;
    } numbers[] = {{0, "020100"},
                   {127, "02017f"},
                   {128, "02020080"},
                   {255, "020200ff"},
                   {256, "02020100"},
                   {0x10000, "0203010000"},
                   {0x800000, "020400800000"},
                   {0xFFFFFFFF, "020500ffffffff"}};
    char text[TEXT_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct der der = {.length = 0};
        der_integer(&der, numbers[i].number);
        provision_hex(der.bytes, der.length, text);
        assert_string_equal(text, numbers[i].text);
    }
    static const size_t lengths[] = {0, 1, 127, 128, 255, 256, 3000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        static const uint8_t zeros[3000];
        struct der der = {.length = 0};
        const uint8_t *at = der.bytes;
        der_put(&der, DER_OCTET_STRING, zeros, lengths[i]);
        ASN1_OCTET_STRING *read = d2i_ASN1_OCTET_STRING(NULL, &at, (long)der.length);
        assert_non_null(read);
        assert_int_equal(ASN1_STRING_length(read), lengths[i]);
        assert_ptr_equal(at, der.bytes + der.length);
        ASN1_OCTET_STRING_free(read);
    }
    struct der times = {.length = 0};
    der_time(&times, 2524607999); /* The last second of 2049. */
    der_time(&times, 2524608000);
    assert_memory_equal(times.bytes,
                        "\x17\x0d"
                        "491231235959Z",
                        15);
    assert_memory_equal(times.bytes + 15,
                        "\x18\x0f"
                        "20500101000000Z",
                        17);
    static const uint8_t large[DER_BYTES_MAX];
    struct der full = {.length = 0};
    der_put(&full, DER_OCTET_STRING, large, sizeof large);
    assert_true(full.full);
}

int check_x509_parts(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashstick_of_a_lower_tcb_follows_from_a_higher_one),
        cmocka_unit_test(der_lengths_numbers_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
