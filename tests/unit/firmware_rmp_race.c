/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware and processor that change the reverse map table at once (firmware_rmp_race.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "host/x86/rmp_words.h"

#include "tests/unit/firmware_rmp_race.h"

#define TABLE_BYTES (SNP_RMP_END + 1 - SNP_RMP_BASE)

/** What one side has done, and the table after it. */
struct outcome {
    enum sev_status status;
    struct rmp_page seen;
    enum rmp_result result;
    uint8_t table[TABLE_BYTES];
};

static const struct race *now;
static uint8_t clean[TABLE_BYTES];
static struct outcome actual;
static struct outcome expected[3];
static uint32_t step;
static uint32_t wanted_step;

static void reset(void)
{
    memcpy(board_dram(SNP_RMP_BASE), clean, TABLE_BYTES);
    now->prepare();
    actual = (struct outcome){.status = SEV_STATUS_SUCCESS, .result = RMP_SUCCESS};
}

static void run_firmware(void)
{
    actual.status = now->firmware(&actual.seen);
}

static void run_instruction(void)
{
    actual.result = now->instruction();
}

static void finish(struct outcome *outcome)
{
    memcpy(actual.table, board_dram(SNP_RMP_BASE), TABLE_BYTES);
    if (outcome != NULL) {
        *outcome = actual;
    }
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
    return a->status == b->status && a->result == b->result &&
           memcmp(&a->seen, &b->seen, sizeof a->seen) == 0 &&
           memcmp(a->table, b->table, TABLE_BYTES) == 0;
}

/** One after the other, in both orders; and the one alone whom nobody disturbs. */
static void expect(bool firmware_first)
{
    reset();
    run_firmware();
    run_instruction();
    finish(&expected[0]);
    reset();
    run_instruction();
    run_firmware();
    finish(&expected[1]);
    reset();
    if (firmware_first) {
        run_firmware();
        actual.result = RMP_FAIL_INUSE;
    } else {
        run_instruction();
        actual.status = SEV_STATUS_INVALID_PAGE_STATE;
    }
    finish(&expected[2]);
}

static void judge(void)
{
    finish(NULL);
    if (!is_same(&actual, &expected[0]) && !is_same(&actual, &expected[1]) &&
        !is_same(&actual, &expected[2])) {
        fail_msg("step %u: status %02X, result %u, and a table that neither order gives",
                 wanted_step, actual.status, actual.result);
    }
}

static void instruction_at_step(void *context, const struct hosted_step *access)
{
    (void)context;
    (void)access;
    if (step++ == wanted_step) {
        run_instruction();
    }
}

void race_instructions_between_accesses(const struct race *two)
{
    now = two;
    expect(true);
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        reset();
        step = 0;
        hosted_set_access_hook(instruction_at_step, NULL);
        run_firmware();
        hosted_set_access_hook(NULL, NULL);
        if (step > wanted_step) {
            judge();
        }
    }
    assert_true(wanted_step > 3);
}

static void firmware_at_step(void)
{
    if (step++ == wanted_step) {
        run_firmware();
    }
}

void race_firmware_between_accesses(const struct race *two)
{
    now = two;
    expect(false);
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        reset();
        step = 0;
        x86_rmp_set_access_hook(firmware_at_step);
        run_instruction();
        x86_rmp_set_access_hook(NULL);
        if (step > wanted_step) {
            judge();
        }
    }
    assert_true(wanted_step > 3);
}

void race_instructions_between_some_accesses(const struct race *two)
{
    uint32_t all = 1;

    now = two;
    expect(true);
    for (wanted_step = 0; wanted_step < all;
         wanted_step += wanted_step < 20 || wanted_step + 20 > all ? 1 : 67) {
        reset();
        step = 0;
        hosted_set_access_hook(instruction_at_step, NULL);
        run_firmware();
        hosted_set_access_hook(NULL, NULL);
        all = step;
        judge();
    }
    assert_true(all > 1000);
}

int race_boot(void **state)
{
    (void)pages_boot(state);
    memcpy(clean, board_dram(SNP_RMP_BASE), TABLE_BYTES);
    return 0;
}
