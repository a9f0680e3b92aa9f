/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the firmware sleeps between looks at the mailbox (docs/mailbox.md): by itself, and as its
 * main loop does it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "abi/sev_command_id.h"
#include "firmware/firmware.h"
#include "firmware/idle.h"
#include "hal/hosted/hosted.h"
#include "hal/system.h"

#define NOP (SEV_COMMAND_NOP << MAILBOX_CMDRESP_ID_SHIFT)

/* What a look finds. */
#define NOTHING 0, false
#define BARE_BYTE 1, false
#define RUNG 1, true
#define UNRUNG 0, true

static struct idle idle;

static int reset(void **state)
{
    (void)state;
    hosted_reset();
    hosted_timer_stop();
    idle = (struct idle){0};
    return 0;
}

/** Takes note of a look. @return the sleep after it */
static uint32_t after(uint32_t bytes, bool requested)
{
    idle_note(&idle, bytes, requested);
    return idle_sleep_ms(&idle);
}

static void sleeps_are_short_until_somebody_rings(void **state)
{
    (void)state;
    assert_int_equal(idle_sleep_ms(&idle), IDLE_SHORT_MS);
    assert_int_equal(after(NOTHING), IDLE_SHORT_MS);
    assert_int_equal(after(BARE_BYTE), IDLE_SHORT_MS);
    assert_int_equal(after(RUNG), IDLE_LONG_MS);
    assert_int_equal(after(NOTHING), IDLE_LONG_MS);
}

static void client_that_never_rings_is_looked_for_at_short_intervals(void **state)
{
    (void)state;
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
    hosted_timer_advance(100 * (uint64_t)IDLE_MEMORY_US);
    assert_int_equal(after(NOTHING), IDLE_SHORT_MS);
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
}

static void sleeps_are_short_at_once_after_a_request_without_a_byte(void **state)
{
    (void)state;
    assert_int_equal(after(RUNG), IDLE_LONG_MS);
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
}

/* Each of the second client's requests must find short sleeps, but for its first. */
static void client_that_rings_does_not_make_another_wait(void **state)
{
    (void)state;
    assert_int_equal(after(RUNG), IDLE_LONG_MS);
    for (unsigned round = 0; round < 100; round++) {
        assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
        for (unsigned i = 0; i < 50; i++) {
            assert_int_equal(after(RUNG), IDLE_SHORT_MS);
            assert_int_equal(after(NOTHING), IDLE_SHORT_MS);
        }
        hosted_timer_advance(IDLE_MEMORY_US - 1);
        assert_int_equal(after(RUNG), IDLE_SHORT_MS);
    }
    hosted_timer_advance(1);
    assert_int_equal(idle_sleep_ms(&idle), IDLE_LONG_MS); /* No further command is needed. */
}

/* The look may come between a client's write to CmdResp and its byte. */
static void byte_that_comes_after_its_request_was_seen_counts(void **state)
{
    (void)state;
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
    assert_int_equal(after(BARE_BYTE), IDLE_LONG_MS);
    assert_int_equal(after(BARE_BYTE), IDLE_LONG_MS); /* Bytes are not saved up. */
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
    assert_int_equal(after(RUNG), IDLE_SHORT_MS); /* With one byte for the two of them. */
    assert_int_equal(after(BARE_BYTE), IDLE_LONG_MS);
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS);
    assert_int_equal(after(3, true), IDLE_LONG_MS);
}

static void late_byte_does_not_make_the_other_client_forgotten(void **state)
{
    (void)state;
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS); /* The client without a doorbell. */
    hosted_timer_advance(IDLE_MEMORY_US / 2);
    assert_int_equal(after(RUNG), IDLE_SHORT_MS);
    assert_int_equal(after(UNRUNG), IDLE_SHORT_MS); /* The other one, whose byte is late. */
    assert_int_equal(after(BARE_BYTE), IDLE_SHORT_MS);
    hosted_timer_advance(IDLE_MEMORY_US);
    assert_int_equal(idle_sleep_ms(&idle), IDLE_LONG_MS);
}

/* What x86 does in each wait of the main loop, and how long that wait must be. */
static const struct {
    uint32_t timeout_ms;
    bool requests;
    bool rings;
} steps[] = {
    {IDLE_SHORT_MS, true, true},  {IDLE_LONG_MS, true, true},   {IDLE_LONG_MS, true, false},
    {IDLE_SHORT_MS, true, false}, {IDLE_SHORT_MS, false, true}, {IDLE_SHORT_MS, false, false},
};

static void play(void *context, uint32_t timeout_ms)
{
    static size_t step;
    const uint32_t request = NOP;

    (void)context;
    if (timeout_ms != steps[step].timeout_ms) {
        (void)fprintf(stderr, "step %zu: a sleep of %u ms\n", step, timeout_ms);
        abort();
    }
    if (steps[step].requests) {
        memcpy(hosted_mailbox() + MAILBOX_CMDRESP, &request, sizeof(request));
    }
    if (steps[step].rings) {
        hosted_doorbell_arrive();
    }
    step++;
    if (step == sizeof(steps) / sizeof(steps[0])) {
        hal_power_off();
    }
}

static int run_firmware(void *context)
{
    (void)context;
    firmware_main();
}

static void main_loop_sleeps_as_its_clients_ring(void **state)
{
    (void)state;
    hosted_doorbell_set_wait_hook(play, NULL);
    assert_int_equal(hosted_boot(run_firmware, NULL, NULL), HOSTED_POWER_OFF);
}

/* A client that asks again after an answer, but not at once. */
#define LOOKS_AFTER_ANSWER 100u

/** What the client has seen. */
struct asker {
    uint32_t requests;
    uint32_t looks; /**< At the last answer. */
};

static void put_request(struct asker *asker)
{
    const uint32_t request = NOP;

    memcpy(hosted_mailbox() + MAILBOX_CMDRESP, &request, sizeof(request));
    asker->requests++;
    asker->looks = 0;
}

/** Asks for the second time between two looks of a firmware that has not slept since its answer. */
static void ask_again(void *context, const struct hosted_step *step)
{
    struct asker *asker = context;
    uint32_t response;

    memcpy(&response, hosted_mailbox() + MAILBOX_CMDRESP, sizeof(response));
    if (step->memory == HOSTED_MAILBOX && step->kind == HOSTED_READ &&
        step->offset == MAILBOX_CMDRESP && (response & MAILBOX_CMDRESP_RESPONSE) != 0 &&
        ++asker->looks == LOOKS_AFTER_ANSWER && asker->requests == 1) {
        put_request(asker);
    }
}

/** The first sleep ends with a request; by the second, both have been answered. */
static void ask_once(void *context, uint32_t timeout_ms)
{
    struct asker *asker = context;

    (void)timeout_ms;
    if (asker->requests == 0) {
        put_request(asker);
        hosted_set_access_hook(ask_again, asker);
        return;
    }
    if (asker->requests != 2 || asker->looks == 0) {
        (void)fprintf(stderr, "asleep after %u requests\n", asker->requests);
        abort();
    }
    hal_power_off();
}

static void request_that_follows_an_answer_waits_for_no_sleep(void **state)
{
    struct asker asker = {0};

    (void)state;
    hosted_doorbell_set_wait_hook(ask_once, &asker);
    assert_int_equal(hosted_boot(run_firmware, NULL, NULL), HOSTED_POWER_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sleeps_are_short_until_somebody_rings, reset),
        cmocka_unit_test_setup(client_that_never_rings_is_looked_for_at_short_intervals, reset),
        cmocka_unit_test_setup(sleeps_are_short_at_once_after_a_request_without_a_byte, reset),
        cmocka_unit_test_setup(client_that_rings_does_not_make_another_wait, reset),
        cmocka_unit_test_setup(byte_that_comes_after_its_request_was_seen_counts, reset),
        cmocka_unit_test_setup(late_byte_does_not_make_the_other_client_forgotten, reset),
        cmocka_unit_test_setup(main_loop_sleeps_as_its_clients_ring, reset),
        cmocka_unit_test_setup(request_that_follows_an_answer_waits_for_no_sleep, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
