/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The launch of a guest: digest, measurement and secret through the handlers, computed again with
 * OpenSSL; vectors of section 13.2 through the message that is authenticated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_hex.h"

#define REGION BOARD_BUFFER(8)
#define REGION_BYTES 0x3000u

static struct flow_owner owner;
static uint8_t plain[REGION_BYTES];
static uint8_t copy[REGION_BYTES];

static int boot(void **state)
{
    (void)board_boot_init(state);
    flow_owner(&owner, 0);
    for (size_t i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)(i ^ (i >> 8));
    }
    memcpy(board_dram(REGION), plain, sizeof(plain));
    return 0;
}

/** A guest of the owner, active on BOARD_ASID. */
static uint32_t start(void)
{
    const uint32_t handle = flow_start(&owner, 0);

    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    return handle;
}

/** Section 7.5, for any version. */
static void expected_measure(const uint8_t version[3], uint32_t policy, const uint8_t digest[32],
                             const uint8_t mnonce[16], const uint8_t tik[16], uint8_t measure[32])
{
    struct sev_measurement_message message = {.context = 4,
                                              .api_major = version[0],
                                              .api_minor = version[1],
                                              .build = version[2],
                                              .policy = policy};

    memcpy(message.launch_digest, digest, 32);
    memcpy(message.mnonce, mnonce, 16);
    oracle_hmac(tik, &message, sizeof(message), measure);
}

/** Measures, and compares with the digest of @p length bytes of the plaintext. */
static void assert_measures(uint32_t handle, size_t length)
{
    static const uint8_t version[3] = {1, 58, 1};
    struct sev_measurement measurement;
    uint8_t digest[32];
    uint8_t expected[32];

    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    oracle_sha256(plain, length, digest);
    expected_measure(version, 0, digest, measurement.mnonce, owner.keys.tik, expected);
    assert_memory_equal(measurement.measure, expected, sizeof(expected));
}

static void published_measurements(void **state)
{
    static const struct {
        uint8_t version[3];
        uint32_t policy;
        const char *digest;
        const char *mnonce;
        const char *tik;
        const char *measure;
    } vectors[] = {
        {{0x00, 0x12, 0x0F},
         0,
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "4fbe0bedbad6c86ae8f68971d103e554",
         "66320db73158a35a255d051758e95ed4",
         "6faab2daae389bcd3405a05d6cafe33c0414f7bedd0bae19ba5f38b7fd1664ea"},
        {{0x01, 0x28, 0x28},
         3,
         "c64bd101fc9a4a2ce0a27c408d9200911f139a895469b04a40a6fa2890830d23",
         "c313fab511c216b1505b1b2ea9903c40",
         "3569cf61a32a602b87185ac6e0f55913",
         "96cc1bc56c48f60724c9ad7a250bdd16da5898d3b86fede29c03e9aac828048e"},
        {{0x01, 0x31, 0x06},
         5,
         "847b5ab6db136ea67dc5a95478ebe7e5ebbe93e9e74bdb1284165f9007a4e367",
         "2dbe959f5d3164db528c6480008509f2",
         "3569cf61a32a602b87185ac6e0f55913",
         "fe8d27cc3284e5782d56751958f85479afd6658ad328b13147b282c2e31d6c07"},
        {{0x00, 0x18, 0x01},
         0x00160005,
         "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7",
         "404142434445464748494a4b4c4d4e4f",
         "202122232425262728292a2b2c2d2e2f",
         "dac63539b2af85bae9f11e522c034c2d7f1800d08588d465afc3e968f9de753a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        uint8_t digest[32];
        uint8_t mnonce[16];
        uint8_t tik[16];
        uint8_t measure[32];
        uint8_t expected[32];

        hex(vectors[i].digest, digest, 32);
        hex(vectors[i].mnonce, mnonce, 16);
        hex(vectors[i].tik, tik, 16);
        hex(vectors[i].measure, expected, 32);
        expected_measure(vectors[i].version, vectors[i].policy, digest, mnonce, tik, measure);
        assert_memory_equal(measure, expected, 32);
    }
}

static void region_is_encrypted_in_place_and_measured(void **state)
{
    const uint32_t handle = start();

    (void)state;
    assert_int_equal(flow_update(handle, REGION, REGION_BYTES), SEV_STATUS_SUCCESS);
    oracle_read_memory(BOARD_ASID, REGION, copy, REGION_BYTES);
    assert_memory_equal(copy, plain, REGION_BYTES);
    assert_memory_not_equal(board_dram(REGION), plain, 16);
    assert_measures(handle, REGION_BYTES);
}

static void splitting_a_region_changes_nothing(void **state)
{
    static const uint32_t cuts[] = {0, 16, 0xFF0, 0x1010, 0x2800, REGION_BYTES};
    const uint32_t handle = start();

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(cuts) / sizeof(cuts[0]); i++) {
        assert_int_equal(flow_update(handle, REGION + cuts[i], cuts[i + 1] - cuts[i]),
                         SEV_STATUS_SUCCESS);
    }
    oracle_read_memory(BOARD_ASID, REGION, copy, REGION_BYTES);
    assert_memory_equal(copy, plain, REGION_BYTES);
    assert_measures(handle, REGION_BYTES);
}

static void region_of_an_encrypting_host_is_read_with_its_key(void **state)
{
    const uint32_t handle = start();

    (void)state;
    oracle_write_memory(0, REGION, plain, REGION_BYTES);
    assert_int_equal(flow_update(handle, BOARD_C_BIT | REGION, REGION_BYTES), SEV_STATUS_SUCCESS);
    oracle_read_memory(BOARD_ASID, REGION, copy, REGION_BYTES);
    assert_memory_equal(copy, plain, REGION_BYTES);
    assert_measures(handle, REGION_BYTES);
}

static void empty_launch_is_measured(void **state)
{
    (void)state;
    assert_measures(start(), 0);
}

static void refused_regions_do_not_enter_the_digest(void **state)
{
    const uint32_t handle = start();

    (void)state;
    assert_int_equal(flow_update(handle, REGION, 0), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(flow_update(handle, REGION, 15), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(flow_update(handle, REGION + 8, 16), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(flow_update(handle, HOSTED_DRAM_BYTES_DEFAULT - 16, 32),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(flow_update(handle, BOARD_PARAMETERS, 16), SEV_STATUS_INVALID_ADDRESS);
    assert_memory_equal(board_dram(REGION), plain, REGION_BYTES);
    assert_measures(handle, 0);
}

static void measuring_twice_is_refused(void **state)
{
    const uint32_t handle = start();
    struct sev_measurement measurement;

    (void)state;
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(flow_update(handle, REGION, 16), SEV_STATUS_INVALID_GUEST_STATE);
}

static void secret_reaches_guest_memory_only(void **state)
{
    const uint32_t handle = start();
    struct sev_measurement measurement;
    struct sev_packet_header header;
    uint8_t cipher[64];

    (void)state;
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    flow_packet(SEV_MAC_CONTEXT_LAUNCH_SECRET, &owner.keys, measurement.measure, plain, 64, &header,
                cipher);
    assert_int_equal(flow_inject(handle, &header, cipher, 64, BOARD_C_BIT | (REGION + 0x20)),
                     SEV_STATUS_SUCCESS);
    oracle_read_memory(BOARD_ASID, REGION + 0x20, copy, 64);
    assert_memory_equal(copy, plain, 64);
    assert_memory_equal(board_dram(REGION), plain, 0x20);
    assert_memory_equal(board_dram(REGION + 0x60), plain + 0x60, 0x20);
    assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_inject(handle, &header, cipher, 64, REGION),
                     SEV_STATUS_INVALID_GUEST_STATE);
}

static void forged_secret_writes_nothing(void **state)
{
    const uint32_t handle = start();
    struct sev_measurement measurement;
    struct sev_packet_header header;
    uint8_t cipher[64];

    (void)state;
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    flow_packet(SEV_MAC_CONTEXT_LAUNCH_SECRET, &owner.keys, measurement.measure, plain, 64, &header,
                cipher);
    for (size_t i = 4; i < sizeof(header); i++) {
        ((uint8_t *)&header)[i] ^= 1;
        assert_int_equal(flow_inject(handle, &header, cipher, 64, REGION),
                         SEV_STATUS_BAD_MEASUREMENT);
        ((uint8_t *)&header)[i] ^= 1;
    }
    assert_int_equal(flow_inject(handle, &header, cipher, 48, REGION), SEV_STATUS_BAD_MEASUREMENT);
    cipher[63] ^= 1;
    assert_int_equal(flow_inject(handle, &header, cipher, 64, REGION), SEV_STATUS_BAD_MEASUREMENT);
    assert_memory_equal(board_dram(REGION), plain, REGION_BYTES);
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(published_measurements),
        TEST(region_is_encrypted_in_place_and_measured),
        TEST(splitting_a_region_changes_nothing),
        TEST(region_of_an_encrypting_host_is_read_with_its_key),
        TEST(empty_launch_is_measured),
        TEST(refused_regions_do_not_enter_the_digest),
        TEST(measuring_twice_is_refused),
        TEST(secret_reaches_guest_memory_only),
        TEST(forged_secret_writes_nothing),
    };

    return cmocka_run_group_tests_name("launch", tests, NULL, NULL);
}
