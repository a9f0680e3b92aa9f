/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests of SEV-SNP from the outside (SNP 2.4 to 2.8): contexts, ASIDs and flushes, with every status of
 * SNP_GCTX_CREATE, SNP_DECOMMISSION, SNP_ACTIVATE, SNP_ACTIVATE_EX, SNP_GUEST_STATUS and SNP_DF_FLUSH.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/firmware_snp_pages.h"

#define GCTX SNP_PAGE(0)
#define OTHER SNP_PAGE(1)
#define IDS SNP_PAGE(2)
#define STATUS SNP_PAGE(3)

static enum sev_status activate(uint64_t gctx, uint32_t asid)
{
    struct snp_activate parameters = {.gctx_paddr = gctx, .asid = asid};

    return board_command(SNP_COMMAND_ACTIVATE, &parameters, sizeof parameters);
}

static enum sev_status activate_on(uint32_t asid, const uint32_t *ids, uint32_t count)
{
    struct snp_activate_ex parameters = {.length = sizeof parameters,
                                         .gctx_paddr = GCTX,
                                         .asid = asid,
                                         .num_ids = count,
                                         .ids_paddr = IDS};

    memcpy(board_dram(IDS), ids, count * sizeof *ids);
    return board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters);
}

static enum sev_status status_of(uint64_t gctx, uint64_t page)
{
    struct snp_guest_status parameters = {.gctx_paddr = gctx, .status_paddr = page};

    return board_command(SNP_COMMAND_GUEST_STATUS, &parameters, sizeof parameters);
}

/** Makes a guest in LAUNCH without ASID. */
static void make(uint64_t gctx, uint64_t policy)
{
    pages_give(gctx, false);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, gctx), SEV_STATUS_SUCCESS);
    pages_guest(gctx)->state = SNP_GUEST_LAUNCH;
    pages_guest(gctx)->policy = policy;
}

/** Two sockets of two cores, whose WBINVDs are reported. */
static int boot(void **state)
{
    struct fabric_config *machine;

    (void)snp_boot(state);
    machine = snp_machine();
    machine->flags |= FABRIC_FLAG_WBINVD_REPORTED;
    machine->sockets = 2;
    for (uint32_t core = 0; core < 4; core++) {
        snp_core(core)->socket = core / 2;
        snp_core(core)->complex = core;
        snp_core(core)->apic_id = 0x10 + core;
    }
    assert_int_equal(snp_init_ex(SNP_INIT_RMP), SEV_STATUS_SUCCESS);
    board_wbinvd();
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    pages_attach();
    return 0;
}

static void contexts_are_made_of_firmware_pages(void **state)
{
    (void)state;
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, GCTX), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, GCTX + 8), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, hosted_dram_bytes()),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, SNP_RMP_BASE), SEV_STATUS_INVALID_ADDRESS);
    pages_give(SNP_REGION(0), true);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, SNP_REGION(0) + 0x1000),
                     SEV_STATUS_INVALID_PAGE_SIZE);
    make(GCTX, 0);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, GCTX), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, OTHER), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX + 16), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX | BOARD_C_BIT), SEV_STATUS_SUCCESS);
    assert_int_equal(pages_state(GCTX), X86_RMP_FIRMWARE);
    pages_check_counts();
}

static void the_status_of_a_guest_is_told(void **state)
{
    const struct snp_guest_status_page *page =
        (const struct snp_guest_status_page *)(const void *)board_dram(STATUS);

    (void)state;
    make(GCTX, 0x123456789);
    assert_int_equal(status_of(GCTX, STATUS), SEV_STATUS_INVALID_PAGE_STATE);
    pages_give(STATUS, false);
    memset(board_dram(STATUS), 0xFF, SNP_PAGE_BYTES);
    assert_int_equal(status_of(OTHER, STATUS), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(status_of(GCTX + 1, STATUS), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(status_of(GCTX, STATUS + 4), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(status_of(GCTX, GCTX), SEV_STATUS_INVALID_PAGE_STATE);
    assert_int_equal(status_of(GCTX, STATUS), SEV_STATUS_SUCCESS);
    assert_int_equal(page->policy, 0x123456789);
    assert_int_equal(page->asid, 0);
    assert_int_equal(page->state, SNP_GUEST_LAUNCH);
    assert_int_equal(board_dram(STATUS)[0x1F], 0);
    assert_int_equal(board_dram(STATUS)[0x20], 0xFF);
    assert_int_equal(pages_state(STATUS), X86_RMP_FIRMWARE);
    assert_int_equal(activate(GCTX, 7), SEV_STATUS_SUCCESS);
    assert_int_equal(status_of(GCTX, STATUS), SEV_STATUS_SUCCESS);
    assert_int_equal(page->asid, 7);
}

static void asids_are_bound_once(void **state)
{
    (void)state;
    make(GCTX, 0);
    make(OTHER, 0);
    assert_int_equal(activate(SNP_PAGE(9), 1), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(activate(GCTX, 0), SEV_STATUS_INVALID_ASID);
    assert_int_equal(activate(GCTX, BOARD_ASID), SEV_STATUS_INVALID_ASID);
    assert_int_equal(activate(GCTX, UINT32_MAX), SEV_STATUS_INVALID_ASID);
    pages_guest(GCTX)->state = SNP_GUEST_INIT;
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_INVALID_GUEST_STATE);
    pages_guest(GCTX)->state = SNP_GUEST_RUNNING;
    assert_int_equal(activate(GCTX, BOARD_ASID - 1), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->slots[BOARD_ASID - 1].flags, FABRIC_SLOT_VALID);
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_ACTIVE);
    assert_int_equal(activate(OTHER, BOARD_ASID - 1), SEV_STATUS_ASID_OWNED);
    assert_int_equal(activate(GCTX, BOARD_ASID - 1), SEV_STATUS_SUCCESS);
}

static void asids_wait_for_pages_and_flushes(void **state)
{
    const struct pages_place page = {SNP_PAGE(20), 0x1000, 1, false};

    (void)state;
    make(GCTX, 0);
    make(OTHER, 0);
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_SUCCESS);
    pages_make_pre_guest(&page);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_SUCCESS);
    assert_int_equal(board_memctl()->slots[1].flags, 0);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(activate(OTHER, 1), SEV_STATUS_WBINVD_REQUIRED);
    board_wbinvd();
    assert_int_equal(activate(OTHER, 1), SEV_STATUS_DFFLUSH_REQUIRED);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_SUCCESS);
    /* Its memory is still there: the new guest would own it. */
    assert_int_equal(activate(OTHER, 1), SEV_STATUS_INVALID_CONFIG);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, page.paddr), SEV_STATUS_SUCCESS);
    assert_int_equal(activate(OTHER, 1), SEV_STATUS_INVALID_CONFIG);
    pages_take(page.paddr, false);
    assert_int_equal(activate(OTHER, 1), SEV_STATUS_SUCCESS);
}

static void one_socket_is_enough_for_some(void **state)
{
    static const uint32_t first[] = {0x10, 0x11};
    static const uint32_t both[] = {0x11, 0x12};

    (void)state;
    make(GCTX, SNP_POLICY_SINGLE_SOCKET);
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(activate_on(1, both, 2), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(board_memctl()->slots[1].flags, 0);
    assert_int_equal(activate_on(1, first, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(activate_on(1, first, 2), SEV_STATUS_SUCCESS);
    assert_int_equal(activate_on(1, both, 2), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_POLICY_FAILURE);
}

static void lists_of_cores_are_checked(void **state)
{
    static const uint32_t ids[] = {0x10, 0x20};
    struct snp_activate_ex parameters = {
        .length = sizeof parameters, .gctx_paddr = GCTX, .asid = 1, .num_ids = 1, .ids_paddr = IDS};

    (void)state;
    make(GCTX, 0);
    assert_int_equal(activate_on(1, ids, 2), SEV_STATUS_INVALID_PARAM);
    parameters.reserved_04 = 1;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PARAM);
    parameters.reserved_04 = 0;
    parameters.length--;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.length++;
    parameters.num_ids = 0;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.num_ids = FABRIC_CORES_MAX + 1;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_LENGTH);
    parameters.num_ids = 1;
    parameters.ids_paddr = IDS + 2;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_ADDRESS);
    parameters.ids_paddr = GCTX;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_INVALID_PAGE_STATE);
    parameters.ids_paddr = IDS;
    assert_int_equal(board_command(SNP_COMMAND_ACTIVATE_EX, &parameters, sizeof parameters),
                     SEV_STATUS_SUCCESS);
}

static void nothing_of_this_works_before_init(void **state)
{
    (void)state;
    (void)snp_boot(NULL);
    assert_int_equal(activate(GCTX, 1), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(status_of(GCTX, STATUS), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_GCTX_CREATE, GCTX), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_DECOMMISSION, GCTX), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(snp_order(SNP_COMMAND_PAGE_RECLAIM, GCTX), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(board_order(SNP_COMMAND_DF_FLUSH), SEV_STATUS_INVALID_PLATFORM_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(contexts_are_made_of_firmware_pages, boot),
        cmocka_unit_test_setup(the_status_of_a_guest_is_told, boot),
        cmocka_unit_test_setup(asids_are_bound_once, boot),
        cmocka_unit_test_setup(asids_wait_for_pages_and_flushes, boot),
        cmocka_unit_test_setup(one_socket_is_enough_for_some, boot),
        cmocka_unit_test_setup(lists_of_cores_are_checked, boot),
        cmocka_unit_test_setup(nothing_of_this_works_before_init, boot),
    };

    return cmocka_run_group_tests_name("SNP guests", tests, NULL, NULL);
}
