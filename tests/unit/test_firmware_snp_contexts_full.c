/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As many contexts as there can be (SNP_CONTEXTS_MAX): SNP_GCTX_CREATE takes no page for another, until
 * one is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/snp_guest/context.h"

#include "tests/unit/firmware_sight.h"
#include "tests/unit/firmware_snp.h"

#define FIRST 0x10000000ull /**< Behind what other tests use; a page each. */
#define DRAM_BYTES (FIRST + (SNP_CONTEXTS_MAX + 1ull) * RMP_PAGE_BYTES)
#define TABLE_BASE SNP_RMP_BASE
#define TABLE_END (TABLE_BASE + 0x300000ull - 1u) /**< Covers 764 MiB. */

static uint64_t page(uint32_t context)
{
    return FIRST + (uint64_t)context * RMP_PAGE_BYTES;
}

static int boot(void **state)
{
    uint32_t cores;

    (void)snp_boot(state);
    hosted_set_dram_bytes(DRAM_BYTES);
    cores = snp_machine()->cores;
    for (uint32_t core = 0; core < cores; core++) {
        snp_core(core)->rmp_end = TABLE_END;
    }
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    for (uint32_t i = 0; i < SNP_CONTEXTS_MAX; i++) {
        assert_int_equal(snp_create(page(i)), SEV_STATUS_SUCCESS);
    }
    return 0;
}

static void no_context_is_made_when_there_are_as_many_as_can_be(void **state)
{
    const uint64_t extra = page(SNP_CONTEXTS_MAX);

    (void)state;
    snp_give(extra);
    sight_take(0);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, extra), SEV_STATUS_RESOURCE_LIMIT);
    sight_check("SNP_GCTX_CREATE", "too many");
    assert_int_equal(snp_state(extra), RMP_FIRMWARE);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, page(7)), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, extra), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_context_is_made_when_there_are_as_many_as_can_be, boot),
    };

    return cmocka_run_group_tests_name("as many contexts as can be", tests, NULL, NULL);
}
