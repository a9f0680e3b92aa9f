/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No key outlives the firmware in the fabric: every way out takes them back, a start takes back those
 * of a run that had no way out, and a reader sees whole states only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/fabric.h"
#include "crypto/fatal.h"
#include "firmware/firmware.h"
#include "firmware/memctl.h"
#include "hal/doorbell.h"
#include "hal/dram.h"
#include "hal/fabric.h"
#include "hal/system.h"

#include "tests/unit/firmware_board.h"

#define PLANTED 0xA5 /* Everywhere that an earlier run has written. */
#define GENERATION 6u
#define CORES_BYTES (FABRIC_CORES_MAX * sizeof(struct fabric_core))

static struct fabric_status *status(void)
{
    return (struct fabric_status *)(void *)(hosted_fabric() + FABRIC_STATUS_OFFSET);
}

static struct fabric_memctl *memctl(void)
{
    return (struct fabric_memctl *)(void *)(hosted_fabric() + FABRIC_MEMCTL_OFFSET);
}

/** A fabric as a board that was killed leaves it, with what the x86 side has written too. */
static void plant(uint64_t generation)
{
    memset(hosted_fabric(), PLANTED, FABRIC_FILE_BYTES);
    board_describe();
    memset(hosted_fabric() + FABRIC_CORES_OFFSET, PLANTED, CORES_BYTES);
    status()->magic = FABRIC_STATUS_MAGIC;
    status()->generation = generation;
    memctl()->magic = FABRIC_MEMCTL_MAGIC;
    memctl()->generation = generation;
}

static bool is_zero(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint8_t any = 0;

    for (size_t i = 0; i < length; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static void assert_withdrawn(uint64_t generation)
{
    const size_t keys = offsetof(struct fabric_memctl, tweak_key);

    assert_int_equal(status()->magic, 0);
    assert_true(status()->generation >= generation && status()->generation % 2 == 0);
    assert_int_equal(memctl()->magic, 0);
    assert_int_equal(memctl()->generation, generation);
    assert_true(is_zero(memctl()->tweak_key, sizeof(struct fabric_memctl) - keys));
    assert_true(is_zero(hosted_fabric() + FABRIC_SLOT_CORES_OFFSET,
                        FABRIC_SLOTS_MAX * sizeof(struct fabric_slot_cores)));
}

static int reset_board(void **state)
{
    (void)state;
    hosted_reset();
    return 0;
}

static int power_off(void *unused)
{
    (void)unused;
    hal_power_off();
}

static int stop_for_good(void *unused)
{
    (void)unused;
    crypto_fatal("test");
}

static int break_a_rule(void *unused)
{
    (void)unused;
    hal_dram_store(1, 0);
    return 0;
}

static int start_without_a_device(void *unused)
{
    (void)unused;
    hosted_set_start_failure("flash");
    firmware_main();
}

static int start_without_entropy(void *unused)
{
    (void)unused;
    hosted_entropy_stuck(0);
    firmware_main();
}

static void every_way_out_takes_the_keys_back(void **state)
{
    static const struct {
        int (*leave)(void *unused);
        enum hosted_ending ending;
    } ways[] = {
        {power_off, HOSTED_POWER_OFF},
        {stop_for_good, HOSTED_POWER_OFF},
        {break_a_rule, HOSTED_DIED},
        {start_without_a_device, HOSTED_POWER_OFF},
        {start_without_entropy, HOSTED_POWER_OFF},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        hosted_reset();
        plant(GENERATION);
        assert_int_equal(hosted_boot(ways[i].leave, NULL, NULL), ways[i].ending);
        assert_withdrawn(GENERATION + 2);
    }
}

static void what_others_wrote_stays(void **state)
{
    (void)state;
    plant(GENERATION);
    hal_fabric_withdraw();
    assert_withdrawn(GENERATION + 2);
    assert_int_equal(((struct fabric_config *)(void *)hosted_fabric())->magic, FABRIC_MAGIC);
    for (size_t i = 0; i < CORES_BYTES; i++) {
        assert_int_equal(hosted_fabric()[FABRIC_CORES_OFFSET + i], PLANTED);
    }
    assert_int_equal(hosted_fabric()[FABRIC_FILE_BYTES - 1], PLANTED);
}

static void change_that_was_cut_off_ends_even(void **state)
{
    (void)state;
    plant(GENERATION + 1);
    hal_fabric_withdraw();
    assert_withdrawn(GENERATION + 2);
    hal_fabric_withdraw();
    assert_withdrawn(GENERATION + 2); /* There is nothing left. */
}

/** The boot ROM cannot know yet that the memory there is a fabric. */
static void memory_without_the_magic_stays(void **state)
{
    static uint8_t before[FABRIC_FILE_BYTES];

    (void)state;
    memset(hosted_fabric(), PLANTED, FABRIC_FILE_BYTES);
    memcpy(before, hosted_fabric(), FABRIC_FILE_BYTES);
    hal_fabric_withdraw();
    assert_memory_equal(hosted_fabric(), before, FABRIC_FILE_BYTES);
}

/** Whoever dies at any moment of a start leaves either no key, or the magic by which it is found. */
static void check_magic(void *steps, const struct hosted_step *step)
{
    const size_t keys = offsetof(struct fabric_memctl, tweak_key);

    (void)step;
    ++*(unsigned int *)steps;
    if (!is_zero(memctl()->tweak_key, sizeof(struct fabric_memctl) - keys)) {
        assert_int_equal(memctl()->magic, FABRIC_MEMCTL_MAGIC);
    }
}

static void no_key_stands_without_the_magic(void **state)
{
    unsigned int steps = 0;

    (void)state;
    hosted_entropy_seeded(3);
    assert_null(firmware_start()); /* For the generator. */
    hal_fabric_withdraw();
    hosted_set_access_hook(check_magic, &steps);
    assert_true(memctl_start(false));
    hosted_set_access_hook(NULL, NULL);
    assert_true(steps > FABRIC_SLOTS_MAX);
    assert_int_equal(memctl()->magic, FABRIC_MEMCTL_MAGIC);
}

/** Before the self-tests: a start that hangs in them, or is killed, leaves no older keys. */
static void start_takes_the_keys_of_an_earlier_run_back_first(void **state)
{
    (void)state;
    plant(GENERATION);
    hosted_entropy_stuck(0);
    assert_string_equal(firmware_start(), "entropy source");
    assert_withdrawn(GENERATION + 2);
}

static int leave_during_commands(void *unused)
{
    (void)unused;
    hosted_request_power_off();
    for (int i = 0; i < 2; i++) {
        hal_doorbell_drain();
    }
    return 0;
}

static void commands_without_a_pause_do_not_keep_the_board_on(void **state)
{
    char error[256];
    char path[] = "/tmp/virtasp-withdraw-XXXXXX";
    const struct hosted_files files = {.doorbell = path};

    (void)state;
    assert_true(close(mkstemp(path)) == 0 && unlink(path) == 0);
    assert_true(hosted_attach_files(&files, error, sizeof(error)));
    plant(GENERATION);
    assert_int_equal(hosted_boot(leave_during_commands, NULL, NULL), HOSTED_POWER_OFF);
    assert_withdrawn(GENERATION + 2);
    hosted_reset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_way_out_takes_the_keys_back, reset_board),
        cmocka_unit_test_setup(what_others_wrote_stays, reset_board),
        cmocka_unit_test_setup(change_that_was_cut_off_ends_even, reset_board),
        cmocka_unit_test_setup(memory_without_the_magic_stays, reset_board),
        cmocka_unit_test_setup(no_key_stands_without_the_magic, reset_board),
        cmocka_unit_test_setup(start_takes_the_keys_of_an_earlier_run_back_first, reset_board),
        cmocka_unit_test_setup(commands_without_a_pause_do_not_keep_the_board_on, reset_board),
    };

    return cmocka_run_group_tests_name("keys that must not stay", tests, NULL, NULL);
}
