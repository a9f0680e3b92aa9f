/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every status that the command table documents for the commands tested here must have been seen.
 * This takes the place of the conformance suite's coverage of the whole table.
 */
#include "tests/conformance/coverage.h"

#include <stdio.h>

#include "host/lib/sev.h"
#include "tests/conformance/excuses.h"
#include "tests/conformance/rows.h"
#include "tests/debug/groups.h"

#define IDS 0x100u

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

            if (documented != returned &&
                (returned || excuse_find(row->id, status, suite.options.hosted != NULL) == NULL)) {
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
