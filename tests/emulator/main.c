/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the reference emulator with real guests and a real firmware.
 *
 * usage: emulator --chip DIR --second DIR --guests DIR [--hosted FILE]
 */
#include <getopt.h>
#include <stdio.h>

#include "tests/emulator/stage.h"

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"chip", required_argument, NULL, 'c'},
        {"second", required_argument, NULL, 's'},
        {"hosted", required_argument, NULL, 'h'},
        {"guests", required_argument, NULL, 'g'},
        {NULL, 0, NULL, 0},
    };
    int found;
    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (found) {
        case 'c':
            stage_settings.chips[0] = optarg;
            break;
        case 's':
            stage_settings.chips[1] = optarg;
            break;
        case 'h':
            stage_settings.hosted = optarg;
            break;
        case 'g':
            stage_settings.guests = optarg;
            break;
        default:
            return 2;
        }
    }
    if (stage_settings.chips[0] == NULL || stage_settings.chips[1] == NULL ||
        stage_settings.guests == NULL) {
        (void)fputs("usage: emulator --chip DIR --second DIR --guests DIR [--hosted FILE]\n",
                    stderr);
        return 2;
    }
    const struct {
        const char *name;
        const struct CMUnitTest *tests;
        size_t count;
    } groups[] = {
        {"decode", stage_decode_tests, stage_decode_count},
        {"vmrun", stage_vmrun_tests, stage_vmrun_count},
        {"life", stage_life_tests, stage_life_count},
        {"host", stage_host_tests, stage_host_count},
        {"report", stage_report_tests, stage_report_count},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        failed +=
            _cmocka_run_group_tests(groups[i].name, groups[i].tests, groups[i].count, NULL, NULL);
    }
    return failed == 0 ? 0 : 1;
}
