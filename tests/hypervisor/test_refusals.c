/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field of a valid request is wrong: INVALID_PARAM, and nothing has changed (SNP 2).
 */
#include <string.h>

#include "tests/hypervisor/every.h"
#include "tests/hypervisor/guest.h"

/** A byte that is set to what it must not be. */
static const struct {
    uint32_t id;
    size_t offset;
    uint8_t value;
} wrong[] = {
#define AT(command, type, member, skip, value)                                                     \
    {                                                                                              \
        SNP_COMMAND_##command, offsetof(struct type, member) + (skip), (value)                     \
    }
    AT(ACTIVATE_EX, snp_activate_ex, reserved_04, 0, 1),
    AT(HV_REPORT_REQ, snp_hv_report_req, key_sel, 0, 3),
    AT(HV_REPORT_REQ, snp_hv_report_req, key_sel, 0, 4),
    AT(HV_REPORT_REQ, snp_hv_report_req, key_sel, 3, 0x80),
    AT(LAUNCH_START, snp_launch_start, policy, 2, 1), /* Without bit 17. */
    AT(LAUNCH_START, snp_launch_start, policy, 7, 0x80),
    AT(LAUNCH_START, snp_launch_start, flags, 0, 4),
    AT(LAUNCH_START, snp_launch_start, flags, 0, 2), /* IMI_EN without MIGRATE_MA. */
    AT(LAUNCH_START, snp_launch_start, flags, 3, 0x80),
    AT(LAUNCH_UPDATE, snp_launch_update, flags, 0, 0),       /* Type 0. */
    AT(LAUNCH_UPDATE, snp_launch_update, flags, 0, 7u << 1), /* Type 7. */
    AT(LAUNCH_UPDATE, snp_launch_update, flags, 0, 0x12),    /* IMI_PAGE without IMI_EN. */
    AT(LAUNCH_UPDATE, snp_launch_update, flags, 0, 0x22),
    AT(LAUNCH_UPDATE, snp_launch_update, reserved_0c, 0, 1),
    AT(LAUNCH_UPDATE, snp_launch_update, reserved_18, 0, 1),
    AT(LAUNCH_UPDATE, snp_launch_update, reserved_1c, 3, 1),
    AT(LAUNCH_UPDATE, snp_launch_update, vmpl1_perms, 0, 0x20),
    AT(LAUNCH_UPDATE, snp_launch_update, vmpl3_perms, 0, 0x80),
    AT(LAUNCH_FINISH, snp_launch_finish, flags, 0, 2), /* AUTH_KEY_EN alone. */
    AT(LAUNCH_FINISH, snp_launch_finish, flags, 0, 8),
    AT(LAUNCH_FINISH, snp_launch_finish, flags, 7, 0x80),
    AT(VERIFY_MITIGATION, snp_verify_mitigation, subcommand, 0, 2),
    AT(VERIFY_MITIGATION, snp_verify_mitigation, vector, 0, 2),
    AT(VERIFY_MITIGATION, snp_verify_mitigation, flags, 0, 5),
    AT(VERIFY_MITIGATION, snp_verify_mitigation, reserved_28, 23, 1),
    AT(PAGE_SWAP_OUT, snp_page_swap, flags, 0, 6), /* Type 3. */
    AT(PAGE_SWAP_OUT, snp_page_swap, flags, 0, 0x20),
    AT(PAGE_SWAP_OUT, snp_page_swap, flags, 7, 0x80),
    AT(PAGE_SWAP_IN, snp_page_swap, flags, 0, 6),
    AT(PAGE_SWAP_IN, snp_page_swap, flags, 0, 0x20),
    AT(PAGE_SWAP_IN, snp_page_swap, software_data, 0, 1),
    AT(PAGE_MOVE, snp_page_move, flags, 0, 2),
    AT(PAGE_MOVE, snp_page_move, reserved_0c, 0, 1),
    AT(PAGE_SET_STATE, snp_page_set_state, reserved_04, 0, 1),
    AT(VLEK_LOAD, snp_vlek_load, wrapped_version, 0, 1),
    AT(VLEK_LOAD, snp_vlek_load, reserved_05, 2, 1),
#undef AT
};

static void wrong_fields_are_invalid_param(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct row *row = row_find(wrong[i].id);
        uint8_t before;

        assert_non_null(row);
        request_make(&request, row);
        before = request.parameters[wrong[i].offset];
        request.parameters[wrong[i].offset] = wrong[i].value;
        if (request_issue(&request) != SEV_STATUS_INVALID_PARAM) {
            fail_msg("%s: byte %zx is %x: %s", row->name, wrong[i].offset, wrong[i].value,
                     sev_result_text(request_issue(&request)));
        }
        request.parameters[wrong[i].offset] = before;
        every_expect(row, request_issue(&request), request_success(&request), "afterwards");
    }
}

/** Requests whose guest has another policy than the command wants. */
static void policies_are_kept(void **state)
{
    static const struct {
        uint32_t id;
        uint64_t policy;
    } forbidden[] = {
        {SNP_COMMAND_DBG_DECRYPT, GUEST_POLICY},
        {SNP_COMMAND_DBG_ENCRYPT, GUEST_POLICY},
        {SNP_COMMAND_PAGE_SWAP_OUT, GUEST_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
        {SNP_COMMAND_PAGE_SWAP_IN, GUEST_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
        {SNP_COMMAND_PAGE_MOVE, GUEST_POLICY | SNP_POLICY_PAGE_SWAP_DISABLE},
    };
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        const struct row *row = row_find(forbidden[i].id);
        uint64_t gctx;

        request_make(&request, row);
        gctx = guest_start(hypervisor_page(40), forbidden[i].policy);
        guest_activate(gctx, 3);
        request_set_address(&request, row->handle_offset, gctx);
        every_refused(&request, SEV_STATUS_POLICY_FAILURE, "another policy");
    }
}

/** What the machine cannot keep, a launch does not begin with. */
static void policies_must_be_kept_by_the_machine(void **state)
{
    const uint64_t impossible[] = {
        GUEST_POLICY | 1u << 8 | 59u, /* API 1.59 */
        GUEST_POLICY | 2u << 8,       /* API 2.0 */
        GUEST_POLICY | SNP_POLICY_RAPL_DIS,
    };
    struct snp_launch_start start = {.gctx_paddr = 0};

    (void)state;
    hypervisor_to_init();
    start.gctx_paddr = hypervisor_create(hypervisor_page(0));
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        start.policy = impossible[i];
        assert_status(SNP_RUN(LAUNCH_START, &start), POLICY_FAILURE);
        assert_int_equal(guest_status_of(start.gctx_paddr).state, SNP_GUEST_INIT);
    }
    start.policy = GUEST_POLICY | 1u << 8 | 58u;
    assert_status(SNP_RUN(LAUNCH_START, &start), SUCCESS);
    assert_int_equal(guest_status_of(start.gctx_paddr).policy, start.policy);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(wrong_fields_are_invalid_param),
    cmocka_unit_test(policies_are_kept),
    cmocka_unit_test(policies_must_be_kept_by_the_machine),
};

PROGRAM_GROUP(refusals, tests);
