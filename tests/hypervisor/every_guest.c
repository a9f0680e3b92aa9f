/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of SEV-SNP that names a guest (every.h).
 */
#include "tests/hypervisor/every.h"
#include "tests/hypervisor/guest.h"

#define GUEST_AT 40u
#define GUEST_ASID 3u

/** Pages of every state but Context, of a guest that is gone, and no page. */
static void guests_are_their_context_pages(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; rows[i].guest_states != 0 && j < EVERY_STATES; j++) {
            if (every_states[j] == X86_RMP_CONTEXT) {
                continue;
            }
            request_make(&request, &rows[i]);
            request_set_address(&request, rows[i].handle_offset, every_page_in(every_states[j]));
            every_refused(&request, SEV_STATUS_INVALID_GUEST, x86_rmp_state_name(every_states[j]));
        }
        if (rows[i].guest_states != 0) {
            request_make(&request, &rows[i]);
            const uint64_t gctx = request_address(&request, rows[i].handle_offset);
            const uint64_t wrong[] = {gctx + 8, gctx + DRAM_PAGE_BYTES / 2u, suite.low_end,
                                      EVERY_NO_ADDRESS};

            for (size_t j = 0; j < sizeof wrong / sizeof wrong[0]; j++) {
                request_set_address(&request, rows[i].handle_offset, wrong[j]);
                every_refused(&request, SEV_STATUS_INVALID_ADDRESS, "guest elsewhere");
            }
            assert_status(SNP_OF(DECOMMISSION, gctx), SUCCESS);
            request_set_address(&request, rows[i].handle_offset, gctx);
            every_refused(&request, SEV_STATUS_INVALID_GUEST, "a guest's end");
        }
    }
}

static void guests_must_be_in_the_right_state(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (unsigned wrong = SNP_GUEST_INIT;
             rows[i].guest_states != 0 && wrong <= SNP_GUEST_RUNNING; wrong++) {
            if ((rows[i].guest_states >> wrong & 1u) == 0) {
                request_make(&request, &rows[i]);
                request_set_address(&request, rows[i].handle_offset,
                                    guest_in((enum snp_guest_state)wrong, true,
                                             hypervisor_page(GUEST_AT), GUEST_ASID));
                every_refused(&request, SEV_STATUS_INVALID_GUEST_STATE,
                              snp_guest_state_name(wrong));
            }
        }
    }
}

static void guests_must_be_active(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].needs_active) {
            request_make(&request, &rows[i]);
            request_set_address(
                &request, rows[i].handle_offset,
                guest_in(SNP_GUEST_LAUNCH, false, hypervisor_page(GUEST_AT), GUEST_ASID));
            every_refused(&request, SEV_STATUS_INACTIVE, "a guest without ASID");
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(guests_are_their_context_pages),
    cmocka_unit_test(guests_must_be_in_the_right_state),
    cmocka_unit_test(guests_must_be_active),
};

PROGRAM_GROUP(every_guest, tests);
