/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys derived for guests (MSG_KEY_REQ), against the second implementation's derivation from the
 * fuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/chip_key.h"
#include "firmware/platform/rollback.h"
#include "firmware/platform/snp.h"
#include "firmware/platform/tcb.h"

#include "tests/snp/derived_key.h"
#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_message.h"
#include "tests/unit/firmware_witness_keys.h"

#define INVALID_PARAM 0x16u
#define INVALID_KEY 0x27u
#define KEYS_MAX 64u

#define CURRENT 0xD317000000000004ull
#define LOWER 0xD216000000000004ull

#define VMRK 1u
#define VCEK (1u << 1)
#define VLEK (2u << 1)

static struct witness_channel channels[SNP_VMPCKS];
static uint8_t key[32];

static int boot(void **state)
{
    struct snp_guest *guest;

    (void)message_boot(state);
    for (uint8_t k = 0; k < SNP_VMPCKS; k++) {
        channels[k] = message_channel(k);
    }
    assert_int_equal(tcb_current(), CURRENT);
    guest = message_guest(MESSAGE_GUEST);
    guest->has_id_block = true;
    guest->id_block.guest_svn = 7;
    memset(guest->id_block.family_id, 0x21, 16);
    memset(guest->id_block.image_id, 0x42, 16);
    fill_pattern(guest->id_key_digest, sizeof(guest->id_key_digest));
    return 0;
}

static struct witness_key_guest witness_guest(void)
{
    const struct snp_guest *guest = message_guest(MESSAGE_GUEST);
    struct witness_key_guest is = {.policy = guest->policy, .has_id_block = guest->has_id_block};

    memcpy(is.image_id, guest->id_block.image_id, sizeof(is.image_id));
    memcpy(is.family_id, guest->id_block.family_id, sizeof(is.family_id));
    memcpy(is.measurement, guest->digest, sizeof(is.measurement));
    memcpy(is.host_data, guest->host_data, sizeof(is.host_data));
    memcpy(is.id_key_digest, guest->id_key_digest, sizeof(is.id_key_digest));
    return is;
}

/** Sends bytes as they are. @return STATUS; with 0 there is a key in KEY */
static uint32_t send(uint8_t vmpck, uint8_t version, const uint8_t *payload, uint16_t size)
{
    uint8_t answer[WITNESS_KEY_RSP_BYTES];
    uint32_t status = 0;

    (void)message_ask(MESSAGE_GUEST, &channels[vmpck], WITNESS_KEY_REQ, version, payload, size,
                      answer, sizeof(answer));
    assert_sound(witness_key_response(answer, &status, key));
    return status;
}

static uint32_t ask(uint8_t vmpck, const struct witness_key_request *request)
{
    uint8_t payload[0x28];
    const uint16_t size = witness_key_payload(request, payload);

    return send(vmpck, request->version, payload, size);
}

/** Fails unless the key in KEY is what follows from a root. */
static void assert_from(const uint8_t root[32], const struct witness_key_request *request)
{
    const struct witness_key_guest guest = witness_guest();
    uint8_t expected[32];

    witness_derived_key(root, request, &guest, expected);
    assert_memory_equal(key, expected, sizeof(key));
}

static void assert_from_vcek(uint64_t tcb, const struct witness_key_request *request)
{
    uint8_t root[32];

    witness_keys_vcek_root(tcb, root);
    assert_from(root, request);
}

static void assert_from_vlek(uint64_t tcb, const struct witness_key_request *request)
{
    uint8_t root[32];

    witness_keys_vlek_root(tcb, root);
    assert_from(root, request);
}

static void each_selection_gives_the_specifications_key_and_none_twice(void **state)
{
    static uint8_t seen[KEYS_MAX * 4][32];
    size_t count = 0;

    (void)state;
    for (uint8_t version = 1; version <= 2; version++) {
        for (uint64_t fields = 0; fields < (version == 1 ? 0x40 : 0x80); fields++) {
            const struct witness_key_request request = {
                .version = version,
                .field_select = fields,
                .vmpl = 1,
                .guest_svn = 6,
                .tcb_version = LOWER,
                .launch_mit_vector = 4,
            };

            assert_int_equal(ask(0, &request), 0);
            assert_from_vcek((fields & WITNESS_FIELD_TCB_VERSION) != 0 ? LOWER : CURRENT, &request);
            for (size_t i = 0; i < count; i++) {
                assert_memory_not_equal(seen[i], key, sizeof(key));
            }
            memcpy(seen[count++], key, sizeof(key));
        }
    }
    assert_int_equal(count, 0x40 + 0x80);
}

/** Fails unless the key is another one than BEFORE; that becomes the new one. */
static void assert_other(uint8_t before[32])
{
    assert_memory_not_equal(before, key, sizeof(key));
    memcpy(before, key, sizeof(key));
}

static void each_thing_that_is_mixed_in_changes_the_key(void **state)
{
    struct snp_guest *guest = message_guest(MESSAGE_GUEST);
    struct witness_key_request request = {
        .version = 2, .field_select = 0x7F, .guest_svn = 6, .tcb_version = LOWER};
    uint8_t before[32] = {0};

    (void)state;
#define CHANGED(change)                                                                            \
    do {                                                                                           \
        change;                                                                                    \
        assert_int_equal(ask(0, &request), 0);                                                     \
        assert_from_vcek(request.tcb_version, &request);                                           \
        assert_other(before);                                                                      \
    } while (0)
    CHANGED((void)0);
    CHANGED(request.vmpl = 1);
    CHANGED(request.guest_svn = 7);
    CHANGED(request.tcb_version = CURRENT);
    CHANGED(request.launch_mit_vector = 1);
    CHANGED(request.key_select = VCEK);
    CHANGED(guest->policy |= SNP_POLICY_DEBUG);
    CHANGED(guest->id_block.image_id[15] ^= 1);
    CHANGED(guest->id_block.family_id[15] ^= 1);
    CHANGED(guest->digest[31] ^= 1);
    CHANGED(guest->host_data[31] ^= 1);
    CHANGED(guest->id_key_digest[31] ^= 1);
    CHANGED(guest->has_id_block = false);
#undef CHANGED
    /* And what is not, does not. */
    guest->report_id[0] ^= 1;
    guest->vmrk[0] ^= 1;
    guest->oek[0] ^= 1;
    guest->vek[0] ^= 1;
    assert_int_equal(ask(0, &request), 0);
    assert_memory_equal(key, before, sizeof(key));
    /* The next start of the chip has the same one. */
    (void)boot(NULL);
    guest = message_guest(MESSAGE_GUEST);
    guest->policy |= SNP_POLICY_DEBUG;
    guest->id_block.image_id[15] ^= 1;
    guest->id_block.family_id[15] ^= 1;
    guest->digest[31] ^= 1;
    guest->host_data[31] ^= 1;
    guest->has_id_block = false;
    assert_int_equal(ask(0, &request), 0);
    assert_memory_equal(key, before, sizeof(key));
}

static void the_root_is_the_selected_one(void **state)
{
    struct snp_guest *guest = message_guest(MESSAGE_GUEST);
    struct witness_key_request request = {.version = 1, .key_select = VMRK};

    (void)state;
    assert_int_equal(ask(0, &request), 0);
    assert_from(guest->vmrk, &request);
    guest->has_vmrk = false;
    assert_int_equal(ask(0, &request), INVALID_KEY);
    request.key_select = VLEK;
    assert_int_equal(ask(0, &request), INVALID_KEY);
    witness_keys_load_vlek(LOWER);
    assert_int_equal(ask(0, &request), INVALID_KEY); /* Below the reported TCB version. */
    snp_settings()->reported_tcb = LOWER;
    assert_int_equal(ask(0, &request), 0);
    assert_from_vlek(LOWER, &request);
    request.key_select = 0;
    assert_int_equal(ask(0, &request), 0);
    assert_from_vlek(LOWER, &request);
    request.key_select = VCEK;
    assert_int_equal(ask(0, &request), 0);
    assert_from_vcek(LOWER, &request);
}

static void a_vcek_that_is_not_to_be_used_is_no_root(void **state)
{
    struct witness_key_request request = {.version = 1};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        message_guest(MESSAGE_GUEST)->vcek_disabled = i == 0;
        snp_settings()->mask_chip_key = i == 1;
        for (uint32_t select = 0; select <= VCEK; select += VCEK) {
            request.key_select = select;
            assert_int_equal(ask(0, &request), INVALID_KEY);
        }
        request.key_select = VMRK;
        assert_int_equal(ask(0, &request), 0);
        witness_keys_load_vlek(CURRENT);
        request.key_select = 0;
        assert_int_equal(ask(0, &request), 0);
        assert_from_vlek(CURRENT, &request);
        chip_vlek_unload();
    }
}

static void keys_of_lower_tcb_versions_are_to_be_had_and_of_higher_ones_not(void **state)
{
    struct witness_key_request request = {.version = 1, .field_select = WITNESS_FIELD_TCB_VERSION};

    (void)state;
    for (uint32_t down = 0; down < 4; down++) {
        request.tcb_version = CURRENT - ((uint64_t)down << 48) - (uint64_t)down;
        assert_int_equal(ask(0, &request), 0);
        assert_from_vcek(request.tcb_version, &request);
    }
    for (unsigned part = 0; part < 8; part++) {
        request.tcb_version = CURRENT + (1ull << (8 * part));
        request.field_select = WITNESS_FIELD_TCB_VERSION;
        assert_int_equal(ask(0, &request), INVALID_PARAM);
        request.field_select = 0;
        assert_int_equal(ask(0, &request), INVALID_PARAM);
    }
}

/** What counts is the committed version: what runs may yet be taken back. */
static void the_committed_tcb_is_the_bound(void **state)
{
    const struct rollback_floor floor = {.api_minor = 1, .tcb = LOWER};
    struct witness_key_request request = {
        .version = 1, .field_select = WITNESS_FIELD_TCB_VERSION, .tcb_version = CURRENT};

    (void)state;
    assert_int_equal(rollback_commit(&floor), SEV_STATUS_SUCCESS);
    assert_int_equal(ask(0, &request), INVALID_PARAM);
    request.tcb_version = LOWER;
    assert_int_equal(ask(0, &request), 0);
    assert_from_vcek(LOWER, &request);
    request.field_select = 0;
    assert_int_equal(ask(0, &request), 0);
    assert_from_vcek(LOWER, &request);
}

static void a_guest_asks_for_no_more_than_it_is(void **state)
{
    struct witness_key_request request = {.version = 2};

    (void)state;
    for (uint8_t vmpck = 0; vmpck < SNP_VMPCKS; vmpck++) {
        for (request.vmpl = 0; request.vmpl < 5; request.vmpl++) {
            assert_int_equal(ask(vmpck, &request),
                             request.vmpl >= vmpck && request.vmpl < 4 ? 0 : INVALID_PARAM);
        }
    }
    request.vmpl = 0;
    for (uint32_t select = 0; select < 2; select++) {
        request.field_select = select * WITNESS_FIELD_GUEST_SVN;
        request.guest_svn = 7;
        assert_int_equal(ask(0, &request), 0);
        request.guest_svn = 8;
        assert_int_equal(ask(0, &request), INVALID_PARAM);
        request.guest_svn = 0;
        request.field_select = select * WITNESS_FIELD_LAUNCH_MIT_VECTOR;
        request.launch_mit_vector = 5;
        assert_int_equal(ask(0, &request), 0);
        request.launch_mit_vector = 7;
        assert_int_equal(ask(0, &request), INVALID_PARAM);
        request.launch_mit_vector = 0;
    }
}

static void unknown_bits_are_refused(void **state)
{
    struct witness_key_request request = {.version = 1};
    uint8_t payload[0x28];

    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        for (request.version = 1; request.version <= 2; request.version++) {
            const unsigned known = request.version == 1 ? 6 : 7;

            request.field_select = 1ull << bit;
            assert_int_equal(ask(0, &request), bit < known ? 0 : INVALID_PARAM);
        }
    }
    request.version = 1;
    request.field_select = 0;
    for (unsigned bit = 3; bit < 32; bit++) {
        request.key_select = 1u << bit;
        assert_int_equal(ask(0, &request), INVALID_PARAM);
    }
    request.key_select = 3u << 1;
    assert_int_equal(ask(0, &request), INVALID_PARAM);
    request.key_select |= VMRK;
    assert_int_equal(ask(0, &request), INVALID_PARAM);
    request.key_select = 0;
    for (size_t i = 4; i < 8; i++) {
        (void)witness_key_payload(&request, payload);
        payload[i] = 1;
        assert_int_equal(send(0, 1, payload, 0x20), INVALID_PARAM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_selection_gives_the_specifications_key_and_none_twice, boot),
        cmocka_unit_test_setup(each_thing_that_is_mixed_in_changes_the_key, boot),
        cmocka_unit_test_setup(the_root_is_the_selected_one, boot),
        cmocka_unit_test_setup(a_vcek_that_is_not_to_be_used_is_no_root, boot),
        cmocka_unit_test_setup(keys_of_lower_tcb_versions_are_to_be_had_and_of_higher_ones_not,
                               boot),
        cmocka_unit_test_setup(the_committed_tcb_is_the_bound, boot),
        cmocka_unit_test_setup(a_guest_asks_for_no_more_than_it_is, boot),
        cmocka_unit_test_setup(unknown_bits_are_refused, boot),
    };

    return cmocka_run_group_tests_name("keys of guests", tests, NULL, NULL);
}
