/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: what a pass does to pages that the guest, the host, or both
 * have changed.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/linux/look.h"
#include "tests/host/linux_stage.h"

static void what_the_guest_writes_is_encrypted(void **state)
{
    (void)state;
    static const char text[] = "only the guest knows";
    struct look look;
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), text, sizeof text);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written, 1);
    assert_int_equal(linux_stage.controller.last.taken_over, 0);
    linux_stage_assert_decrypts_to(LINUX_STAGE_PAGE, text);
    look_for(&linux_stage.controller, text, &look);
    assert_int_equal(look.in_view, 1);
    assert_int_equal(look.in_dram, 0);
    assert_int_equal(look.first, LINUX_STAGE_PAGE);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written, 0);
}

static void what_the_host_changes_is_taken_over(void **state)
{
    (void)state;
    uint8_t before[MAP_PAGE];
    memcpy(before, linux_stage_view(LINUX_STAGE_PAGE), sizeof before);
    linux_stage.memory[LINUX_STAGE_PAGE + 32] ^= 1;
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.taken_over, 1);
    assert_int_equal(linux_stage.controller.last.written, 0);
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE), before, 32);
    assert_memory_not_equal(linux_stage_view(LINUX_STAGE_PAGE) + 32, before + 32, 16);
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE) + 48, before + 48, MAP_PAGE - 48);
}

/* Whoever is started by a board or a guest of the same process must not get to them. */
static void no_program_inherits_its_files(void **state)
{
    (void)state;
    assert_int_equal(fcntl(linux_stage.controller.ranges[0].view_file, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(linux_stage.controller.control_file, F_GETFD), FD_CLOEXEC);
}

/* Pages that came from another platform, of which no pass is to say anything afterwards. */
static void what_is_received_is_taken_over_at_once(void **state)
{
    (void)state;
    static const uint8_t text[MAP_BLOCK] = "from elsewhere";
    assert_int_equal(memory_controller_write(&linux_stage.plain, LINUX_STAGE_ASID, LINUX_STAGE_PAGE,
                                             text, sizeof text),
                     MEMORY_CONTROLLER_OK);
    assert_true(controller_take_over(&linux_stage.controller, LINUX_STAGE_PAGE, 2 * MAP_PAGE));
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE), text, sizeof text);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written + linux_stage.controller.last.taken_over,
                     0);
    assert_true(
        controller_take_over(&linux_stage.controller, LINUX_STAGE_BYTES - MAP_PAGE, MAP_PAGE));
    assert_false(
        controller_take_over(&linux_stage.controller, LINUX_STAGE_BYTES - MAP_PAGE, 2 * MAP_PAGE));
    assert_false(controller_take_over(&linux_stage.controller, LINUX_STAGE_BYTES, MAP_PAGE));
}

/* Behind it the host's own buffers lie. */
static void what_reaches_beyond_the_guest_is_not_its_memory(void **state)
{
    (void)state;
    assert_true(controller_holds(&linux_stage.controller, 0, LINUX_STAGE_BYTES));
    assert_true(controller_holds(&linux_stage.controller, LINUX_STAGE_BYTES - MAP_PAGE, MAP_PAGE));
    assert_false(
        controller_holds(&linux_stage.controller, LINUX_STAGE_BYTES - MAP_PAGE, MAP_PAGE + 1));
    assert_false(
        controller_holds(&linux_stage.controller, LINUX_STAGE_BYTES - MAP_PAGE, UINT64_MAX));
    assert_false(controller_holds(&linux_stage.controller, LINUX_STAGE_BYTES, 0));
    assert_false(controller_holds(&linux_stage.controller, MAP_HIGH_BASE, MAP_PAGE));
}

/* In the memory of this file system a page that somebody reads is no hole any more. */
static void memory_that_nobody_has_written_is_not_read(void **state)
{
    (void)state;
    uint8_t found[MAP_PAGE];
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(lseek(linux_stage.dram_file, 0, SEEK_DATA), -1);
    assert_int_equal(linux_stage.controller.last.written + linux_stage.controller.last.taken_over,
                     0);
    /* And is, through the guest's key, what it would be if it were. */
    assert_int_equal(memory_controller_read(&linux_stage.plain, LINUX_STAGE_ASID, LINUX_STAGE_PAGE,
                                            found, sizeof found),
                     MEMORY_CONTROLLER_OK);
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE), found, sizeof found);
    assert_memory_not_equal(linux_stage_view(LINUX_STAGE_PAGE),
                            linux_stage_view(LINUX_STAGE_PAGE + MAP_PAGE), MAP_PAGE);
}

/* Linux writes a page that it is about to share before it says so: that must not be lost. */
static void of_two_changes_that_of_dram_counts(void **state)
{
    (void)state;
    static const char text[] = "shared in a moment";
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), "left over", 9);
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, text, sizeof text);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written, 0);
    assert_memory_equal(linux_stage.memory + LINUX_STAGE_PAGE, text, sizeof text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_guest_writes_is_encrypted, linux_stage_set_up,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(what_the_host_changes_is_taken_over, linux_stage_set_up,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(what_reaches_beyond_the_guest_is_not_its_memory,
                                        linux_stage_set_up, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(no_program_inherits_its_files, linux_stage_set_up,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(what_is_received_is_taken_over_at_once, linux_stage_set_up,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(what_the_guest_writes_is_encrypted, linux_stage_set_up_file,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(what_the_host_changes_is_taken_over,
                                        linux_stage_set_up_file, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(memory_that_nobody_has_written_is_not_read,
                                        linux_stage_set_up_file, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(of_two_changes_that_of_dram_counts, linux_stage_set_up,
                                        linux_stage_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
