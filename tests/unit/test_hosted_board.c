/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Linux board itself: its hooks and records tell the truth, its faults come when a test asks for
 * them, and what a boot did is there for the next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "abi/fabric.h"
#include "abi/mailbox.h"
#include "hal/dram.h"
#include "hal/entropy.h"
#include "hal/fabric.h"
#include "hal/fuses.h"
#include "hal/hosted/hosted.h"
#include "hal/log.h"
#include "hal/mailbox.h"
#include "hal/system.h"
#include "hal/timer.h"

static uint8_t buffer[8192];

static int reset_board(void **state)
{
    (void)state;
    hosted_reset();
    return 0;
}

static void registers_are_the_shared_memory(void **state)
{
    (void)state;
    hal_mailbox_write(MAILBOX_CMDRESP, 0x80000005u);
    assert_memory_equal(hosted_mailbox() + MAILBOX_CMDRESP, "\x05\0\0\x80", 4);
    hosted_mailbox()[MAILBOX_FEATURE] = 1;
    assert_int_equal(hal_mailbox_read(MAILBOX_FEATURE), 1);
    hal_fabric_write(FABRIC_FILE_BYTES - 4, "wire", 4);
    assert_memory_equal(hosted_fabric() + FABRIC_FILE_BYTES - 4, "wire", 4);
    hal_fabric_read(FABRIC_FILE_BYTES - 4, buffer, 4);
    assert_memory_equal(buffer, "wire", 4);
}

static void reset_makes_everything_new(void **state)
{
    (void)state;
    hosted_set_dram_bytes(0x2000);
    hosted_mailbox()[0] = 1;
    hosted_fabric()[0] = 1;
    hosted_flash()[0] = 1;
    hosted_fuses()->magic = 0;
    hal_log_write("text", 4);
    hosted_reset();
    hosted_dram()[HOSTED_DRAM_BYTES_DEFAULT - 1] = 1;
    hosted_reset();
    assert_int_equal(hal_dram_bytes(), HOSTED_DRAM_BYTES_DEFAULT);
    assert_int_equal(hosted_dram()[HOSTED_DRAM_BYTES_DEFAULT - 1], 0);
    assert_int_equal(hosted_mailbox()[0], 0);
    assert_int_equal(hosted_fabric()[0], 0);
    assert_int_equal(hosted_flash()[0], 0xFF);
    assert_int_equal(hosted_fuses()->magic, FUSES_MAGIC);
    assert_string_equal(hosted_log(), "");
}

static void fuses_are_a_test_chip_or_absent(void **state)
{
    const struct fuses none = {0};
    struct fuses fuses;

    (void)state;
    assert_true(hal_fuses_read(&fuses));
    assert_non_null(strstr((const char *)fuses.chip_secret, "not from AMD"));
    assert_int_equal(fuses.life_cycle, FUSES_LIFE_CYCLE_PRODUCTION);
    hosted_fuses()->magic ^= 1;
    assert_false(hal_fuses_read(&fuses));
    assert_memory_equal(&fuses, &none, sizeof(fuses));
}

static void flip_byte(void *calls, const struct hosted_step *step)
{
    assert_int_equal(step->length, 16);
    hosted_dram()[step->offset] ^= 0xFF;
    ++*(int *)calls;
}

static void access_hook_changes_a_byte_between_two_reads(void **state)
{
    uint8_t first[16];
    int calls = 0;

    (void)state;
    hosted_set_access_hook(flip_byte, &calls);
    hal_dram_read(0x1000, first, 16);
    hal_dram_read(0x1000, buffer, 16);
    assert_int_equal(calls, 2);
    assert_int_equal(first[0] ^ buffer[0], 0xFF);
    hosted_set_access_hook(NULL, NULL);
    hal_dram_read(0x1000, first, 16);
    assert_int_equal(calls, 2);
}

static struct hosted_step last_step;

static void keep_step(void *context, const struct hosted_step *step)
{
    (void)context;
    last_step = *step;
}

static void assert_step(enum hosted_memory memory, enum hosted_access_kind kind, uint64_t offset,
                        size_t length)
{
    assert_int_equal(last_step.memory, memory);
    assert_int_equal(last_step.kind, kind);
    assert_int_equal(last_step.offset, offset);
    assert_int_equal(last_step.length, length);
    memset(&last_step, 0xFF, sizeof(last_step));
}

static void access_hook_sees_every_access_to_what_is_shared(void **state)
{
    uint64_t word = 0;

    (void)state;
    hosted_set_access_hook(keep_step, NULL);
    hal_dram_read(0x1001, buffer, 3);
    assert_step(HOSTED_DRAM, HOSTED_READ, 0x1001, 3);
    hal_dram_write(0x1002, buffer, 4);
    assert_step(HOSTED_DRAM, HOSTED_WRITE, 0x1002, 4);
    assert_int_equal(hal_dram_load(0x2008), 0);
    assert_step(HOSTED_DRAM, HOSTED_READ, 0x2008, 8);
    hal_dram_store(0x2010, 1);
    assert_step(HOSTED_DRAM, HOSTED_WRITE, 0x2010, 8);
    assert_true(hal_dram_replace(0x2018, &word, 1));
    assert_step(HOSTED_DRAM, HOSTED_REPLACE, 0x2018, 8);
    assert_int_equal(hal_dram_exchange(0x2018, 2), 1);
    assert_step(HOSTED_DRAM, HOSTED_REPLACE, 0x2018, 8);
    hal_fabric_read(0x10, buffer, 5);
    assert_step(HOSTED_FABRIC, HOSTED_READ, 0x10, 5);
    hal_fabric_write(0x20, buffer, 6);
    assert_step(HOSTED_FABRIC, HOSTED_WRITE, 0x20, 6);
    assert_int_equal(hal_mailbox_read(MAILBOX_INTEN), 0);
    assert_step(HOSTED_MAILBOX, HOSTED_READ, MAILBOX_INTEN, 4);
    hal_mailbox_write(MAILBOX_INTSTS, 1);
    assert_step(HOSTED_MAILBOX, HOSTED_WRITE, MAILBOX_INTSTS, 4);
    assert_true(hal_mailbox_replace(MAILBOX_INTSTS, 1, 2));
    assert_step(HOSTED_MAILBOX, HOSTED_REPLACE, MAILBOX_INTSTS, 4);
}

/** The x86 side writes the word, or register, that is about to be replaced. */
static void write_first(void *context, const struct hosted_step *step)
{
    (void)context;
    if (step->kind == HOSTED_REPLACE) {
        memset((step->memory == HOSTED_DRAM ? hosted_dram() : hosted_mailbox()) + step->offset,
               0x55, step->length);
    }
}

static void replacing_a_word_needs_what_was_read(void **state)
{
    uint64_t expected = 0;

    (void)state;
    assert_true(hal_dram_replace(0x3000, &expected, 0x1122334455667788u));
    assert_int_equal(expected, 0);
    assert_false(hal_dram_replace(0x3000, &expected, 5));
    assert_int_equal(expected, 0x1122334455667788u);
    assert_int_equal(hal_dram_load(0x3000), 0x1122334455667788u);
    expected ^= 1ull << 63;
    assert_false(hal_dram_replace(0x3000, &expected, 5)); /* All 64 bits count. */
    hal_dram_store(0x3000, 6);
    expected = 6;
    hosted_set_access_hook(write_first, NULL);
    assert_false(hal_dram_replace(0x3000, &expected, 7));
    assert_int_equal(expected, 0x5555555555555555u);
    assert_false(hal_mailbox_replace(MAILBOX_CMDRESP, 0, 7));
    assert_int_equal(hal_dram_load(0x3000), 0x5555555555555555u);
    hal_dram_store(0x3000, 6);
    assert_int_equal(hal_dram_exchange(0x3000, 7), 0x5555555555555555u);
    assert_int_equal(hal_dram_load(0x3000), 7);
    assert_int_equal(hal_mailbox_read(MAILBOX_CMDRESP), 0x55555555u);
}

static void trace_finds_bytes_read_twice(void **state)
{
    const struct hosted_access *accesses;
    uint64_t first = 0;

    (void)state;
    hal_dram_read(0x1000, buffer, 32); /* Before the trace. */
    hosted_dram_trace_start();
    hal_dram_read(0x1000, buffer, 32);
    hal_dram_read(0x1020, buffer, 32);
    hal_dram_write(0x1000, buffer, 32);
    assert_int_equal(hosted_dram_rereads(&first), 0);
    hal_dram_read(0x103F, buffer, 2);
    assert_int_equal(hosted_dram_rereads(&first), 1);
    assert_int_equal(first, 0x103F);
    hal_dram_read(0x1010, buffer, 1);
    assert_int_equal(hosted_dram_rereads(&first), 2);
    assert_int_equal(first, 0x1010);
    assert_int_equal(hosted_dram_trace(&accesses), 5);
    assert_true(accesses[2].write);
    assert_int_equal(accesses[3].offset, 0x103F);
    assert_int_equal(accesses[3].length, 2);
    hosted_dram_trace_start();
    assert_int_equal(hosted_dram_rereads(NULL), 0);
}

static void trace_finds_a_write_that_is_read_back(void **state)
{
    (void)state;
    hosted_dram_trace_start();
    hal_dram_write(0x1000, buffer, 16);
    assert_int_equal(hosted_dram_rereads(NULL), 0);
    hal_dram_read(0x1008, buffer, 16);
    assert_int_equal(hosted_dram_rereads(NULL), 1);
}

static void entropy_fails_sticks_and_repeats(void **state)
{
    uint8_t first[64];
    uint8_t second[64];

    (void)state;
    assert_true(hal_entropy_read(first, sizeof(first)));
    assert_true(hal_entropy_read(second, sizeof(second)));
    assert_memory_not_equal(first, second, sizeof(first));
    hosted_entropy_seeded(5);
    assert_true(hal_entropy_read(first, sizeof(first)));
    assert_true(hal_entropy_read(second, sizeof(second)));
    assert_memory_not_equal(first, second, sizeof(first));
    hosted_entropy_seeded(5);
    assert_true(hal_entropy_read(second, sizeof(second)));
    assert_memory_equal(first, second, sizeof(first));
    hosted_entropy_stuck(0xA5);
    assert_true(hal_entropy_read(first, sizeof(first)));
    memset(second, 0xA5, sizeof(second));
    assert_memory_equal(first, second, sizeof(first));
    hosted_entropy_fail_after(1);
    assert_true(hal_entropy_read(first, sizeof(first)));
    assert_false(hal_entropy_read(first, sizeof(first)));
    memset(second, 0, sizeof(second));
    assert_memory_equal(first, second, sizeof(first));
}

static void log_keeps_the_newest_text(void **state)
{
    (void)state;
    hal_log_write("one ", 4);
    hal_log_write("two, cut here", 3);
    assert_string_equal(hosted_log(), "one two");
    memset(buffer, 'x', sizeof(buffer));
    for (int i = 0; i < 8; i++) {
        hal_log_write((const char *)buffer, sizeof(buffer));
    }
    hal_log_write("end", 3);
    assert_int_equal(strlen(hosted_log()), 0x10000);
    assert_null(strstr(hosted_log(), "two"));
    assert_string_equal(hosted_log() + 0x10000 - 4, "xend");
}

static void timer_starts_at_zero_jumps_and_stops(void **state)
{
    int calls = 0;

    (void)state;
    const uint64_t start = hal_timer_microseconds();
    assert_true(start < 1000000);
    hosted_timer_advance(3600000000u);
    const uint64_t later = hal_timer_microseconds();
    assert_true(later - start >= 3600000000u && later - start < 3660000000u);
    hosted_timer_stop();
    const uint64_t stopped = hal_timer_microseconds();
    assert_true(stopped >= later);
    while (hal_timer_microseconds() == stopped && calls++ < 100000) {
    }
    assert_int_equal(hal_timer_microseconds(), stopped);
    hosted_timer_advance(5);
    assert_int_equal(hal_timer_microseconds(), stopped + 5);
}

static void start_reports_the_device_that_fails(void **state)
{
    (void)state;
    assert_null(hal_system_start());
    hosted_set_start_failure("entropy");
    assert_string_equal(hal_system_start(), "entropy");
    assert_false(hal_cpu_has_aes());
    assert_false(hal_cpu_has_sha256());
}

static int boots;

static int boot_once(void *power_off)
{
    boots++;
    hosted_dram()[0]++;
    if (*(bool *)power_off) {
        hal_power_off();
    }
    return boots;
}

static void each_boot_has_fresh_variables_and_the_same_memories(void **state)
{
    bool power_off = false;
    int result = 0;

    (void)state;
    assert_int_equal(hosted_boot(boot_once, &power_off, &result), HOSTED_RETURNED);
    assert_int_equal(result, 1);
    assert_int_equal(hosted_boot(boot_once, &power_off, &result), HOSTED_RETURNED);
    assert_int_equal(result, 1);
    power_off = true;
    assert_int_equal(hosted_boot(boot_once, &power_off, &result), HOSTED_POWER_OFF);
    assert_int_equal(result, 0);
    assert_int_equal(hosted_dram()[0], 3);
}

static void jump_out(void *environment, enum hosted_ending ending)
{
    longjmp(*(jmp_buf *)environment, 1 + (int)ending); // NOLINT(cert-err52-cpp)
}

static void stop_handler_can_jump_out(void **state)
{
    jmp_buf environment;

    (void)state;
    hosted_set_stop_handler(jump_out, &environment);
    if (setjmp(environment) == 0) { // NOLINT(cert-err52-cpp)
        hal_power_off();
        fail_msg("power-off returned");
    }
    hosted_set_stop_handler(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(registers_are_the_shared_memory, reset_board),
        cmocka_unit_test_setup(reset_makes_everything_new, reset_board),
        cmocka_unit_test_setup(fuses_are_a_test_chip_or_absent, reset_board),
        cmocka_unit_test_setup(access_hook_changes_a_byte_between_two_reads, reset_board),
        cmocka_unit_test_setup(access_hook_sees_every_access_to_what_is_shared, reset_board),
        cmocka_unit_test_setup(replacing_a_word_needs_what_was_read, reset_board),
        cmocka_unit_test_setup(trace_finds_bytes_read_twice, reset_board),
        cmocka_unit_test_setup(trace_finds_a_write_that_is_read_back, reset_board),
        cmocka_unit_test_setup(entropy_fails_sticks_and_repeats, reset_board),
        cmocka_unit_test_setup(log_keeps_the_newest_text, reset_board),
        cmocka_unit_test_setup(timer_starts_at_zero_jumps_and_stops, reset_board),
        cmocka_unit_test_setup(start_reports_the_device_that_fails, reset_board),
        cmocka_unit_test_setup(each_boot_has_fresh_variables_and_the_same_memories, reset_board),
        cmocka_unit_test_setup(stop_handler_can_jump_out, reset_board),
    };

    return cmocka_run_group_tests_name("hosted board", tests, NULL, NULL);
}
