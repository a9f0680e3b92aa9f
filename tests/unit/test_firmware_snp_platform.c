/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP's platform: SNP_INIT and SNP_INIT_EX with all they check, SNP_SHUTDOWN, and the RMP that
 * comes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/platform/snp.h"

#include "tests/unit/firmware_snp.h"

static void init_puts_a_new_table_in_force(void **state)
{
    const struct fabric_rmp *rmp = &board_memctl()->rmp;

    (void)state;
    memset(board_dram(SNP_RMP_BASE), 0xA5, SNP_RMP_END + 1 - SNP_RMP_BASE);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_INIT);
    assert_int_equal(rmp->base, SNP_RMP_BASE);
    assert_int_equal(rmp->end, SNP_RMP_END);
    assert_int_equal(rmp->flags, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    assert_int_equal(snp_state(SNP_PAGE(0)), RMP_HYPERVISOR);
    assert_int_equal(snp_state(SNP_RMP_BASE), RMP_FIRMWARE);
    assert_int_equal(snp_state(SNP_RMP_END), RMP_FIRMWARE);
    assert_int_equal(snp_state(SNP_RMP_END + 1), RMP_HYPERVISOR);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_PLATFORM_STATE);
}

static void each_core_must_be_ready(void **state)
{
    static const struct {
        uint64_t syscfg; /**< Bits that are missing. */
        uint64_t hsave;
        uint64_t base;
        uint64_t end;
    } faults[] = {{SYSCFG_MFDM, 0, 0, 0},   {SYSCFG_MEMORY_ENCRYPTION, 0, 0, 0},
                  {SYSCFG_SNP_EN, 0, 0, 0}, {SYSCFG_SNP_VMPL_EN, 0, 0, 0},
                  {0, 0x1000, 0, 0},        {0, 0, 0x100000, 0},
                  {0, 0, 0, 0x100000}};

    (void)state;
    for (uint32_t core = 0; core < 4; core++) {
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
            (void)snp_machine();
            snp_core(core)->syscfg &= ~faults[i].syscfg;
            snp_core(core)->vm_hsave_pa = faults[i].hsave;
            snp_core(core)->rmp_base += faults[i].base;
            snp_core(core)->rmp_end += faults[i].end;
            assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_CONFIG);
            assert_int_equal(board_memctl()->rmp.flags, 0);
        }
    }
    (void)snp_machine();
    assert_int_equal(board_order(SNP_COMMAND_INIT), SEV_STATUS_SUCCESS);
}

static void contexts_come_and_go(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(snp_create(SNP_PAGE(i)), SEV_STATUS_SUCCESS);
        assert_int_equal(snp_state(SNP_PAGE(i)), RMP_CONTEXT);
    }
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(i)), SEV_STATUS_SUCCESS);
        assert_int_equal(snp_state(SNP_PAGE(i)), RMP_FIRMWARE);
        assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(i)),
                         SEV_STATUS_INVALID_GUEST);
        assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, SNP_PAGE(i)), SEV_STATUS_SUCCESS);
        assert_int_equal(snp_state(SNP_PAGE(i)), RMP_RECLAIM);
        assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, SNP_PAGE(i)), SEV_STATUS_SUCCESS);
    }
}

static void a_context_that_was_touched_is_no_guest(void **state)
{
    static uint8_t old[RMP_PAGE_BYTES];

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(snp_create(SNP_PAGE(i)), SEV_STATUS_SUCCESS);
    }
    memcpy(old, board_dram(SNP_PAGE(0)), sizeof old);
    board_dram(SNP_PAGE(0))[0x40] ^= 1;
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(0)), SEV_STATUS_INVALID_GUEST);
    board_dram(SNP_PAGE(0))[0x40] ^= 1;
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(0)), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(SNP_PAGE(0)), SEV_STATUS_SUCCESS);
    for (uint32_t i = 6; i < 12; i++) {
        assert_int_equal(snp_create(SNP_PAGE(i)), SEV_STATUS_SUCCESS);
    }
    memcpy(board_dram(SNP_PAGE(0)), old, sizeof old);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(0)), SEV_STATUS_INVALID_GUEST);
}

static void shutdown_wants_flushes(void **state)
{
    (void)state;
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    snp_machine()->flags |= FABRIC_FLAG_WBINVD_REPORTED;
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->rmp.flags, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
}

/** An instruction that has a region's lock still writes: the table is not made under it. */
static void table_is_not_made_anew_under_an_instruction(void **state)
{
    static const uint32_t ids[] = {SNP_COMMAND_INIT, SNP_COMMAND_INIT_EX};

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct snp_init_ex parameters = {.flags = SNP_INIT_RMP};

        (void)snp_boot_init(state);
        assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
        snp_entry(SNP_REGION(7))->low |= RMP_LOCK;
        assert_int_equal(board_command(ids[i], &parameters, sizeof(parameters)),
                         SEV_STATUS_RMP_INITIALIZATION_FAILED);
        assert_int_equal(platform_snp_state(), SNP_PLATFORM_UNINIT);
        assert_int_equal(board_memctl()->rmp.flags, 0); /* The table is in force no more. */
        assert_int_equal(snp_init_ex(0), SEV_STATUS_RMP_INIT_REQUIRED);
        assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
        assert_int_equal(snp_entry(SNP_REGION(7))->low, 0);
    }
}

static void rome_has_no_snp(void **state)
{
    (void)state;
    board_set_product(SNP_PRODUCT_ROME);
    (void)board_boot(NULL);
    (void)snp_machine();
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_COMMAND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(init_puts_a_new_table_in_force, snp_boot),
        cmocka_unit_test_setup(each_core_must_be_ready, snp_boot),
        cmocka_unit_test_setup(contexts_come_and_go, snp_boot_init),
        cmocka_unit_test_setup(a_context_that_was_touched_is_no_guest, snp_boot_init),
        cmocka_unit_test_setup(shutdown_wants_flushes, snp_boot),
        cmocka_unit_test_setup(table_is_not_made_anew_under_an_instruction, snp_boot_init),
        cmocka_unit_test_setup(rome_has_no_snp, snp_boot),
    };

    return cmocka_run_group_tests_name("SNP platform", tests, NULL, NULL);
}
