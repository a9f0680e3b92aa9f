/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of SEV-SNP's commands: complete, found by their ids, named as their files, and with every
 * status that the checks before the handler can give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/command_table.h"
#include "firmware/dispatch.h"

#include "tests/unit/firmware_snp.h"

#define STAGING_BYTES 0x9000u

/** Ids as in the specification, with parameters' sizes and states: 1 = UNINIT, 2 = INIT, 3 = both. */
static const struct {
    uint32_t id;
    const char *name;
    uint32_t size;
    uint32_t states;
} specified[] = {
    {0x081, "SNP_INIT", 0, 1},
    {0x082, "SNP_SHUTDOWN", 0, 3},
    {0x083, "SNP_PLATFORM_STATUS", 8, 3},
    {0x084, "SNP_DF_FLUSH", 0, 2},
    {0x085, "SNP_INIT_EX", 0x40, 1},
    {0x086, "SNP_SHUTDOWN_EX", 8, 3},
    {0x090, "SNP_DECOMMISSION", 8, 2},
    {0x091, "SNP_ACTIVATE", 0xC, 2},
    {0x092, "SNP_GUEST_STATUS", 0x10, 2},
    {0x093, "SNP_GCTX_CREATE", 8, 2},
    {0x094, "SNP_GUEST_REQUEST", 0x18, 2},
    {0x095, "SNP_ACTIVATE_EX", 0x20, 2},
    {0x096, "SNP_HV_REPORT_REQ", 0x18, 2},
    {0x0A0, "SNP_LAUNCH_START", 0x30, 2},
    {0x0A1, "SNP_LAUNCH_UPDATE", 0x20, 2},
    {0x0A2, "SNP_LAUNCH_FINISH", 0x40, 2},
    {0x0B0, "SNP_DBG_DECRYPT", 0x18, 2},
    {0x0B1, "SNP_DBG_ENCRYPT", 0x18, 2},
    {0x0B2, "SNP_VERIFY_MITIGATION", 0x40, 3},
    {0x0C0, "SNP_PAGE_SWAP_OUT", 0x30, 2},
    {0x0C1, "SNP_PAGE_SWAP_IN", 0x30, 2},
    {0x0C2, "SNP_PAGE_MOVE", 0x20, 2},
    {0x0C3, "SNP_PAGE_MD_INIT", 0x10, 2},
    {0x0C6, "SNP_PAGE_SET_STATE", 0x10, 2},
    {0x0C7, "SNP_PAGE_RECLAIM", 8, 2},
    {0x0C8, "SNP_PAGE_UNSMASH", 8, 2},
    {0x0C9, "SNP_CONFIG", 0x40, 2},
    {0x0CA, "SNP_DOWNLOAD_FIRMWARE_EX", 0x18, 3},
    {0x0CB, "SNP_COMMIT", 4, 3},
    {0x0CD, "SNP_VLEK_LOAD", 0x10, 2},
    {0x0CE, "SNP_FEATURE_INFO", 0x10, 3},
};

static bool has(const struct command_row *row, enum sev_status status)
{
    return (row->statuses >> status & 1u) != 0;
}

/** @return the next row of SEV-SNP from @p index on, which is moved behind it; or NULL */
static const struct command_row *next(size_t *index)
{
    const struct command_row *row;

    while ((row = command_table_at((*index)++)) != NULL && !row->needs_snp) {
    }
    return row;
}

static void rows_agree_with_the_specification(void **state)
{
    const struct command_row *row;

    (void)state;
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        size_t found = 0;

        for (size_t i = 0; i < sizeof(specified) / sizeof(specified[0]); i++) {
            if (specified[i].id == row->id) {
                found++;
                assert_string_equal(row->name, specified[i].name);
                assert_int_equal(row->size, specified[i].size);
                assert_int_equal(row->snp_states, specified[i].states);
            }
        }
        assert_int_equal(found, 1);
    }
}

static void rows_are_complete(void **state)
{
    const struct command_row *row;

    (void)state;
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        assert_ptr_equal(command_table_find(row->id), row);
        assert_non_null(row->handle);
        assert_string_equal(row->family->directory, "snp");
        assert_true(strncmp(row->name, "SNP_", 4) == 0 && strncmp(row->section, "SNP ", 4) == 0);
        assert_true(row->size <= COMMAND_PARAMETERS_MAX);
        assert_int_equal(row->size == 0, row->structure == NULL);
        assert_int_equal(row->platform_states, COMMAND_PLATFORM_ANY);
        assert_int_equal(row->guest_states & ~7u, 0);
        assert_true(row->guest_states == 0 || row->guest_offset + 8u <= row->size);
        assert_true(row->guest_states != 0 || (!row->needs_active && row->policy == NULL));
    }
}

static void masks_hold_what_the_checks_can_answer(void **state)
{
    const struct command_row *row;

    (void)state;
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        assert_int_equal(has(row, SEV_STATUS_INVALID_PLATFORM_STATE),
                         row->snp_states != COMMAND_SNP_ANY);
        assert_true(row->size == 0 || (has(row, SEV_STATUS_INVALID_ADDRESS) &&
                                       has(row, SEV_STATUS_INVALID_PAGE_STATE)));
        assert_true(!row->has_length || has(row, SEV_STATUS_INVALID_LENGTH));
        assert_true(row->guest_states == 0 || has(row, SEV_STATUS_INVALID_GUEST));
        assert_int_equal(row->guest_states != 0 && row->guest_states != 7u,
                         has(row, SEV_STATUS_INVALID_GUEST_STATE));
        assert_true(!row->needs_active || has(row, SEV_STATUS_INACTIVE));
        /* What depends on the guest: its policy, or whether it can be asked for this. */
        assert_true(row->policy == NULL || has(row, SEV_STATUS_POLICY_FAILURE) ||
                    has(row, SEV_STATUS_INVALID_PARAM));
        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            const struct command_buffer *buffer = &row->buffers[i];

            assert_true(buffer->page_states == 0 || has(row, SEV_STATUS_INVALID_PAGE_SIZE));
            assert_true(!buffer->owned || has(row, SEV_STATUS_INVALID_PAGE_OWNER));
            assert_true(!buffer->owned || buffer->page_states != 0);
        }
    }
}

static void staging_holds_all_copies(void **state)
{
    const struct command_row *row;

    (void)state;
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        uint32_t needed = 0;

        for (uint32_t i = 0; i < COMMAND_BUFFERS_MAX; i++) {
            if (command_is_copied(row->buffers[i].direction)) {
                needed += (row->buffers[i].length + 15u) & ~15u;
            }
        }
        assert_true(needed <= STAGING_BYTES);
    }
}

/** A product without SEV-SNP does not know the commands, whatever comes with them. */
static void rome_answers_none(void **state)
{
    const struct command_row *row;

    board_set_product(SNP_PRODUCT_ROME);
    (void)board_boot(state);
    (void)snp_machine();
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        uint8_t parameters[COMMAND_PARAMETERS_MAX] = {0};

        assert_false(command_table_serves(row));
        assert_int_equal(board_command(row->id, parameters, row->size), SEV_STATUS_INVALID_COMMAND);
    }
}

/** The wrong state of the platform comes before everything that the parameters say. */
static void state_comes_first(void **state)
{
    const struct command_row *row;

    (void)state;
    for (size_t index = 0; (row = next(&index)) != NULL;) {
        (void)snp_boot(NULL);
        if ((row->snp_states & COMMAND_STATE(SNP_PLATFORM_UNINIT)) == 0) {
            assert_int_equal(dispatch_command(row->id, UINT64_MAX),
                             SEV_STATUS_INVALID_PLATFORM_STATE);
        }
        assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
        if ((row->snp_states & COMMAND_STATE(SNP_PLATFORM_INIT)) == 0) {
            assert_int_equal(dispatch_command(row->id, UINT64_MAX),
                             SEV_STATUS_INVALID_PLATFORM_STATE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_agree_with_the_specification),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(masks_hold_what_the_checks_can_answer),
        cmocka_unit_test(staging_holds_all_copies),
        cmocka_unit_test(rome_answers_none),
        cmocka_unit_test(state_comes_first),
    };

    return cmocka_run_group_tests_name("SNP command table", tests, NULL, NULL);
}
