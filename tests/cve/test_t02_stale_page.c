/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T02: a page that was checked once is not used for ever (CVE-2024-21978). The NV block of INIT_EX is
 * the long-lived one: it outlives SHUTDOWN for PLATFORM_RESET.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_flow.h"

static int boot_with_block(void **state)
{
    (void)board_boot(state);
    memset(board_dram(BOARD_NV_BLOCK), 0xFF, SEV_NV_BYTES);
    assert_int_equal(board_init_ex(), SEV_STATUS_SUCCESS);
    return 0;
}

static enum sev_status get_id_to(uint64_t paddr)
{
    struct sev_get_id parameters = {.id_paddr = paddr, .id_length = 64};

    return board_command(SEV_COMMAND_GET_ID, &parameters, sizeof(parameters));
}

static void block_is_nobodys_target_while_it_is_held(void **state)
{
    const uint32_t handle = flow_start(NULL, 0);

    (void)state;
    flow_flush();
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(get_id_to(BOARD_NV_BLOCK), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get_id_to(BOARD_C_BIT | BOARD_NV_BLOCK), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get_id_to(BOARD_NV_BLOCK + SEV_NV_BYTES - 8), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(get_id_to(BOARD_NV_BLOCK - 8), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(flow_update(handle, BOARD_NV_BLOCK, 16), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(flow_update(handle, BOARD_NV_BLOCK - 16, 32), SEV_STATUS_INVALID_ADDRESS);
}

static void block_is_given_back_at_shutdown(void **state)
{
    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(get_id_to(BOARD_NV_BLOCK), SEV_STATUS_SUCCESS);
}

/** The block has become the TMR: the firmware's later writes must not hit it. */
static void block_that_became_the_tmr_is_not_written(void **state)
{
    struct sev_init parameters = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = BOARD_NV_BLOCK, .tmr_length = SEV_TMR_BYTES};
    const struct hosted_access *trace;
    size_t count;

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    hosted_dram_trace_start();
    assert_int_equal(board_order(SEV_COMMAND_PDH_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    count = hosted_dram_trace(&trace);
    assert_int_equal(count, 0); /* Flash is the medium now. */
}

/** PLATFORM_RESET knows the block of the last INIT_EX, but that memory has been taken away. */
static void block_that_is_no_memory_any_more_is_not_written(void **state)
{
    const struct hosted_access *trace;

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    board_describe()->ranges[0].length = BOARD_NV_BLOCK + 0x1000;
    hosted_dram_trace_start();
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(hosted_dram_trace(&trace), 0);
}

static void block_is_forgotten_by_the_next_init(void **state)
{
    uint8_t before[64];

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    memcpy(before, board_dram(BOARD_NV_BLOCK), sizeof(before));
    assert_int_equal(board_order(SEV_COMMAND_PLATFORM_RESET), SEV_STATUS_SUCCESS);
    assert_memory_equal(before, board_dram(BOARD_NV_BLOCK), sizeof(before));
}

static void tmr_block_and_parameters_may_not_overlap(void **state)
{
    struct sev_init_ex parameters = {.length = sizeof(parameters),
                                     .options = SEV_INIT_OPTION_ES,
                                     .tmr_paddr = BOARD_TMR,
                                     .tmr_length = SEV_TMR_BYTES,
                                     .nv_length = SEV_NV_BYTES};
    static const uint64_t blocks[] = {BOARD_TMR, BOARD_TMR + SEV_TMR_BYTES - 0x1000,
                                      BOARD_TMR - SEV_NV_BYTES + 0x1000, BOARD_PARAMETERS,
                                      BOARD_TMR | BOARD_C_BIT};

    (void)state;
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        parameters.nv_paddr = blocks[i];
        assert_int_equal(board_command(SEV_COMMAND_INIT_EX, &parameters, sizeof(parameters)),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(board_status().state, SEV_PLATFORM_UNINIT);
    }
    parameters.nv_paddr = BOARD_NV_BLOCK;
    parameters.tmr_paddr = BOARD_PARAMETERS & ~(SEV_TMR_BYTES - 1ull);
    assert_int_equal(board_command(SEV_COMMAND_INIT_EX, &parameters, sizeof(parameters)),
                     SEV_STATUS_INVALID_ADDRESS);
}

#define TEST(name) cmocka_unit_test_setup(name, boot_with_block)

/** Whoever protects pages protects whole ones: the last one of a TMR is not the host's in part. */
static void tmr_is_of_whole_pages(void **state)
{
    struct sev_init parameters = {.options = SEV_INIT_OPTION_ES, .tmr_paddr = BOARD_TMR};

    (void)board_boot(state);
    for (uint32_t more = 1; more < 0x1000; more++) {
        parameters.tmr_length = SEV_TMR_BYTES + more;
        assert_int_equal(board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters)),
                         SEV_STATUS_INVALID_LENGTH);
    }
    parameters.tmr_length = SEV_TMR_BYTES + 0x1000;
    assert_int_equal(board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(block_is_nobodys_target_while_it_is_held),
        TEST(block_is_given_back_at_shutdown),
        TEST(block_that_became_the_tmr_is_not_written),
        TEST(block_that_is_no_memory_any_more_is_not_written),
        TEST(block_is_forgotten_by_the_next_init),
        TEST(tmr_block_and_parameters_may_not_overlap),
        cmocka_unit_test(tmr_is_of_whole_pages),
    };

    return cmocka_run_group_tests_name("T02 stale page", tests, NULL, NULL);
}
