/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage of the command table (coverage.h).
 */
#include "tests/conformance/coverage.h"

#include <stddef.h>
#include <stdio.h>

#include "abi/sev_command_id.h"
#include "abi/sev_status.h"
#include "tests/conformance/rows.h"

#define IDS 0x800u
#define ANY_COMMAND IDS

static uint64_t seen[IDS];
static bool hosted;

/** Statuses that the suite cannot bring about, and who does. */
static const struct {
    uint32_t id;
    enum sev_status status;
    bool hosted_only; /**< Only when the firmware is a Linux process. */
    const char *reason;
} excused[] = {
    {ANY_COMMAND, SEV_STATUS_HWERROR_PLATFORM, false,
     "needs a failing flash or random generator: unit tests with fault injection"},
    {ANY_COMMAND, SEV_STATUS_HWERROR_UNSAFE, false,
     "nothing can take a range away while a command runs, as there is one command at a time; that "
     "hostmem refuses is unit-tested: range_is_checked_again_at_every_access"},
    {ANY_COMMAND, SEV_STATUS_INVALID_PAGE_STATE, false,
     "needs a machine with SEV-SNP on: buffers_are_where_they_may_be"},
    {SEV_COMMAND_LAUNCH_UPDATE_VMSA, SEV_STATUS_RESOURCE_LIMIT, false,
     "needs 512 VMSAs whose searches begin in one place: full_table_takes_no_page"},
    {SEV_COMMAND_RECEIVE_UPDATE_VMSA, SEV_STATUS_RESOURCE_LIMIT, false,
     "needs 512 VMSAs whose searches begin in one place: full_table_takes_no_page"},
    {SEV_COMMAND_SWAP_IN, SEV_STATUS_RESOURCE_LIMIT, false,
     "needs as many: swap_in_is_refused_by_a_full_table"},
    {SEV_COMMAND_DOWNLOAD_FIRMWARE, SEV_STATUS_SUCCESS, true,
     "a Linux process cannot be replaced by an Arm image: the runs on the board"},
    {SEV_COMMAND_DOWNLOAD_FIRMWARE, SEV_STATUS_SHUTDOWN_REQUIRED, false,
     "needs a machine with SEV-SNP on: what_protects_guests_must_be_shut_down_first"},
    {SEV_COMMAND_DOWNLOAD_FIRMWARE, SEV_STATUS_BAD_VERSION, false,
     "needs a committed version: no_version_below_the_committed_one_is_taken"},
};

void coverage_record(uint32_t id, uint32_t status)
{
    if (id < IDS && status < 64) {
        seen[id] |= 1ull << status;
    }
}

/** @return why the suite need not see the status, or NULL when it must */
static const char *excuse(const struct row *row, uint32_t status)
{
    for (size_t i = 0; i < sizeof excused / sizeof excused[0]; i++) {
        if ((excused[i].id == ANY_COMMAND || excused[i].id == row->id) &&
            (uint32_t)excused[i].status == status && (!excused[i].hosted_only || hosted)) {
            return excused[i].reason;
        }
    }
    return NULL;
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
        if ((missing >> status & 1u) != 0 && excuse(row, status) != NULL) {
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
    for (size_t i = 0; i < sizeof excused / sizeof excused[0]; i++) {
        if (!excused[i].hosted_only || hosted) {
            (void)printf("  excused: %s: %s\n", row_status_name((uint32_t)excused[i].status),
                         excused[i].reason);
        }
    }
    return complete;
}
