/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of the test programs (program.h).
 */
#include "tests/common/program.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/attached.h"
#include "tests/conformance/record.h"

#define DEFAULT_SEED 1u

static const char help[] =
    "usage: PROGRAM --board qemu|hosted --chip DIR [OPTION...] [GROUP...]\n"
    "\n"
    "Runs the groups of tests that are named, or all.\n"
    "\n"
    "    --chip DIR      a chip made by `virtasp provision`; its stored data is overwritten\n"
    "    --cpu MODEL     CPU of the emulated board (max)\n"
    "    --hosted FILE   the firmware as a Linux process (build/hosted/virtasp-sp)\n"
    "    --table FILE    the command table (build/command-table.tsv)\n"
    "    --memory MIB    x86 memory (64)\n"
    "    --seed NUMBER   of everything that is random (1)\n"
    "    --no-engine     a board without the cipher engine\n"
    "    --quick         fewer rounds\n"
    "    --rounds NUMBER how often the persistence tests kill the board (40; QEMU's: 12)\n"
    "    --record FILE   write what each case is about (tests/conformance/catalogue.h)\n"
    "    --list          print the groups and end\n"
    "\n"
    "Exit status: 0 all passed, 1 a test failed, 2 wrong usage.\n";

struct program_settings program_settings = {
    .seed = DEFAULT_SEED,
    .table = "build/command-table.tsv",
};

struct command_line_settings {
    const char *board;
    const char *hosted;
    const char *record;
    bool list;
};

/** Notes one option. @return false when there is no such option */
static bool take_option(int option, struct command_line_settings *settings)
{
    switch (option) {
    case 'b':
        settings->board = optarg;
        return true;
    case 'd':
        suite.options.directory = optarg;
        return true;
    case 'c':
        suite.options.cpu = optarg;
        return true;
    case 'm':
        suite.options.memory_mib = (uint32_t)strtoul(optarg, NULL, 0);
        return suite.options.memory_mib != 0;
    case 'h':
        settings->hosted = optarg;
        return true;
    case 's':
        program_settings.seed = strtoull(optarg, NULL, 0);
        return true;
    case 'r':
        program_settings.rounds = (unsigned)strtoul(optarg, NULL, 0);
        return program_settings.rounds != 0;
    case 't':
        program_settings.table = optarg;
        return true;
    case 'e':
        suite.options.no_engine = true;
        return true;
    case 'q':
        suite.quick = true;
        return true;
    case 'R':
        settings->record = optarg;
        return true;
    case 'l':
        settings->list = true;
        return true;
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct command_line_settings *settings)
{
    static const struct option options[] = {
        {"board", required_argument, NULL, 'b'},
        {"chip", required_argument, NULL, 'd'},
        {"cpu", required_argument, NULL, 'c'},
        {"hosted", required_argument, NULL, 'h'},
        {"no-engine", no_argument, NULL, 'e'},
        {"memory", required_argument, NULL, 'm'},
        {"rounds", required_argument, NULL, 'r'},
        {"seed", required_argument, NULL, 's'},
        {"table", required_argument, NULL, 't'},
        {"quick", no_argument, NULL, 'q'},
        {"list", no_argument, NULL, 'l'},
        {"record", required_argument, NULL, 'R'},
        {NULL, 0, NULL, 0},
    };
    int found;

    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_option(found, settings)) {
            return false;
        }
    }
    if (settings->list) {
        return true;
    }
    if (suite.options.directory == NULL || settings->board == NULL) {
        return false;
    }
    program_settings.emulated = strcmp(settings->board, "qemu") == 0;
    suite.options.hosted = program_settings.emulated ? NULL : settings->hosted;
    return program_settings.emulated || strcmp(settings->board, "hosted") == 0;
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

static const struct test_group *const *all_groups;
static size_t group_count;

static const struct test_group *group_at(size_t index)
{
    return index < group_count ? all_groups[index] : NULL;
}

/** The same against somebody else's board, for a suite that is installed. */
static int run_attached(int argc, char **argv)
{
    program_settings.emulated = true; /* Whatever it is, it has to do all that a board does. */
    return attached_run(argc, argv, &(const struct attached_suite){"snp", true, group_at});
}

/** Runs the groups; returns how many tests failed. */
static int run_groups(int count, char **names, const char *path)
{
    FILE *record = path != NULL ? fopen(path, "w") : NULL;
    int failed = 0;

    for (size_t i = 0; i < group_count; i++) {
        if (is_wanted(all_groups[i]->name, count, names)) {
            failed += record_group(record, all_groups[i]);
        }
    }
    if (path != NULL && (record == NULL || fclose(record) != 0)) {
        (void)fprintf(stderr, "%s: cannot be written\n", path);
        failed++;
    }
    return failed;
}

int program_run(int argc, char **argv, const struct test_group *const *groups, size_t count)
{
    struct command_line_settings settings = {.hosted = "build/hosted/virtasp-sp"};
    int failed = 0;

    all_groups = groups;
    group_count = count;
    if (attached_is_wanted(argc, argv)) {
        return run_attached(argc, argv);
    }
    suite.options = board_default_options;
    if (!parse(argc, argv, &settings)) {
        (void)fputs(help, stderr);
        return 2;
    }
    for (size_t i = 0; settings.list && i < count; i++) {
        (void)printf("%s\n", groups[i]->name);
    }
    if (settings.list) {
        return EXIT_SUCCESS;
    }
    if (!suite_start()) {
        return EXIT_FAILURE;
    }
    failed += run_groups(argc - optind, argv + optind, settings.record);
    failed += suite_stop() ? 0 : 1;
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
