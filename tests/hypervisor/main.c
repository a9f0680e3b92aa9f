/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP through the mailbox, as a hypervisor uses it.
 */
#include "tests/hypervisor/hypervisor.h"

int main(int argc, char **argv)
{
    static const struct test_group *const groups[] = {
#define GROUP_POINTER(symbol) &program_group_##symbol,
        HYPERVISOR_GROUPS(GROUP_POINTER)
#undef GROUP_POINTER
    };

    return program_run(argc, argv, groups, sizeof groups / sizeof groups[0]);
}
