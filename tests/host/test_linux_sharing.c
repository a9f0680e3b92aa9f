/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory controller of a Linux guest: what a pass does to shared pages, and to those that the guest
 * shares or takes back meanwhile.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "tests/host/linux_stage.h"

static void shared_pages_are_left_alone(void **state)
{
    (void)state;
    static const char text[] = "for everybody";
    linux_stage_share(LINUX_STAGE_PAGE, true);
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, text, sizeof text);
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), "not seen", 8);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.shared_pages, 1);
    assert_int_equal(linux_stage.controller.last.written + linux_stage.controller.last.taken_over,
                     0);
    assert_memory_equal(linux_stage.memory + LINUX_STAGE_PAGE, text, sizeof text);
}

static void a_page_that_is_private_again_is_the_guests(void **state)
{
    (void)state;
    static const char text[] = "private again";
    linux_stage_share(LINUX_STAGE_PAGE, true);
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, "from the device", 15);
    assert_true(controller_pass(&linux_stage.controller));
    linux_stage_share(LINUX_STAGE_PAGE, false);
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), text, sizeof text);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written, 1);
    linux_stage_assert_decrypts_to(LINUX_STAGE_PAGE, text);
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE), text, sizeof text);
}

/* It was shared for so short a time that no pass has seen it. */
/* QEMU's process can write it, and so can a guest that has got so far. */
static void how_large_the_maps_are_is_not_asked_there(void **state)
{
    (void)state;
    struct controller *controller = &linux_stage.controller;
    const uint64_t pages = controller->control->pages;
    controller->control->pages = UINT64_C(1) << 40;
    linux_stage_share(LINUX_STAGE_PAGE, true);
    linux_stage_share(LINUX_STAGE_PAGE, false);
    assert_false(controller_is_shared(controller, (pages << 20) * MAP_PAGE));
    assert_true(controller_pass(controller));
    assert_int_equal(controller->last.written, 1);
}

static void a_page_that_was_shared_between_two_passes_is_the_guests(void **state)
{
    (void)state;
    static const char text[] = "private again";
    linux_stage_share(LINUX_STAGE_PAGE, true);
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, "from the device", 15);
    linux_stage_share(LINUX_STAGE_PAGE, false);
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), text, sizeof text);
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.written, 1);
    linux_stage_assert_decrypts_to(LINUX_STAGE_PAGE, text);
    linux_stage.memory[LINUX_STAGE_PAGE + 32] ^= 1;
    assert_true(controller_pass(&linux_stage.controller));
    assert_int_equal(linux_stage.controller.last.taken_over, 1);
}

/* What the guest does when the pass gets to a page that the test has closed. */
static struct moment {
    uint8_t *page;
    void (*happens)(void);
    uint64_t busy; /* seen then */
} moment;

static void on_fault(int number)
{
    (void)number;
    (void)mprotect(moment.page, MAP_PAGE, PROT_READ | PROT_WRITE);
    moment.busy = linux_stage.controller.control->busy;
    moment.happens();
}

/* A pass, and what happens when it first touches the page, or first writes it. */
static void pass_meets(uint8_t *page, int protection, void (*happens)(void))
{
    struct sigaction before;
    struct sigaction action = {.sa_handler = on_fault};
    moment = (struct moment){.page = page, .happens = happens, .busy = 0};
    assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
    assert_int_equal(mprotect(page, MAP_PAGE, protection), 0);
    const bool done = controller_pass(&linux_stage.controller);
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
    assert_true(done);
}

static void share_and_write(void)
{
    static const char text[] = "shared in a moment";
    linux_stage_share(LINUX_STAGE_PAGE, true);
    memcpy(linux_stage.memory + LINUX_STAGE_PAGE, text, sizeof text);
}

static void do_nothing(void)
{
}

static void a_page_that_is_shared_during_a_pass_is_left_alone(void **state)
{
    (void)state;
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), "left over", 9);
    pass_meets(linux_stage_view(LINUX_STAGE_PAGE), PROT_NONE, share_and_write);
    assert_int_equal(linux_stage.controller.last.written + linux_stage.controller.last.taken_over,
                     0);
    assert_memory_equal(linux_stage.memory + LINUX_STAGE_PAGE, "shared in a moment", 19);
    assert_memory_equal(linux_stage_view(LINUX_STAGE_PAGE), "left over", 9);
}

static void a_cpu_sees_which_page_the_pass_is_at(void **state)
{
    (void)state;
    memcpy(linux_stage_view(LINUX_STAGE_PAGE), "left over", 9);
    pass_meets(linux_stage.memory + LINUX_STAGE_PAGE, PROT_READ, do_nothing);
    assert_int_equal(moment.busy, LINUX_STAGE_PAGE / MAP_PAGE);
    assert_int_equal(linux_stage.controller.last.written, 1);
    assert_int_equal(linux_stage.controller.control->busy, CONTROL_PAGE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shared_pages_are_left_alone, linux_stage_set_up,
                                        linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_is_private_again_is_the_guests,
                                        linux_stage_set_up, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(how_large_the_maps_are_is_not_asked_there,
                                        linux_stage_set_up, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_was_shared_between_two_passes_is_the_guests,
                                        linux_stage_set_up, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_is_shared_during_a_pass_is_left_alone,
                                        linux_stage_set_up, linux_stage_tear_down),
        cmocka_unit_test_setup_teardown(a_cpu_sees_which_page_the_pass_is_at, linux_stage_set_up,
                                        linux_stage_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
