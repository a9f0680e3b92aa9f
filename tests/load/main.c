/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load: ring-buffer mode, hundreds of guests, and random commands against a model of the platform.
 */
#include "tests/load/groups.h"

int main(int argc, char **argv)
{
    static const struct test_group *const groups[] = {
#define GROUP_POINTER(symbol) &program_group_##symbol,
        LOAD_GROUPS(GROUP_POINTER)
#undef GROUP_POINTER
    };

    return program_run(argc, argv, groups, sizeof groups / sizeof groups[0]);
}
