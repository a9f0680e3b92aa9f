/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV and SEV-SNP on one machine: INIT before and after SNP_INIT, with what the TMR must be; SEV-ES guests
 * are launched while SEV-SNP is on; the two share ASIDs' flush rules, and neither takes the other's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/guest/guest.h"
#include "firmware/platform/platform.h"
#include "firmware/platform/snp.h"

#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_snp.h"

#define MIB 0x100000u
#define GUEST_PAGE SNP_PAGE(100)

static enum sev_status init_es(uint64_t tmr, uint32_t length)
{
    struct sev_init parameters = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = tmr, .tmr_length = length};

    return board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters));
}

/** Gives the firmware all pages of a range. */
static void give_range(uint64_t paddr, uint32_t length)
{
    for (uint64_t at = paddr; at < paddr + length; at += RMP_PAGE_BYTES) {
        snp_give(at);
    }
}

/** Gives what SEV's commands write: parameters and buffers of the flows. */
static void give_outputs(void)
{
    give_range(BOARD_PARAMETERS, RMP_PAGE_BYTES);
    give_range(BOARD_BUFFER(0), 3 * MIB);
}

static void init_after_snp_init_wants_a_tmr_of_the_firmware(void **state)
{
    (void)state;
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_INVALID_PAGE_STATE);
    give_range(BOARD_TMR, 2 * MIB);
    snp_take(BOARD_TMR + 2 * MIB - RMP_PAGE_BYTES);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_INVALID_PAGE_STATE);
    snp_give(BOARD_TMR + 2 * MIB - RMP_PAGE_BYTES);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state(), SEV_PLATFORM_INIT);
    /* What the firmware needs is not given back. */
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, BOARD_TMR), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, BOARD_TMR), SEV_STATUS_SUCCESS);
}

static void snp_init_takes_the_tmr_of_an_earlier_init(void **state)
{
    (void)state;
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    for (uint32_t at = 0; at < 2 * MIB; at += RMP_PAGE_BYTES) {
        assert_int_equal(snp_state(BOARD_TMR + at), RMP_FIRMWARE);
    }
    assert_int_equal(snp_state(BOARD_TMR - 1), RMP_HYPERVISOR);
    assert_int_equal(snp_state(BOARD_TMR + 2 * MIB), RMP_HYPERVISOR);
}

static void snp_init_refuses_a_tmr_that_is_not_whole_regions(void **state)
{
    (void)state;
    assert_int_equal(init_es(BOARD_TMR, MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(board_memctl()->rmp.flags, 0);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_es(BOARD_TMR + MIB, 2 * MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
}

/** The RMP stayed in force, and INIT was given pages that are the host's there. */
static void so_does_snp_init_that_goes_on_with_a_table(void **state)
{
    (void)state;
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(BOARD_TMR), RMP_HYPERVISOR);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
    for (uint32_t at = 0; at < 2 * MIB; at += RMP_PAGE_BYTES) {
        assert_int_equal(snp_state(BOARD_TMR + at), RMP_FIRMWARE);
    }
    assert_int_equal(snp_state(BOARD_TMR - 1), RMP_HYPERVISOR);
    assert_int_equal(snp_state(BOARD_TMR + 2 * MIB), RMP_HYPERVISOR);
    /* What is in it is wiped, as ever. */
    memset(board_dram(BOARD_TMR), 0x5A, RMP_PAGE_BYTES);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_dram(BOARD_TMR)[0], 0);
}

static void which_refuses_what_has_become_somebody_elses(void **state)
{
    const uint64_t last = BOARD_TMR + 2 * MIB - RMP_PAGE_BYTES;

    (void)state;
    snp_assign(last, SNP_ASID, 0);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_UNINIT);
    assert_int_equal(snp_state(BOARD_TMR), RMP_HYPERVISOR);
    assert_int_equal(snp_state(last), RMP_PRE_GUEST);
    assert_int_equal(board_memctl()->rmp.flags, FABRIC_RMP_PROTECTED | FABRIC_RMP_ENFORCED);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(0), SEV_STATUS_SUCCESS);
}

/** A page of 2 MiB, a part of which the firmware needs, does not become the host's by the other. */
static void status_page_stays_while_the_firmware_needs_a_part_of_it(void **state)
{
    const struct rmp_page whole = {.state = RMP_FIRMWARE, .size = RMP_2M_PAGE};
    const uint64_t status_page = BOARD_NV_BLOCK + MIB;

    (void)state;
    give_outputs();
    snp_set(BOARD_NV_BLOCK, &whole);
    memset(board_dram(BOARD_NV_BLOCK), 0xFF, SEV_NV_BYTES);
    assert_int_equal(board_init_ex(), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, status_page), SEV_STATUS_SUCCESS);
    assert_int_equal(board_dram(status_page)[0], SNP_API_MAJOR);
    assert_int_equal(snp_state(BOARD_NV_BLOCK), RMP_FIRMWARE);
    assert_int_equal(board_order(SEV_COMMAND_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, status_page), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(BOARD_NV_BLOCK), RMP_RECLAIM);
}

static void snp_init_waits_for_the_end_of_sev_guests(void **state)
{
    uint32_t handle;

    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    handle = flow_start(NULL, 0);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_INVALID_CONFIG);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_UNINIT);
    assert_int_equal(board_order_guest(SEV_COMMAND_DECOMMISSION, handle), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
}

static void sev_es_guests_are_launched_while_snp_is_on(void **state)
{
    struct sev_measurement measurement;
    uint32_t handle;

    (void)state;
    give_outputs();
    give_range(BOARD_TMR, 2 * MIB);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    flow_flush();
    handle = flow_start(NULL, SEV_POLICY_ES);
    assert_int_equal(flow_activate(handle, 7), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_update(handle, GUEST_PAGE, RMP_PAGE_BYTES), SEV_STATUS_SUCCESS);
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_state(GUEST_PAGE), RMP_HYPERVISOR);
}

static void memory_of_snp_guests_is_not_updated(void **state)
{
    static uint8_t before[RMP_PAGE_BYTES];
    uint32_t handle;

    (void)state;
    give_outputs();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    flow_flush();
    handle = flow_start(NULL, 0);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    snp_assign(GUEST_PAGE, SNP_ASID, 0);
    memcpy(before, board_dram(GUEST_PAGE), sizeof(before));
    assert_int_equal(flow_update(handle, GUEST_PAGE, RMP_PAGE_BYTES),
                     SEV_STATUS_INVALID_PAGE_STATE);
    assert_memory_equal(board_dram(GUEST_PAGE), before, sizeof(before));
    snp_take(GUEST_PAGE);
    assert_int_equal(flow_update(handle, GUEST_PAGE, RMP_PAGE_BYTES), SEV_STATUS_SUCCESS);
}

/** While ciphertext is hidden, SEV-ES guests have the ASIDs above those of SEV-SNP guests. */
static void hidden_ciphertext_parts_asids(void **state)
{
    struct snp_init_ex parameters = {.flags = SNP_INIT_RMP | SNP_INIT_CIPHERTEXT_HIDING_EN,
                                     .max_snp_asid = 6};
    uint32_t handle;

    (void)state;
    assert_int_equal(board_command(SNP_COMMAND_INIT_EX, &parameters, sizeof(parameters)),
                     SEV_STATUS_SUCCESS);
    give_outputs();
    give_range(BOARD_TMR, 2 * MIB);
    assert_int_equal(init_es(BOARD_TMR, 2 * MIB), SEV_STATUS_SUCCESS);
    flow_flush();
    handle = flow_start(NULL, SEV_POLICY_ES);
    assert_int_equal(flow_activate(handle, 6), SEV_STATUS_INVALID_ASID);
    assert_int_equal(flow_activate(handle, 7), SEV_STATUS_SUCCESS);
    handle = flow_start(NULL, 0);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
}

static void sev_shutdown_leaves_snp_guests_alone(void **state)
{
    (void)state;
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    assert_int_equal(snp_create(SNP_PAGE(0)), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SEV_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_snp_state(), SNP_PLATFORM_INIT);
    assert_int_equal(snp_state(SNP_PAGE(0)), RMP_CONTEXT);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, SNP_PAGE(0)), SEV_STATUS_SUCCESS);
}

static void snp_shutdown_leaves_sev_guests_alone(void **state)
{
    uint32_t handle;

    (void)state;
    give_outputs();
    assert_int_equal(board_init(0), SEV_STATUS_SUCCESS);
    flow_flush();
    handle = flow_start(NULL, 0);
    assert_int_equal(flow_activate(handle, BOARD_ASID), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state(), SEV_PLATFORM_WORKING);
    assert_int_equal(guest_find(handle)->asid, BOARD_ASID);
    assert_true((board_memctl()->slots[BOARD_ASID].flags & FABRIC_SLOT_VALID) != 0);
    assert_int_equal(flow_update(handle, GUEST_PAGE, RMP_PAGE_BYTES), SEV_STATUS_SUCCESS);
}

static void machine_is_kept_while_either_platform_needs_it(void **state)
{
    (void)state;
    assert_int_equal(board_order(SNP_COMMAND_SHUTDOWN), SEV_STATUS_SUCCESS);
    /* The RMP is still in force: where DRAM is does not change under it. */
    snp_machine()->ranges[0].base = 0x100000;
    assert_int_equal(snp_order(SNP_COMMAND_PLATFORM_STATUS, SNP_PAGE(0)), SEV_STATUS_SUCCESS);
    assert_int_equal(board_dram(SNP_PAGE(0))[0], SNP_API_MAJOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(init_after_snp_init_wants_a_tmr_of_the_firmware, snp_boot_init),
        cmocka_unit_test_setup(snp_init_takes_the_tmr_of_an_earlier_init, snp_boot),
        cmocka_unit_test_setup(snp_init_refuses_a_tmr_that_is_not_whole_regions, snp_boot),
        cmocka_unit_test_setup(so_does_snp_init_that_goes_on_with_a_table, snp_boot_init),
        cmocka_unit_test_setup(which_refuses_what_has_become_somebody_elses, snp_boot_init),
        cmocka_unit_test_setup(status_page_stays_while_the_firmware_needs_a_part_of_it,
                               snp_boot_init),
        cmocka_unit_test_setup(snp_init_waits_for_the_end_of_sev_guests, snp_boot),
        cmocka_unit_test_setup(sev_es_guests_are_launched_while_snp_is_on, snp_boot_init),
        cmocka_unit_test_setup(memory_of_snp_guests_is_not_updated, snp_boot_init),
        cmocka_unit_test_setup(hidden_ciphertext_parts_asids, snp_boot),
        cmocka_unit_test_setup(sev_shutdown_leaves_snp_guests_alone, snp_boot_init),
        cmocka_unit_test_setup(snp_shutdown_leaves_sev_guests_alone, snp_boot_init),
        cmocka_unit_test_setup(machine_is_kept_while_either_platform_needs_it, snp_boot_init),
    };

    return cmocka_run_group_tests_name("SNP beside SEV", tests, NULL, NULL);
}
