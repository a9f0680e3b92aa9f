/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The persistence tests: what the security processor remembers over restarts, power cuts and damage.
 */
#include "tests/persistence/persistence.h"

int main(int argc, char **argv)
{
    static const struct test_group *const groups[] = {
        &program_group_restart,
        &program_group_power_cut,
        &program_group_damage,
    };

    return program_run(argc, argv, groups, sizeof groups / sizeof groups[0]);
}
