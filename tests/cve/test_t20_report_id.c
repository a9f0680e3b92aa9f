/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T20: a guest that was imported shows a report id that no guest has had, and its new agent's; so do
 * two guests that were made of one context (CVE-2021-26349).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/snp/payload.h"
#include "tests/snp/testing.h"
#include "tests/unit/firmware_migration.h"

#define COPIES 2u
#define COPY(n) SNP_PAGE(8u + (n))

/** A guest's report. */
static struct witness_report report_of(uint64_t gctx)
{
    static uint8_t answer[WITNESS_REPORT_RSP_BYTES];
    struct witness_channel channel = message_channel(0);
    uint8_t request[WITNESS_REPORT_REQ_BYTES];
    const uint8_t data[64] = {0};
    struct witness_report report;

    channel.count = message_guest(gctx)->message_count[0];
    witness_report_request(data, 0, 0, request);
    assert_int_equal(message_ask(gctx, &channel, WITNESS_REPORT_REQ, 1, request, sizeof(request),
                                 answer, sizeof(answer)),
                     0);
    assert_sound(witness_report_read(answer + 0x20, &report));
    return report;
}

static void no_two_guests_show_the_same_report_id(void **state)
{
    struct witness_report reports[COPIES + 1u];
    struct witness_context context;

    (void)state;
    (void)migration_make_guest(MIGRATION_GUEST, MIGRATION_AGENT);
    reports[COPIES] = report_of(MIGRATION_GUEST);
    assert_int_equal(migration_export(MIGRATION_AGENT, MIGRATION_GUEST, 0, &context), 0);
    assert_memory_equal(context.report_id, reports[COPIES].report_id, 32);
    for (uint32_t i = 0; i < COPIES; i++) {
        assert_int_equal(snp_create(COPY(i)), SEV_STATUS_SUCCESS);
        assert_int_equal(migration_import(MIGRATION_OTHER_AGENT, COPY(i), &context), 0);
        reports[i] = report_of(COPY(i));
        assert_memory_equal(reports[i].measurement, reports[COPIES].measurement, 48);
        assert_memory_equal(reports[i].report_id_ma,
                            message_guest(MIGRATION_OTHER_AGENT)->report_id, 32);
    }
    for (uint32_t i = 0; i <= COPIES; i++) {
        assert_false(witness_is_zero(reports[i].report_id, 32));
        for (uint32_t other = 0; other < i; other++) {
            assert_memory_not_equal(reports[i].report_id, reports[other].report_id, 32);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_two_guests_show_the_same_report_id, migration_boot),
    };

    return cmocka_run_group_tests_name("T20 report id", tests, NULL, NULL);
}
