/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LAUNCH_UPDATE_DATA and LAUNCH_MEASURE (sections 4.19, 4.21, 7.4, 7.5, 11.4).
 */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "host/lib/session.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/guest_memory.h"

#define LARGE_BYTES 0x400000u

static void update(uint32_t handle, uint64_t paddr, uint32_t length)
{
    struct sev_launch_update parameters = {.handle = handle, .paddr = paddr, .length = length};

    assert_status(RUN(LAUNCH_UPDATE_DATA, &parameters), SUCCESS);
}

/** Regions of all sorts: a block, across pages, not aligned to more than 16. */
static void plaintext_becomes_guest_memory(void **state)
{
    static const struct {
        uint32_t offset;
        uint32_t length;
    } regions[] = {
        {0, 16},        {16, 16},         {0xFF0, 0x20},    {0x10, 0xFF0},
        {0x1230, 0x30}, {0x2000, 0x1000}, {0x3010, 0x2FE0}, {0x8000, 0x7000},
    };
    static uint8_t plaintext[SUITE_SLOT_BYTES];

    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    const uint32_t asid = activate(handle);
    const uint32_t other = activate(launch(0));

    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        const uint64_t paddr = suite_slot(0) + regions[i].offset;

        fill(plaintext, sizeof plaintext, (unsigned)i);
        memcpy(suite_at(suite_slot(0), sizeof plaintext), plaintext, sizeof plaintext);
        update(handle, paddr, regions[i].length);
        assert_guest_memory(asid, other, paddr, plaintext + regions[i].offset, regions[i].length);
        memcpy(suite_at(paddr, regions[i].length), plaintext + regions[i].offset,
               regions[i].length);
        assert_memory_equal(suite_at(suite_slot(0), sizeof plaintext), plaintext,
                            sizeof plaintext); /* Nothing around the region has changed. */
    }
}

/** The same plaintext at two addresses has two ciphertexts (section 11.2). */
static void ciphertext_depends_on_the_address(void **state)
{
    uint8_t *first = suite_at(suite_slot(0), 0x1000);
    uint8_t *second = suite_at(suite_slot(1), 0x1000);

    (void)state;
    to_init();
    const uint32_t handle = launch_active(0);

    memset(first, 0, 0x1000);
    memset(second, 0, 0x1000);
    update(handle, suite_slot(0), 0x1000);
    update(handle, suite_slot(1), 0x1000);
    assert_memory_not_equal(first, second, 0x1000);
    assert_memory_not_equal(first, first + 16, 16);
}

static void large_region_is_one_command(void **state)
{
    const uint32_t length = suite.quick ? LARGE_BYTES / 4 : LARGE_BYTES;
    const uint64_t paddr = suite.high_base;
    uint8_t *plaintext = malloc(length);
    struct owned_guest guest;

    (void)state;
    assert_non_null(plaintext);
    fill(plaintext, length, 5);
    to_init();
    owned_launch(&guest, 0);
    const uint32_t asid = activate(guest.handle);
    const uint32_t other = activate(launch(0));

    memcpy(suite_at(paddr, length), plaintext, length);
    update(guest.handle, paddr, length);
    assert_guest_memory(asid, other, paddr, plaintext, length);
    owned_measure(&guest, plaintext, length);
    owner_close(&guest.owner);
    free(plaintext);
}

/** With the C-bit, what stands there is encrypted with the host's key (section 11.4). */
static void c_bit_means_host_key_for_the_input(void **state)
{
    static uint8_t plaintext[0x1000];
    struct owned_guest guest;

    (void)state;
    to_init();
    owned_launch(&guest, 0);
    const uint32_t asid = activate(guest.handle);
    const uint32_t other = activate(launch(0));

    fill(plaintext, sizeof plaintext, 9);
    guest_write(0, suite_slot(0), plaintext, sizeof plaintext);
    update(guest.handle, suite_slot(0) | 1ull << suite.machine.c_bit, sizeof plaintext);
    assert_guest_memory(asid, other, suite_slot(0), plaintext, sizeof plaintext);
    owned_measure(&guest, plaintext, sizeof plaintext);
    owner_close(&guest.owner);
}

/** Digest of the launched data in order; how it was cut does not matter (section 7.4). */
static void measurement_is_of_the_data_in_order(void **state)
{
    static const uint32_t cuts[][4] = {
        {0x3000, 0, 0, 0},
        {0x1000, 0x1000, 0x1000, 0},
        {0x10, 0x2FE0, 0x10, 0},
        {0x800, 0x30, 0x7D0, 0x2000},
    };
    static uint8_t plaintext[0x3000];

    (void)state;
    to_init();
    fill(plaintext, sizeof plaintext, 3);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        uint64_t paddr = suite_slot(3);
        struct owned_guest guest;

        memcpy(suite_at(paddr, sizeof plaintext), plaintext, sizeof plaintext);
        owned_launch(&guest, SEV_POLICY_NODBG);
        (void)activate(guest.handle);
        for (size_t j = 0; j < 4 && cuts[i][j] != 0; j++) {
            update(guest.handle, paddr, cuts[i][j]);
            paddr += cuts[i][j];
        }
        owned_measure(&guest, plaintext, sizeof plaintext);
        owner_close(&guest.owner);
    }
}

static void measurement_without_data(void **state)
{
    struct owned_guest guest;

    (void)state;
    to_init();
    owned_launch(&guest, 0);
    owned_measure(&guest, "", 0);
    assert_int_equal(guest_status(guest.handle).state, SEV_GUEST_LSECRET);
    owner_close(&guest.owner);
}

/** Refused updates leave no trace in the digest. */
static void refused_updates_are_not_measured(void **state)
{
    static uint8_t plaintext[0x100];
    struct owned_guest guest;

    (void)state;
    to_init();
    fill(plaintext, sizeof plaintext, 1);
    owned_launch(&guest, 0);
    memcpy(suite_at(suite_slot(3), sizeof plaintext), plaintext, sizeof plaintext);
    struct sev_launch_update parameters = {
        .handle = guest.handle, .paddr = suite_slot(3), .length = sizeof plaintext};
    struct sev_launch_update wrong = parameters;

    assert_refused(LAUNCH_UPDATE_DATA, &wrong, INACTIVE);
    (void)activate(guest.handle);
    wrong.length = 24;
    assert_refused(LAUNCH_UPDATE_DATA, &wrong, INVALID_LENGTH);
    wrong = parameters;
    wrong.paddr += 8;
    assert_refused(LAUNCH_UPDATE_DATA, &wrong, INVALID_ADDRESS);
    assert_status(RUN(LAUNCH_UPDATE_DATA, &parameters), SUCCESS);
    owned_measure(&guest, plaintext, sizeof plaintext);
    owner_close(&guest.owner);
}

static void mnonce_is_fresh(void **state)
{
    struct sev_measurement first;
    struct sev_measurement second;

    (void)state;
    to_init();
    measure(launch(0), &first);
    measure(launch(0), &second);
    assert_memory_not_equal(first.mnonce, second.mnonce, sizeof first.mnonce);
    assert_memory_not_equal(first.measure, second.measure, sizeof first.measure);
}

/** Guests without a session have TIKs that nobody else knows, each its own. */
static void measurement_without_a_session_is_not_with_a_zero_key(void **state)
{
    struct sev_measurement_message message = {
        .context = SEV_MAC_CONTEXT_LAUNCH_MEASURE,
        .api_major = suite.api_major,
        .api_minor = suite.api_minor,
        .build = SEV_BUILD,
    };
    static const uint8_t zero[SEV_KEY_BYTES];
    struct sev_measurement measurement;
    uint8_t mac[SEV_MAC_BYTES];

    (void)state;
    to_init();
    measure(launch(0), &measurement);
    (void)SHA256((const uint8_t *)"", 0, message.launch_digest);
    memcpy(message.mnonce, measurement.mnonce, sizeof message.mnonce);
    assert_true(session_measure(zero, &message, mac));
    assert_memory_not_equal(mac, measurement.measure, sizeof mac);
}

/** A length query does not end the launch (section 4.21). */
static void length_query_does_not_change_the_state(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = launch(0);
    struct sev_launch_measure query = {.handle = handle};
    const struct sev_launch_measure after = {.handle = handle, .measure_length = 0x30};

    assert_queried(LAUNCH_MEASURE, &query, &after);
    assert_int_equal(guest_status(handle).state, SEV_GUEST_LUPDATE);
}

static void finish_ends_the_launch(void **state)
{
    (void)state;
    to_init();
    const uint32_t handle = guest_in_state(SEV_GUEST_LSECRET, true);
    const uint32_t asid = guest_status(handle).asid;

    finish(handle);
    assert_int_equal(guest_status(handle).state, SEV_GUEST_RUNNING);
    assert_int_equal(guest_status(handle).asid, asid);
    assert_true(memory_controller_has_key(suite_memory(), asid));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(plaintext_becomes_guest_memory),
    cmocka_unit_test(ciphertext_depends_on_the_address),
    cmocka_unit_test(large_region_is_one_command),
    cmocka_unit_test(c_bit_means_host_key_for_the_input),
    cmocka_unit_test(measurement_is_of_the_data_in_order),
    cmocka_unit_test(measurement_without_data),
    cmocka_unit_test(refused_updates_are_not_measured),
    cmocka_unit_test(mnonce_is_fresh),
    cmocka_unit_test(measurement_without_a_session_is_not_with_a_zero_key),
    cmocka_unit_test(length_query_does_not_change_the_state),
    cmocka_unit_test(finish_ends_the_launch),
};
TEST_GROUP(launch_update_data, tests);
