/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that move, show or judge guest memory: COPY, debugging, swapping, SEV-ES pages,
 * attestation; and ACTIVATE_EX.
 */
#include "tests/debug/groups.h"

int main(int argc, char **argv)
{
    static const struct test_group *const groups[] = {
#define GROUP_POINTER(symbol) &program_group_##symbol,
        DEBUG_GROUPS(GROUP_POINTER)
#undef GROUP_POINTER
    };

    return program_run(argc, argv, groups, sizeof groups / sizeof groups[0]);
}
