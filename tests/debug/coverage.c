/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every status that the command table documents for the commands tested here must have been seen.
 * This takes the place of the conformance suite's coverage of the whole table.
 */
#include "tests/conformance/coverage.h"

#include <stdio.h>

#include "host/lib/sev.h"
#include "tests/conformance/rows.h"
#include "tests/debug/groups.h"

#define IDS 0x100u

/*
 * Cannot be brought about through the mailbox. HWERROR_PLATFORM needs a failing device: unit tests.
 * HWERROR_UNSAFE needs a range that is taken away while a command runs, and nothing can do that, as
 * there is one command at a time; that hostmem refuses such a range is unit-tested
 * (range_is_checked_again_at_every_access). RESOURCE_LIMIT needs 512 VMSAs whose
 * searches begin in one place: full_table_takes_no_page. INVALID_PAGE_STATE needs SEV-SNP to be on:
 * tests/unit/test_firmware_snp_pages.c.
 */
#define EXCUSED                                                                                    \
    (1ull << SEV_STATUS_HWERROR_PLATFORM | 1ull << SEV_STATUS_HWERROR_UNSAFE |                     \
     1ull << SEV_STATUS_RESOURCE_LIMIT | 1ull << SEV_STATUS_INVALID_PAGE_STATE)

static uint64_t seen[IDS];

static const uint32_t commands[] = {
    SEV_COMMAND_COPY,        SEV_COMMAND_DBG_DECRYPT,
    SEV_COMMAND_DBG_ENCRYPT, SEV_COMMAND_SWAP_OUT,
    SEV_COMMAND_SWAP_IN,     SEV_COMMAND_ACTIVATE_EX,
    SEV_COMMAND_ATTESTATION, SEV_COMMAND_LAUNCH_UPDATE_VMSA,
};

void coverage_record(uint32_t id, uint32_t status)
{
    if (id < IDS && status < 64) {
        seen[id] |= 1ull << status;
    }
}

static void every_documented_status_was_returned(void **state)
{
    uint32_t pairs = 0;

    (void)state;
    assert_true(rows_read(program_settings.table));
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct row *row = row_find(commands[i]);

        assert_non_null(row);
        for (uint32_t status = 0; status < 64; status++) {
            const bool documented = (row->statuses >> status & 1) != 0;
            const bool returned = (seen[row->id] >> status & 1) != 0;

            if (documented != returned && (EXCUSED >> status & 1) == 0) {
                fail_msg("%s: status %xh was %s", row->name, status,
                         documented ? "never returned" : "returned, but is not documented");
            }
            pairs += returned ? 1 : 0;
        }
    }
    (void)printf("note: %u pairs of command and status\n", pairs);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_documented_status_was_returned),
};

PROGRAM_GROUP(coverage, tests);
