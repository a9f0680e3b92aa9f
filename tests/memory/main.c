/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host memory under SME and TSME: every buffer of every command, encrypted with the host's key.
 */
#include "tests/memory/flows.h"

int main(int argc, char **argv)
{
    static const struct test_group *const groups[] = {
#define GROUP_POINTER(symbol) &program_group_##symbol,
        MEMORY_GROUPS(GROUP_POINTER)
#undef GROUP_POINTER
    };

    return program_run(argc, argv, groups, sizeof groups / sizeof groups[0]);
}
