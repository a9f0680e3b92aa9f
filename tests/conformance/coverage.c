/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage of the command table (coverage.h).
 */
#include "tests/conformance/coverage.h"

#include <stddef.h>
#include <stdio.h>

#include "abi/sev_status.h"
#include "tests/conformance/excuses.h"
#include "tests/conformance/rows.h"

#define IDS 0x800u

static uint64_t seen[IDS];
static bool hosted;

void coverage_record(uint32_t id, uint32_t status)
{
    if (id < IDS && status < 64) {
        seen[id] |= 1ull << status;
    }
}

uint64_t coverage_seen(uint32_t id)
{
    return id < IDS ? seen[id] : 0;
}

/** Prints the names of a set of statuses. */
static void print_statuses(const char *what, uint64_t set)
{
    if (set == 0) {
        return;
    }
    (void)printf("      %s:", what);
    for (uint32_t status = 0; status < 64; status++) {
        if ((set >> status & 1u) != 0) {
            (void)printf(" %s", row_status_name(status));
        }
    }
    (void)printf("\n");
}

/** Prints one row; returns whether nothing is missing. */
static bool report_row(const struct row *row)
{
    /* Any command may be the one that ends ring-buffer mode (1.7). */
    const uint64_t undocumented =
        seen[row->id] & ~row->statuses & ~(1ull << SEV_STATUS_RING_BUFFER_EXIT);
    uint64_t missing = row->statuses & ~seen[row->id];
    uint64_t pardoned = 0;

    for (uint32_t status = 0; status < 64; status++) {
        if ((missing >> status & 1u) != 0 && excuse_find(row->id, status, hosted) != NULL) {
            pardoned |= 1ull << status;
        }
    }
    missing &= ~pardoned;
    (void)printf("  %s %03X %-22s %2d of %2d statuses\n", missing | undocumented ? "FAIL" : "ok  ",
                 row->id, row->name, __builtin_popcountll(seen[row->id] & row->statuses),
                 __builtin_popcountll(row->statuses));
    print_statuses("excused", pardoned);
    print_statuses("never returned", missing);
    print_statuses("returned, but not documented", undocumented);
    return (missing | undocumented) == 0;
}

bool coverage_report(bool is_hosted)
{
    hosted = is_hosted;
    bool complete = true;
    int total = 0;

    (void)printf("\nCoverage of the command table\n");
    for (size_t i = 0; i < row_count; i++) {
        complete &= report_row(&rows[i]);
        total += __builtin_popcountll(seen[rows[i].id] & rows[i].statuses);
    }
    (void)printf("  %zu commands, %d pairs of command and status seen\n", row_count, total);
    excuse_print(hosted);
    return complete;
}
