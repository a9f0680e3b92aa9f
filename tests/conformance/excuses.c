/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a suite need not see (excuses.h).
 */
#include "tests/conformance/excuses.h"

#include <stddef.h>
#include <stdio.h>

#include "abi/sev_command_id.h"
#include "abi/sev_status.h"
#include "tests/conformance/rows.h"

#define ANY_COMMAND UINT32_MAX

static const struct {
    uint32_t id;
    enum sev_status status;
    bool hosted_only; /**< Only when the firmware is a Linux process. */
    const char *reason;
} excuses[] = {
    {ANY_COMMAND, SEV_STATUS_HWERROR_PLATFORM, false,
     "needs a failing flash or random generator: unit tests with fault injection"},
    {ANY_COMMAND, SEV_STATUS_HWERROR_UNSAFE, false,
     "needs a memory controller that does not protect the table of VMSAs: "
     "table_that_somebody_has_written_to_is_not_believed"},
    {ANY_COMMAND, SEV_STATUS_INVALID_PAGE_STATE, false,
     "needs a machine with SEV-SNP on: pages_are_what_they_may_be"},
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

#define EXCUSES (sizeof excuses / sizeof excuses[0])

const char *excuse_find(uint32_t id, uint32_t status, bool is_hosted)
{
    for (size_t i = 0; i < EXCUSES; i++) {
        if ((excuses[i].id == ANY_COMMAND || excuses[i].id == id) &&
            (uint32_t)excuses[i].status == status && (!excuses[i].hosted_only || is_hosted)) {
            return excuses[i].reason;
        }
    }
    return NULL;
}

void excuse_print(bool is_hosted)
{
    for (size_t i = 0; i < EXCUSES; i++) {
        if (!excuses[i].hosted_only || is_hosted) {
            (void)printf("  excused: %s: %s\n", row_status_name((uint32_t)excuses[i].status),
                         excuses[i].reason);
        }
    }
}
