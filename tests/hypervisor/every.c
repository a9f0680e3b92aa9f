/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of SEV-SNP (every.h): states of the platform, and parameters.
 */
#include "tests/hypervisor/every.h"

#include "tests/conformance/case.h"
#include "tests/conformance/exchange.h"

#include <string.h>

#include "tests/hypervisor/unchanged.h"

#define FIRST_PAGE 8u /**< Of those in a certain state. */

const enum x86_rmp_state every_states[EVERY_STATES] = {
    X86_RMP_DEFAULT,  X86_RMP_HYPERVISOR,    X86_RMP_HV_FIXED,    X86_RMP_FIRMWARE,
    X86_RMP_RECLAIM,  X86_RMP_CONTEXT,       X86_RMP_METADATA,    X86_RMP_PRE_GUEST,
    X86_RMP_PRE_SWAP, X86_RMP_GUEST_INVALID, X86_RMP_GUEST_VALID,
};

uint64_t every_page_in(enum x86_rmp_state state)
{
    const uint64_t paddr = hypervisor_page(FIRST_PAGE + (unsigned)state);

    switch (state) {
    case X86_RMP_DEFAULT:
        return hypervisor.unowned;
    case X86_RMP_HV_FIXED:
        return hypervisor.fixed;
    default:
        assert_true(hypervisor_make(paddr, state));
        return paddr;
    }
}

void every_expect(const struct row *row, int status, enum sev_status expected, const char *what)
{
    case_note_status(status, expected, __FILE__);
    if (status != (int)expected) {
        exchange_expected((int)expected);
        fail_msg("%s: %s: %s, not %s", row->name, what, sev_result_text(status),
                 sev_result_text((int)expected));
    }
}

void every_refused(const struct request *request, enum sev_status expected, const char *what)
{
    unchanged_take();
    every_expect(request->row, request_issue(request), expected, what);
    unchanged_check(request->row->name, what);
}

void every_refused_at(const struct row *row, uint64_t paddr, enum sev_status expected,
                      const char *what)
{
    unchanged_take();
    every_expect(row, suite_issue(row->id, paddr), expected, what);
    unchanged_check(row->name, what);
}

bool every_is_on(const struct request *request)
{
    return request->subject->state == SNP_PLATFORM_INIT;
}

static void valid_requests_succeed(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        request_make(&request, &rows[i]);
        every_expect(&rows[i], request_issue(&request), request_success(&request), "valid");
        if (!request.subject->once) {
            every_expect(&rows[i], request_issue(&request), request_success(&request), "again");
        }
    }
}

/** While SEV's platform is INIT: an update alone would take something from it. */
static void valid_requests_succeed_beside_sev(void **state)
{
    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        const bool updates = rows[i].id == SNP_COMMAND_DOWNLOAD_FIRMWARE_EX;
        struct sev_init init = {.options = 0};
        struct request request;

        request_make(&request, &rows[i]);
        assert_status(RUN(INIT, &init), SUCCESS);
        if (every_is_on(&request)) {
            hypervisor_flush();
        }
        every_expect(&rows[i], request_issue(&request),
                     updates ? SEV_STATUS_SHUTDOWN_REQUIRED : request_success(&request),
                     "beside SEV");
    }
}

/** INVALID_PLATFORM_STATE comes before everything else: the address is wrong too. */
static void wrong_platform_states_come_first(void **state)
{
    (void)state;
    hypervisor_read_table();
    for (unsigned wrong = SNP_PLATFORM_UNINIT; wrong <= SNP_PLATFORM_INIT; wrong++) {
        hypervisor_to((enum snp_platform_state)wrong);
        for (size_t i = 0; i < row_count; i++) {
            if ((rows[i].platform_states >> wrong & 1u) == 0) {
                every_refused_at(&rows[i], EVERY_NO_ADDRESS | 1u, SEV_STATUS_INVALID_PLATFORM_STATE,
                                 "in the wrong state");
                every_refused_at(&rows[i], suite.board.command_paddr,
                                 SEV_STATUS_INVALID_PLATFORM_STATE, "in the wrong state");
            }
        }
        assert_int_equal(hypervisor_status().state, wrong);
    }
}

static void the_parameters_are_somewhere(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        const uint64_t wrong[] = {suite.board.command_paddr + 1, suite.board.command_paddr + 2,
                                  suite.low_end, EVERY_NO_ADDRESS, hypervisor.table};

        if (rows[i].size == 0) {
            continue;
        }
        request_make(&request, &rows[i]);
        for (size_t j = 0; j < sizeof wrong / sizeof wrong[0]; j++) {
            if (wrong[j] != hypervisor.table || every_is_on(&request)) {
                every_refused_at(&rows[i], wrong[j], SEV_STATUS_INVALID_ADDRESS,
                                 "parameters elsewhere");
            }
        }
        every_expect(&rows[i], request_issue(&request), request_success(&request), "afterwards");
    }
}

static void the_parameters_pages_are_readable(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; rows[i].size != 0 && j < EVERY_STATES; j++) {
            request_make(&request, &rows[i]);
            if (!every_is_on(&request)) {
                break;
            }
            const uint64_t paddr = every_page_in(every_states[j]);
            const bool readable = (EVERY_READABLE >> every_states[j] & 1u) != 0;

            memcpy(suite_at(paddr, rows[i].size), request.parameters, rows[i].size);
            if (readable) {
                every_expect(&rows[i], suite_issue(rows[i].id, paddr), request_success(&request),
                             x86_rmp_state_name(every_states[j]));
            } else {
                every_refused_at(&rows[i], paddr, SEV_STATUS_INVALID_PAGE_STATE,
                                 x86_rmp_state_name(every_states[j]));
            }
        }
    }
}

static void lengths_are_at_least_the_structure_s(void **state)
{
    struct request request;

    (void)state;
    hypervisor_read_table();
    for (size_t i = 0; i < row_count; i++) {
        const uint32_t wrong[] = {0, 1, rows[i].size - 1u};
        const uint32_t longer[] = {rows[i].size + 1u, UINT32_MAX};

        for (size_t j = 0; rows[i].has_length && j < sizeof wrong / sizeof wrong[0]; j++) {
            request_make(&request, &rows[i]);
            memcpy(request.parameters, &wrong[j], sizeof wrong[j]);
            every_refused(&request, SEV_STATUS_INVALID_LENGTH, "too short");
        }
        for (size_t j = 0; rows[i].has_length && j < sizeof longer / sizeof longer[0]; j++) {
            request_make(&request, &rows[i]);
            memcpy(request.parameters, &longer[j], sizeof longer[j]);
            every_expect(&rows[i], request_issue(&request), request_success(&request), "longer");
        }
    }
}

static void ids_without_a_command(void **state)
{
    static const uint32_t ids[] = {0x80, 0x87, 0x8F, 0x97, 0xA3, 0xB3, 0xC4,
                                   0xC5, 0xCC, 0xCF, 0xD0, 0xE4, 0x7FF};

    (void)state;
    hypervisor_read_table();
    hypervisor_to_init();
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_null(row_find(ids[i]));
        assert_status(suite_issue(ids[i], suite.board.command_paddr), INVALID_COMMAND);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(valid_requests_succeed),
    cmocka_unit_test(valid_requests_succeed_beside_sev),
    cmocka_unit_test(wrong_platform_states_come_first),
    cmocka_unit_test(the_parameters_are_somewhere),
    cmocka_unit_test(the_parameters_pages_are_readable),
    cmocka_unit_test(lengths_are_at_least_the_structure_s),
    cmocka_unit_test(ids_without_a_command),
};

PROGRAM_GROUP(every, tests);
