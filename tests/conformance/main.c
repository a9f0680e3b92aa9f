/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance suite: drives a security processor through its mailbox, command by command. See
 * the text of --help.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/attached.h"
#include "tests/conformance/coverage.h"
#include "tests/conformance/groups.h"
#include "tests/conformance/record.h"
#include "tests/conformance/rows.h"

static const char help[] =
    "usage: conformance --board qemu|hosted --chip DIR [OPTION...] [GROUP...]\n"
    "\n"
    "Runs the groups of tests that are named, or all. Only a complete run checks that every "
    "command\n"
    "of the table has returned every status that it documents.\n"
    "\n"
    "    --chip DIR      a chip made by `virtasp provision`; its stored data is overwritten\n"
    "    --cpu MODEL     CPU of the emulated board (max)\n"
    "    --hosted FILE   the firmware as a Linux process (build/hosted/virtasp-sp)\n"
    "    --table FILE    the command table (build/command-table.tsv)\n"
    "    --quick         shorter loops where the number of rounds does not matter\n"
    "    --record FILE   write what each case is about (tests/conformance/catalogue.h)\n"
    "    --list          print the groups and end\n"
    "\n"
    "Exit status: 0 all passed, 1 a test failed, 2 wrong usage.\n";

static const struct test_group *const groups[] = {
#define GROUP_POINTER(symbol) &test_group_##symbol,
    TEST_GROUPS(GROUP_POINTER)
#undef GROUP_POINTER
};

#define GROUPS (sizeof groups / sizeof groups[0])

struct settings {
    const char *board;
    const char *hosted;
    const char *table;
    const char *record;
    bool list;
};

static bool parse(int argc, char **argv, struct settings *settings)
{
    static const struct option options[] = {
        {"board", required_argument, NULL, 'b'},
        {"chip", required_argument, NULL, 'd'},
        {"cpu", required_argument, NULL, 'c'},
        {"hosted", required_argument, NULL, 'h'},
        {"table", required_argument, NULL, 't'},
        {"quick", no_argument, NULL, 'q'},
        {"list", no_argument, NULL, 'l'},
        {"record", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    int found;

    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (found) {
        case 'b':
            settings->board = optarg;
            break;
        case 'd':
            suite.options.directory = optarg;
            break;
        case 'c':
            suite.options.cpu = optarg;
            break;
        case 'h':
            settings->hosted = optarg;
            break;
        case 't':
            settings->table = optarg;
            break;
        case 'r':
            settings->record = optarg;
            break;
        case 'q':
            suite.quick = true;
            break;
        case 'l':
            settings->list = true;
            break;
        default:
            return false;
        }
    }
    if (settings->board != NULL && strcmp(settings->board, "hosted") == 0) {
        suite.options.hosted = settings->hosted;
    }
    return settings->list ||
           (suite.options.directory != NULL && settings->board != NULL &&
            (strcmp(settings->board, "hosted") == 0 || strcmp(settings->board, "qemu") == 0));
}

/** Whether the group was asked for. */
static bool is_wanted(const char *name, int count, char **names)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return count == 0;
}

/** Group number @p index, the last of which holds what is made from the command table; or NULL. */
static const struct test_group *group_at(size_t index)
{
    static struct test_group every;

    if (index == GROUPS && every.tests == NULL) {
        every_group(&every);
    }
    return index < GROUPS ? groups[index] : index == GROUPS ? &every : NULL;
}

/** Runs the groups; returns how many tests failed. */
static int run_groups(int count, char **names, FILE *record)
{
    const struct test_group *group;
    int failed = 0;

    for (size_t i = 0; (group = group_at(i)) != NULL; i++) {
        if (is_wanted(group->name, count, names)) {
            failed += record_group(record, group);
        }
    }
    return failed;
}

int main(int argc, char **argv)
{
    struct settings settings = {
        .hosted = "build/hosted/virtasp-sp",
        .table = "build/command-table.tsv",
    };

    if (attached_is_wanted(argc, argv)) {
        return attached_run(argc, argv, &(const struct attached_suite){"es", false, group_at});
    }
    suite.options = board_default_options;
    if (!parse(argc, argv, &settings)) {
        (void)fputs(help, stderr);
        return 2;
    }
    for (size_t i = 0; settings.list && i < GROUPS; i++) {
        (void)printf("%s\n", groups[i]->name);
    }
    if (settings.list) {
        (void)printf("every\n");
        return EXIT_SUCCESS;
    }
    if (!rows_read(settings.table) || !suite_start()) {
        return EXIT_FAILURE;
    }
    FILE *record = settings.record != NULL ? fopen(settings.record, "w") : NULL;
    int failed = run_groups(argc - optind, argv + optind, record);

    if (settings.record != NULL && (record == NULL || fclose(record) != 0)) {
        (void)fprintf(stderr, "conformance: %s: cannot be written\n", settings.record);
        failed++;
    }

    failed += suite_stop() ? 0 : 1;
    if (optind == argc) {
        failed += coverage_report(suite.options.hosted != NULL) ? 0 : 1;
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
