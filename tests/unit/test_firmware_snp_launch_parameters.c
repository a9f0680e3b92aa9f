/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands that launch and debug SEV-SNP guests have in common: platform state, and the
 * memory of their parameters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/dispatch.h"

#include "tests/unit/firmware_snp_launch.h"

static const uint32_t ids[] = {SNP_COMMAND_LAUNCH_START, SNP_COMMAND_LAUNCH_UPDATE,
                               SNP_COMMAND_LAUNCH_FINISH, SNP_COMMAND_DBG_DECRYPT,
                               SNP_COMMAND_DBG_ENCRYPT};

/** Fails unless each command has that status with its parameters there. */
static void assert_each(uint64_t paddr, enum sev_status status)
{
    const struct snp_guest before = *launch_guest(LAUNCH_GCTX);

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_int_equal(dispatch_command(ids[i], paddr), status);
        assert_memory_equal(launch_guest(LAUNCH_GCTX), &before, sizeof before);
    }
}

static void only_in_init(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_int_equal(dispatch_command(ids[i], BOARD_PARAMETERS),
                         SEV_STATUS_INVALID_PLATFORM_STATE);
    }
}

static void parameters_must_be_memory_that_the_host_can_read(void **state)
{
    (void)state;
    assert_each(1ull << 40, SEV_STATUS_INVALID_ADDRESS);
    assert_each(BOARD_PARAMETERS + 2, SEV_STATUS_INVALID_ADDRESS);
    assert_each(SNP_RMP_BASE, SEV_STATUS_INVALID_ADDRESS);
    assert_each(LAUNCH_GCTX, SEV_STATUS_INVALID_PAGE_STATE);
    snp_assign(SNP_PAGE(8), SNP_ASID, 0x1000);
    assert_each(SNP_PAGE(8), SEV_STATUS_INVALID_PAGE_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_in_init, snp_boot),
        cmocka_unit_test_setup(parameters_must_be_memory_that_the_host_can_read, launch_boot),
    };

    return cmocka_run_group_tests_name("parameters of SNP launches", tests, NULL, NULL);
}
