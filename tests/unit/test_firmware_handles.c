/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles name one guest each, from a reset to the next: after so many guests that they are used up,
 * and after the firmware was replaced (section 3.5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"
#include "firmware/handover.h"

#include "tests/unit/firmware_flow.h"

#define INDEX_BITS 10u
#define USES_MAX (1u << 22)

/** As a firmware that starts, after one that had used every context @p uses times. */
static void take_over(uint32_t uses)
{
    handover_begin();
    assert_true(handover_add(HANDOVER_GUESTS, &uses, sizeof(uses)));
    handover_seal();
    assert_null(handover_open());
    guest_take_over();
    assert_null(handover_close());
}

static uint32_t use_of(uint32_t handle)
{
    return handle >> INDEX_BITS;
}

static void handles_are_used_up_and_never_come_again(void **state)
{
    struct sev_launch_start parameters = {.handle = 0};
    uint32_t guests = 0;

    (void)state;
    take_over(USES_MAX - 2);
    for (struct guest *guest = guest_create(); guest != NULL; guest = guest_create()) {
        assert_true(use_of(guest->handle) >= USES_MAX - 2);
        assert_ptr_equal(guest_find(guest->handle), guest);
        guest_destroy(guest);
        guests++;
    }
    assert_int_equal(guests, 2 * GUEST_MAX);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_START, &parameters, sizeof(parameters)),
                     SEV_STATUS_RESOURCE_LIMIT);
    assert_int_equal(board_status().guest_count, 0);
}

static void next_firmware_uses_no_handle_again(void **state)
{
    struct guest *guest;
    uint32_t former;

    (void)state;
    guest = guest_create();
    guest_destroy(guest);
    guest = guest_create();
    former = use_of(guest->handle);
    guest_destroy(guest);
    assert_int_equal(former, 1);
    handover_begin();
    assert_true(guest_hand_over());
    handover_seal();
    /* Another firmware: what it does not take over is lost. */
    assert_null(handover_open());
    guest_take_over();
    assert_null(handover_close());
    for (uint32_t i = 0; i < GUEST_MAX; i++) {
        guest = guest_create();
        assert_non_null(guest);
        assert_true(use_of(guest->handle) > former);
    }
    guest_destroy_all();
}

static void more_than_can_be_is_all_of_them(void **state)
{
    (void)state;
    take_over(UINT32_MAX);
    assert_null(guest_create());
}

/** The counters are the firmware's own, which no reset of the board clears in this program. */
static int boot(void **state)
{
    (void)board_boot_init(state);
    take_over(0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(handles_are_used_up_and_never_come_again, boot),
        cmocka_unit_test_setup(next_firmware_uses_no_handle_again, boot),
        cmocka_unit_test_setup(more_than_can_be_is_all_of_them, boot),
    };

    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
