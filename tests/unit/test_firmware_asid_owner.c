/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may have an ASID together with whom, and what the fabric then holds: the interface that says
 * nothing of guests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/asid.h"

#include "tests/unit/firmware_board.h"

static const uint8_t key[32] = "a key of 32 bytes for one slot.";
static const uint8_t zero[32];

static enum sev_status bind(uint64_t id, bool shared, uint32_t key_bytes)
{
    const struct asid_owner owner = {
        .id = id,
        .shared = shared,
        .partition = ASID_PARTITION_SEV,
        .key_bytes = key_bytes,
        .key = key,
    };

    return asid_bind(&owner, BOARD_ASID, &fabric_all_cores);
}

/** Every ASID is free and flushed. */
static int boot(void **state)
{
    (void)board_boot_init(state);
    asid_flushed();
    return 0;
}

static void give_back(uint32_t owners)
{
    for (uint32_t i = 0; i < owners; i++) {
        asid_unbind(BOARD_ASID);
    }
}

static void only_those_who_agree_share(void **state)
{
    static const struct {
        uint64_t first;
        bool first_shared;
        uint64_t second;
        bool second_shared;
        enum sev_status status;
    } cases[] = {
        {7, true, 7, true, SEV_STATUS_SUCCESS},      {7, true, 8, true, SEV_STATUS_ASID_OWNED},
        {7, false, 7, false, SEV_STATUS_ASID_OWNED}, {7, true, 7, false, SEV_STATUS_ASID_OWNED},
        {7, false, 7, true, SEV_STATUS_ASID_OWNED},  {7, false, 8, false, SEV_STATUS_ASID_OWNED},
        {0, true, 0, false, SEV_STATUS_ASID_OWNED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(bind(cases[i].first, cases[i].first_shared, 16), SEV_STATUS_SUCCESS);
        assert_int_equal(bind(cases[i].second, cases[i].second_shared, 16), cases[i].status);
        give_back(cases[i].status == SEV_STATUS_SUCCESS ? 2 : 1);
        asid_flushed();
    }
}

static void key_has_16_or_32_bytes(void **state)
{
    const struct fabric_key_slot *slot = &board_memctl()->slots[BOARD_ASID];

    (void)state;
    assert_int_equal(bind(1, false, 16), SEV_STATUS_SUCCESS);
    assert_int_equal(slot->flags, FABRIC_SLOT_VALID);
    assert_memory_equal(slot->key, key, 16);
    assert_memory_equal(slot->key + 16, zero, 16);
    give_back(1);
    asid_flushed();
    assert_int_equal(bind(2, false, 32), SEV_STATUS_SUCCESS);
    assert_int_equal(slot->flags, FABRIC_SLOT_VALID | FABRIC_SLOT_AES_256);
    assert_memory_equal(slot->key, key, 32);
    give_back(1);
    assert_int_equal(slot->flags, 0);
    assert_memory_equal(slot->key, zero, 32);
}

static void next_owner_waits_for_df_flush(void **state)
{
    (void)state;
    assert_int_equal(bind(1, true, 16), SEV_STATUS_SUCCESS);
    give_back(1);
    assert_int_equal(bind(1, true, 16), SEV_STATUS_DFFLUSH_REQUIRED);
    asid_flushed();
    assert_int_equal(bind(2, true, 16), SEV_STATUS_SUCCESS);
    give_back(1);
}

static void partition_is_the_owners(void **state)
{
    struct asid_owner owner = {.id = 1, .key_bytes = 16, .key = key};

    (void)state;
    assert_true(asid_is_in_partition(BOARD_ES_ASID, ASID_PARTITION_ES));
    assert_false(asid_is_in_partition(BOARD_ES_ASID, ASID_PARTITION_SEV));
    assert_false(asid_is_in_partition(BOARD_ASID, ASID_PARTITION_ES));
    assert_false(asid_is_in_partition(SEV_ASID_HOST, ASID_PARTITION_ES));
    assert_false(asid_is_in_partition(UINT32_MAX, ASID_PARTITION_SEV));
    owner.partition = ASID_PARTITION_ES;
    assert_int_equal(asid_bind(&owner, BOARD_ASID, &fabric_all_cores), SEV_STATUS_INVALID_ASID);
    assert_int_equal(asid_bind(&owner, BOARD_ES_ASID, &fabric_all_cores), SEV_STATUS_SUCCESS);
    asid_unbind(BOARD_ES_ASID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_those_who_agree_share, boot),
        cmocka_unit_test_setup(key_has_16_or_32_bytes, boot),
        cmocka_unit_test_setup(next_owner_waits_for_df_flush, boot),
        cmocka_unit_test_setup(partition_is_the_owners, boot),
    };

    return cmocka_run_group_tests_name("owners of ASIDs", tests, NULL, NULL);
}
