/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys derived for guests. The expected values were computed with a third implementation, in Python's
 * hmac and struct.
 */
#include "tests/snp/derived_key.h"
#include "tests/snp/testing.h"

#define ALL_V1 0x3Fu

static uint8_t root[32];

static int count_up(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < sizeof root; i++) {
        root[i] = i;
    }
    return 0;
}

static struct witness_key_guest guest_of(bool has_id_block)
{
    struct witness_key_guest guest = {.policy = 0x30000, .has_id_block = has_id_block};

    memset(guest.image_id, 0x11, sizeof guest.image_id);
    memset(guest.family_id, 0x22, sizeof guest.family_id);
    memset(guest.measurement, 0x33, sizeof guest.measurement);
    memset(guest.host_data, 0x44, sizeof guest.host_data);
    memset(guest.id_key_digest, 0x55, sizeof guest.id_key_digest);
    return guest;
}

static const struct witness_key_request everything = {
    .version = 1,
    .key_select = 5,
    .field_select = ALL_V1,
    .vmpl = 1,
    .guest_svn = 7,
    .tcb_version = 0xD318000000000004,
    .launch_mit_vector = 9,
};

static void a_key_is_that_of_the_definition(void **state)
{
    static const struct {
        struct witness_key_request request;
        const char *key;
    } cases[] = {
        {{.version = 1, .vmpl = 2, .guest_svn = 3, .tcb_version = 4},
         "2468a5977b5358e4fead0adeabb20f1cd86bfe9d462768d0bfd9040d7cdd5a54"},
        {{.version = 2, .vmpl = 2, .launch_mit_vector = 9},
         "58331026e3e0008f70ec3e595f7541cbaba7bbe67b4177a23e0c78839871cf41"},
        {{.version = 2,
          .vmpl = 2,
          .launch_mit_vector = 9,
          .field_select = WITNESS_FIELD_LAUNCH_MIT_VECTOR},
         "2c6c4ea047131bdc2c55cca8696d8263a06898220f8792dffb6a0fa9568f1587"},
    };
    struct witness_key_guest guest = guest_of(true);
    uint8_t key[32];

    (void)state;
    witness_derived_key(root, &everything, &guest, key);
    assert_hex(key, "31a6e24f750329507b7bdaa017373fe7e36f3f4b81287345680f0fdfdc206827", 32);
    guest = guest_of(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        witness_derived_key(root, &cases[i].request, &guest, key);
        assert_hex(key, cases[i].key, 32);
    }
}

/* Which fields of request and guest change the key, and when. */
static void a_field_counts_exactly_when_it_is_selected(void **state)
{
    static const struct {
        size_t at;
        bool of_guest;
        uint64_t when; /* Selected by this; 0 = counts always. */
    } fields[] = {
        {offsetof(struct witness_key_request, guest_svn), false, WITNESS_FIELD_GUEST_SVN},
        {offsetof(struct witness_key_request, tcb_version), false, WITNESS_FIELD_TCB_VERSION},
        {offsetof(struct witness_key_request, launch_mit_vector), false,
         WITNESS_FIELD_LAUNCH_MIT_VECTOR},
        {offsetof(struct witness_key_request, vmpl), false, 0},
        {offsetof(struct witness_key_request, key_select), false, 0},
        {offsetof(struct witness_key_guest, policy), true, WITNESS_FIELD_POLICY},
        {offsetof(struct witness_key_guest, image_id) + 15, true, WITNESS_FIELD_IMAGE_ID},
        {offsetof(struct witness_key_guest, family_id) + 15, true, WITNESS_FIELD_FAMILY_ID},
        {offsetof(struct witness_key_guest, measurement) + 31, true, WITNESS_FIELD_MEASUREMENT},
        {offsetof(struct witness_key_guest, host_data) + 31, true, 0},
        {offsetof(struct witness_key_guest, id_key_digest) + 31, true, 0},
    };

    (void)state;
    for (uint64_t select = 0; select < 0x80; select++) {
        struct witness_key_request request = everything;
        const struct witness_key_guest same = guest_of(true);
        uint8_t key[32];
        uint8_t other[32];

        request.version = 2;
        request.field_select = select;
        witness_derived_key(root, &request, &same, key);
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            struct witness_key_guest guest = same;
            struct witness_key_request changed = request;
            uint8_t *at = fields[i].of_guest ? (uint8_t *)&guest : (uint8_t *)&changed;

            at[fields[i].at] ^= 1;
            witness_derived_key(root, &changed, &guest, other);
            assert_int_equal(memcmp(key, other, sizeof key) != 0,
                             fields[i].when == 0 || (select & fields[i].when) != 0);
        }
    }
}

static void the_id_key_counts_only_with_an_id_block(void **state)
{
    struct witness_key_guest guest = guest_of(false);
    uint8_t first[32];
    uint8_t second[32];

    (void)state;
    witness_derived_key(root, &everything, &guest, first);
    guest.id_key_digest[0] ^= 1;
    witness_derived_key(root, &everything, &guest, second);
    assert_memory_equal(first, second, sizeof first);
    guest.has_id_block = true;
    witness_derived_key(root, &everything, &guest, second);
    assert_memory_not_equal(first, second, sizeof first);
}

static void the_root_counts(void **state)
{
    const struct witness_key_guest guest = guest_of(true);
    uint8_t first[32];
    uint8_t second[32];

    (void)state;
    witness_derived_key(root, &everything, &guest, first);
    root[31] ^= 0x80;
    witness_derived_key(root, &everything, &guest, second);
    root[31] ^= 0x80;
    assert_memory_not_equal(first, second, sizeof first);
}

static void the_root_is_at_the_version_asked_for(void **state)
{
    const uint64_t current = 0xD318000000000004;
    const uint64_t reported = 0xD217000000000004;
    const uint64_t lower = 0x0101000000000001;
    struct witness_key_request request = {.version = 1, .tcb_version = lower};
    struct witness_stick stick;
    struct witness_stick other;
    uint8_t got[32];
    uint8_t expected[32];

    (void)state;
    witness_vcek_stick(root, current, &stick);
    witness_vcek_stick(root, reported, &other);
    witness_guest_root(&other, expected);
    assert_true(witness_key_root(&stick, &request, reported, got));
    assert_memory_equal(got, expected, sizeof got);
    request.field_select = WITNESS_FIELD_TCB_VERSION;
    witness_vcek_stick(root, lower, &other);
    witness_guest_root(&other, expected);
    assert_true(witness_key_root(&stick, &request, reported, got));
    assert_memory_equal(got, expected, sizeof got);
    request.tcb_version = current + 1;
    assert_false(witness_key_root(&stick, &request, reported, got));
    assert_int_equal(stick.tcb, current);
}

static void a_request_has_the_layout_of_the_interface(void **state)
{
    struct witness_key_request request = everything;
    uint8_t payload[0x28];

    (void)state;
    assert_int_equal(witness_key_payload(&request, payload), 0x20);
    assert_hex(payload,
               "0500000000000000"
               "3f00000000000000"
               "01000000"
               "07000000"
               "04000000000018d3"
               "0000000000000000",
               sizeof payload);
    request.version = 2;
    assert_int_equal(witness_key_payload(&request, payload), 0x28);
    assert_hex(payload + 0x20, "0900000000000000", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_that_of_the_definition),
        cmocka_unit_test(a_field_counts_exactly_when_it_is_selected),
        cmocka_unit_test(the_id_key_counts_only_with_an_id_block),
        cmocka_unit_test(the_root_counts),
        cmocka_unit_test(the_root_is_at_the_version_asked_for),
        cmocka_unit_test(a_request_has_the_layout_of_the_interface),
    };

    return cmocka_run_group_tests(tests, count_up, NULL);
}
