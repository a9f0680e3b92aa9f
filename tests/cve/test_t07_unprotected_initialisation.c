/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T07: memory that becomes protected is protected first and then initialised, and given back only
 * when it is wiped: x86 software that writes between any two accesses of the firmware leaves nothing
 * there (the class of CVE-2025-0033, CVE-2023-31356).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_cpu.h"
#include "tests/unit/firmware_flow.h"

#define PAGE 0x5000u

static const uint8_t zeros[SEV_TMR_BYTES];
static uint8_t page[SEV_VMSA_BYTES];
static uint32_t writes;

/** Whether x86 software may not touch the TMR's place. */
static bool is_protected(void)
{
    return board_memctl()->tmr[0].length != 0;
}

static void forge(void)
{
    struct vmsa_entry *entry =
        (struct vmsa_entry *)(void *)board_dram(BOARD_TMR) + VMSA_TABLE_SLOT(PAGE);

    *entry = (struct vmsa_entry){.paddr = PAGE, .handle = 0x401, .state = VMSA_ENTRY_USED};
    cpu_value(PAGE, entry->handle, page, entry->value);
}

/** x86 software: forges an entry whenever nothing stops it. */
static void write_unless_protected(void *context, const struct hosted_step *step)
{
    (void)context;
    (void)step;
    if (!is_protected()) {
        forge();
        writes++;
    }
}

static void assert_empty(void)
{
    assert_memory_equal(board_dram(BOARD_TMR), zeros, sizeof(zeros));
}

static void what_was_written_before_init_is_gone(void **state)
{
    (void)state;
    memset(board_dram(BOARD_TMR), 0x01, SEV_TMR_BYTES);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    assert_empty();
}

static void what_is_written_during_init_is_gone(void **state)
{
    (void)state;
    hosted_set_access_hook(write_unless_protected, NULL);
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_int_not_equal(writes, 0);
    assert_true(is_protected());
    assert_empty();
}

/** A table of an earlier run, and the TMR that the fabric announced then, count for nothing. */
static void table_of_an_earlier_run_is_gone(void **state)
{
    uint8_t former_key[32];

    (void)state;
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    forge();
    memcpy(former_key, board_memctl()->vmsa_key, sizeof(former_key));
    hosted_entropy_seeded(2);
    assert_null(board_restart());
    assert_false(is_protected());
    assert_memory_not_equal(board_memctl()->vmsa_key, former_key, sizeof(former_key));
    forge();
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    assert_empty();
}

/** The moment the TMR is not protected any more nothing of the guests is left in it. */
static void look_when_unprotected(void *context, const struct hosted_step *step)
{
    (void)context;
    (void)step;
    if (!is_protected()) {
        assert_empty();
        writes++;
    }
}

static void table_is_wiped_before_it_is_given_back(void **state)
{
    struct sev_launch_update parameters = {.paddr = BOARD_BUFFER(11), .length = SEV_VMSA_BYTES};

    (void)state;
    assert_int_equal(board_init(SEV_INIT_OPTION_ES), SEV_STATUS_SUCCESS);
    parameters.handle = flow_start(NULL, SEV_POLICY_ES);
    flow_flush();
    assert_int_equal(flow_activate(parameters.handle, BOARD_ES_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    assert_non_null(cpu_find(BOARD_BUFFER(11)));
    forge(); /* Nothing of the firmware's making is wiped either. */
    hosted_set_access_hook(look_when_unprotected, NULL);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    hosted_set_access_hook(NULL, NULL);
    assert_false(is_protected());
    assert_int_not_equal(writes, 0);
    assert_empty();
}

/** An INIT that fails protects nothing and keeps nothing. */
static void failed_init_gives_the_tmr_back(void **state)
{
    struct sev_init_ex parameters = {.length = sizeof(parameters),
                                     .options = SEV_INIT_OPTION_ES,
                                     .tmr_paddr = BOARD_TMR,
                                     .tmr_length = SEV_TMR_BYTES,
                                     .nv_paddr = BOARD_NV_BLOCK,
                                     .nv_length = SEV_NV_BYTES};
    struct sev_get_id id = {.id_paddr = BOARD_TMR, .id_length = 64};

    (void)state;
    memset(board_dram(BOARD_NV_BLOCK), 0x77, SEV_NV_BYTES);
    assert_int_equal(board_command(SEV_COMMAND_INIT_EX, &parameters, sizeof(parameters)),
                     SEV_STATUS_SECURE_DATA_INVALID);
    assert_false(is_protected());
    assert_int_equal(board_command(SEV_COMMAND_GET_ID, &id, sizeof(id)), SEV_STATUS_SUCCESS);
}

static int boot(void **state)
{
    writes = 0;
    return board_boot(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, boot, board_unhook)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_before_init_is_gone), TEST(what_is_written_during_init_is_gone),
        TEST(table_of_an_earlier_run_is_gone),      TEST(table_is_wiped_before_it_is_given_back),
        TEST(failed_init_gives_the_tmr_back),
    };

    return cmocka_run_group_tests_name("T07 unprotected initialisation", tests, NULL, NULL);
}
