/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's start as its log tells it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/firmware.h"
#include "hal/hosted/hosted.h"
#include "hal/system.h"

#define EARLIER_MS 1000000000u /* what the board's clock has counted before: eleven days */
#define LONGEST_START_MS 100000000u
#define READY_TEXT " ready after "

static void stop_when_idle(void *context, uint32_t timeout_ms)
{
    (void)context;
    (void)timeout_ms;
    hal_power_off();
}

static int run_firmware(void *context)
{
    (void)context;
    firmware_main();
}

/* After an update the board has run for a while: that is not the new firmware's doing. */
static void time_to_ready_counts_from_the_firmwares_own_start(void **state)
{
    unsigned milliseconds = 0;
    const char *text;

    (void)state;
    hosted_reset();
    hosted_timer_advance(EARLIER_MS * UINT64_C(1000));
    hosted_doorbell_set_wait_hook(stop_when_idle, NULL);
    assert_int_equal(hosted_boot(run_firmware, NULL, NULL), HOSTED_POWER_OFF);
    text = strstr(hosted_log(), READY_TEXT);
    assert_non_null(text);
    assert_int_equal(sscanf(text, READY_TEXT "%u ms", &milliseconds), 1);
    assert_true(milliseconds < LONGEST_START_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_to_ready_counts_from_the_firmwares_own_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
