/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMSAs of SEV-ES guests while SEV-SNP is on: their pages are the hypervisor's, and may be given to an SNP
 * guest between any two accesses of the firmware. The command is refused then; no VMSA is lost or stays
 * locked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "abi/vmsa_table.h"

#include "tests/unit/firmware_flow.h"
#include "tests/unit/firmware_snp_pages.h"

#define MIB 0x100000u
#define GUEST_PAGE SNP_PAGE(100)
#define VMSA_PAGE SNP_PAGE(101)
#define OTHER_PAGE SNP_PAGE(102)
#define AWAY (BOARD_BUFFER(0) + 0x10000u)
#define ENTRY (BOARD_BUFFER(0) + 0x20000u)

static enum sev_status init_es(void)
{
    struct sev_init parameters = {
        .options = SEV_INIT_OPTION_ES, .tmr_paddr = BOARD_TMR, .tmr_length = 2 * MIB};

    return board_command(SEV_COMMAND_INIT, &parameters, sizeof(parameters));
}

/** Gives the firmware all pages of a range. */
static void give_range(uint64_t paddr, uint32_t length)
{
    for (uint64_t at = paddr; at < paddr + length; at += RMP_PAGE_BYTES) {
        snp_give(at);
    }
}

static uint32_t step;
static uint32_t wanted_step;
static uint64_t wanted_page;

/** A page becomes an SNP guest's at one step. */
static void give_page_away(void *context, const struct hosted_step *access)
{
    const struct rmpupdate_state guests = {.gpa = 0x1000, .assigned = 1, .asid = SNP_ASID};

    (void)context;
    (void)access;
    if (step++ == wanted_step) {
        (void)pages_update(wanted_page, &guests);
    }
}

/** A command, during which a page is given away at a step. The page is the host's again then. */
static enum sev_status run(uint32_t id, void *parameters, uint32_t size, uint64_t page)
{
    enum sev_status status;

    step = 0;
    wanted_page = page;
    hosted_set_access_hook(give_page_away, NULL);
    status = board_command(id, parameters, size);
    hosted_set_access_hook(NULL, NULL);
    if (snp_state(page) != RMP_HYPERVISOR) {
        pages_take(page, false);
    }
    assert_true(status == SEV_STATUS_SUCCESS || status == SEV_STATUS_INVALID_PAGE_STATE);
    return status;
}

/** Whether the one VMSA that there is can be run at a page; none is locked. */
static bool vmsa_is_at(uint64_t paddr)
{
    const struct vmsa_entry *table = (const struct vmsa_entry *)(void *)board_dram(BOARD_TMR);
    uint32_t found = 0;

    for (uint32_t i = 0; i < VMSA_TABLE_ENTRIES; i++) {
        assert_int_not_equal(table[i].state, VMSA_ENTRY_LOCKED);
        found += table[i].state == VMSA_ENTRY_USED && table[i].paddr == paddr;
    }
    return found == 1;
}

/** A guest with a VMSA. @return its handle */
static uint32_t make_es_guest(void)
{
    struct sev_launch_update update = {.paddr = VMSA_PAGE, .length = RMP_PAGE_BYTES};

    pages_attach();
    give_range(BOARD_PARAMETERS, RMP_PAGE_BYTES);
    give_range(BOARD_BUFFER(0), 3 * MIB);
    give_range(BOARD_TMR, 2 * MIB);
    assert_int_equal(init_es(), SEV_STATUS_SUCCESS);
    flow_flush();
    update.handle = flow_start(NULL, SEV_POLICY_ES);
    assert_int_equal(flow_activate(update.handle, 7), SEV_STATUS_SUCCESS);
    assert_int_equal(board_command(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &update, sizeof(update)),
                     SEV_STATUS_SUCCESS);
    return update.handle;
}

/** COPY into a VMSA's page, which was given away when the VMSA was locked: it does not stay so. */
static void no_vmsa_stays_locked_whose_page_was_given_away(void **state)
{
    struct sev_copy copy = {
        .handle = make_es_guest(), .length = 16, .src_paddr = GUEST_PAGE, .dst_paddr = VMSA_PAGE};
    uint32_t refused = 0;

    (void)state;
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        refused += run(SEV_COMMAND_COPY, &copy, sizeof(copy), VMSA_PAGE) != SEV_STATUS_SUCCESS;
        assert_true(vmsa_is_at(VMSA_PAGE));
    }
    assert_true(refused > 1 && refused < wanted_step);
}

/** COPY of a VMSA to a page that was given away: the VMSA is where it was, as it was. */
static void a_vmsa_does_not_move_to_a_page_that_was_given_away(void **state)
{
    const uint32_t handle = make_es_guest();
    struct sev_copy copy = {handle, RMP_PAGE_BYTES, VMSA_PAGE, OTHER_PAGE};
    struct sev_copy back = {handle, RMP_PAGE_BYTES, OTHER_PAGE, VMSA_PAGE};
    uint32_t refused = 0;

    (void)state;
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        if (run(SEV_COMMAND_COPY, &copy, sizeof(copy), OTHER_PAGE) != SEV_STATUS_SUCCESS) {
            refused++;
            assert_true(vmsa_is_at(VMSA_PAGE));
            continue;
        }
        assert_true(vmsa_is_at(OTHER_PAGE));
        assert_int_equal(board_command(SEV_COMMAND_COPY, &back, sizeof(back)), SEV_STATUS_SUCCESS);
        assert_true(vmsa_is_at(VMSA_PAGE)); /* It was intact, else it would not have moved. */
    }
    assert_true(refused > 1 && refused < wanted_step);
}

/** SWAP_IN of a VMSA to such a page: it can still come back. */
static void a_vmsa_comes_back_later(void **state)
{
    const uint32_t handle = make_es_guest();
    struct sev_measurement measurement;
    struct sev_swap_out out = {.handle = handle,
                               .flags = SEV_SWAP_VMSA << 1,
                               .src_paddr = VMSA_PAGE,
                               .dst_paddr = AWAY,
                               .mdata_paddr = ENTRY};
    struct sev_swap_in in = {.handle = handle,
                             .flags = SEV_SWAP_VMSA << 1,
                             .src_paddr = AWAY,
                             .dst_paddr = VMSA_PAGE,
                             .mdata_paddr = ENTRY};
    uint32_t refused = 0;

    (void)state;
    assert_int_equal(flow_measure(handle, &measurement), SEV_STATUS_SUCCESS);
    assert_int_equal(board_order_guest(SEV_COMMAND_LAUNCH_FINISH, handle), SEV_STATUS_SUCCESS);
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        assert_int_equal(board_command(SEV_COMMAND_SWAP_OUT, &out, sizeof(out)),
                         SEV_STATUS_SUCCESS);
        if (run(SEV_COMMAND_SWAP_IN, &in, sizeof(in), VMSA_PAGE) != SEV_STATUS_SUCCESS) {
            refused++;
            assert_false(vmsa_is_at(VMSA_PAGE));
            assert_int_equal(board_command(SEV_COMMAND_SWAP_IN, &in, sizeof(in)),
                             SEV_STATUS_SUCCESS);
        }
        assert_true(vmsa_is_at(VMSA_PAGE));
    }
    assert_true(refused > 1 && refused < wanted_step);
}

/** LAUNCH_UPDATE_VMSA of such a page: it is none, and can become one. */
static void a_page_that_could_not_be_written_is_no_vmsa(void **state)
{
    struct sev_launch_update update = {
        .handle = make_es_guest(), .paddr = OTHER_PAGE, .length = RMP_PAGE_BYTES};
    uint32_t refused = 0;

    (void)state;
    for (wanted_step = 0, step = UINT32_MAX; step > wanted_step; wanted_step++) {
        const enum sev_status status =
            run(SEV_COMMAND_LAUNCH_UPDATE_VMSA, &update, sizeof(update), OTHER_PAGE);

        refused += status != SEV_STATUS_SUCCESS;
        assert_true(vmsa_is_at(VMSA_PAGE)); /* And none is locked. */
        if (status == SEV_STATUS_SUCCESS) {
            assert_true(vmsa_is_at(OTHER_PAGE));
        }
    }
    assert_true(refused > 1 && refused < wanted_step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_vmsa_stays_locked_whose_page_was_given_away, snp_boot_init),
        cmocka_unit_test_setup(a_vmsa_does_not_move_to_a_page_that_was_given_away, snp_boot_init),
        cmocka_unit_test_setup(a_vmsa_comes_back_later, snp_boot_init),
        cmocka_unit_test_setup(a_page_that_could_not_be_written_is_no_vmsa, snp_boot_init),
    };

    return cmocka_run_group_tests_name("VMSAs of SEV-ES guests beside SNP", tests, NULL, NULL);
}
