/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hand-over from one firmware to the next (firmware/handover.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/handover.h"
#include "hal/system.h"

#include "tests/unit/firmware_flow.h"

#define HEADER_BYTES 0x30u
#define RECORD_BYTES 8u /* Before its payload. */
#define ROOM (HAL_HANDOVER_RECORD_BYTES - HEADER_BYTES)

static uint8_t large[HAL_HANDOVER_RECORD_BYTES];
static uint8_t taken[HAL_HANDOVER_RECORD_BYTES];

static int boot(void **state)
{
    (void)board_boot(state);
    for (size_t i = 0; i < sizeof(large); i++) {
        large[i] = (uint8_t)(i * 7u + (i >> 8));
    }
    handover_begin();
    return 0;
}

static void add(uint32_t tag, uint32_t length)
{
    assert_true(handover_add(tag, large, length));
}

/** Takes a record, and fails the test unless it is the one that was added. */
static void take(uint32_t tag, uint32_t length)
{
    memset(taken, 0xA5, sizeof(taken));
    assert_true(handover_take(tag, taken, length));
    assert_memory_equal(taken, large, length);
    assert_int_equal(taken[length], 0xA5);
}

static void nothing_is_left(void)
{
    for (uint32_t i = 0; i < HAL_HANDOVER_RECORD_BYTES; i++) {
        assert_int_equal(hal_handover_records()[i], 0);
    }
}

static void what_was_added_is_taken_and_wiped(void **state)
{
    static const uint32_t lengths[] = {1, 7, 8, 9, 0, 4096};

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        add(i + 1, lengths[i]);
    }
    handover_seal();
    assert_null(handover_open());
    for (uint32_t i = 6; i-- > 0;) {
        take(i + 1, lengths[i]);
        assert_false(handover_take(i + 1, taken, lengths[i])); /* Once. */
    }
    assert_null(handover_close());
    nothing_is_left();
    assert_null(handover_open());
    assert_false(handover_take(1, taken, 1));
}

static void nothing_is_handed_over_by_a_reset(void **state)
{
    (void)state;
    nothing_is_left();
    assert_null(handover_open());
    assert_false(handover_take(1, taken, 1));
    assert_null(handover_close());
}

static void records_of_one_tag_come_in_order(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 600; i++) { /* As many as there are guests, and some. */
        assert_true(handover_add(5, &i, sizeof(i)));
    }
    handover_seal();
    assert_null(handover_open());
    for (uint32_t i = 0; i < 600; i++) {
        uint32_t found = 0;

        assert_true(handover_take(5, &found, sizeof(found)));
        assert_int_equal(found, i);
    }
    assert_null(handover_close());
}

static void records_fill_the_room_and_no_more(void **state)
{
    (void)state;
    assert_true(ROOM >= 0x10000);
    assert_false(handover_add(1, large, ROOM - RECORD_BYTES + 1));
    assert_false(handover_add(1, large, ROOM));
    assert_false(handover_add(1, large, UINT32_MAX));
    assert_false(handover_add(0, large, 1)); /* No tag. */
    add(1, ROOM - RECORD_BYTES);
    assert_false(handover_add(2, large, 0));
    handover_seal();
    assert_null(handover_open());
    take(1, ROOM - RECORD_BYTES);
    handover_begin();
    nothing_is_left();
    add(1, 16);
    add(2, ROOM - 16 - 2 * RECORD_BYTES - 7);
    assert_false(handover_add(3, large, 0));
}

static void record_of_another_length_is_not_taken(void **state)
{
    (void)state;
    add(1, 8);
    handover_seal();
    assert_null(handover_open());
    assert_false(handover_take(1, taken, 7));
    assert_false(handover_take(1, taken, 9));
    take(1, 8);
}

static void only_what_is_required_must_be_taken(void **state)
{
    (void)state;
    add(77, 8);
    add(78 | HANDOVER_REQUIRED, 8);
    handover_seal();
    assert_null(handover_open());
    take(78 | HANDOVER_REQUIRED, 8);
    assert_null(handover_close());
    handover_begin();
    add(78 | HANDOVER_REQUIRED, 8);
    handover_seal();
    assert_null(handover_open());
    assert_false(handover_take(78, taken, 8));
    assert_string_equal(handover_close(), "this firmware cannot take over what ran before");
    nothing_is_left();
}

static void what_was_not_sealed_is_not_there(void **state)
{
    (void)state;
    add(1, 8);
    assert_null(handover_open());
    assert_false(handover_take(1, taken, 8));
}

static void every_damaged_byte_is_found(void **state)
{
    uint8_t *area = hal_handover_records();

    (void)state;
    add(1, 20);
    add(2, 3);
    handover_seal();
    for (uint32_t i = 0; i < HEADER_BYTES + 2 * RECORD_BYTES + 24 + 8; i++) {
        area[i] ^= 0x80;
        if (handover_open() == NULL) {
            fail_msg("byte 0x%x", (unsigned int)i);
        }
        assert_false(handover_take(1, taken, 20));
        area[i] ^= 0x80;
    }
    assert_null(handover_open());
    take(1, 20);
}

/** A digest does not make up for a length that leads elsewhere. */
static void records_that_run_over_the_end_are_damage(void **state)
{
    static const uint32_t lengths[] = {1, 8, 0x1FFFF, 0x20000, UINT32_MAX - 7, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        handover_begin();
        add(1, 0);
        memcpy(hal_handover_records() + HEADER_BYTES + 4, &lengths[i], 4);
        handover_seal();
        assert_string_equal(handover_open(), "the hand-over is damaged");
        assert_false(handover_take(1, taken, 0));
    }
}

/** After a reset there is no request to answer: records are of nobody, however whole they look. */
static void start_without_a_request_takes_nothing_over(void **state)
{
    const uint32_t all = UINT32_MAX;

    (void)state;
    add(78 | HANDOVER_REQUIRED, 8);
    assert_true(handover_add(HANDOVER_GUESTS, &all, sizeof(all)));
    handover_seal();
    assert_null(board_restart());
    nothing_is_left();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_not_equal(flow_start(NULL, 0), 0);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    memset(hal_handover_records(), 0x5A, HEADER_BYTES);
    assert_null(board_restart());
    nothing_is_left();
}

#define TEST(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_added_is_taken_and_wiped),
        TEST(nothing_is_handed_over_by_a_reset),
        TEST(records_of_one_tag_come_in_order),
        TEST(records_fill_the_room_and_no_more),
        TEST(record_of_another_length_is_not_taken),
        TEST(only_what_is_required_must_be_taken),
        TEST(what_was_not_sealed_is_not_there),
        TEST(every_damaged_byte_is_found),
        TEST(records_that_run_over_the_end_are_damage),
        TEST(start_without_a_request_takes_nothing_over),
    };

    return cmocka_run_group_tests_name("hand-over", tests, NULL, NULL);
}
