/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of a suite that is attached (attached_options.h).
 */
#include "tests/conformance/attached_options.h"

#include <getopt.h>
#include <stdlib.h>

#include "tests/conformance/rows.h"

static const struct option options[] = {
    {"attach", no_argument, NULL, 'A'},
    {"board", required_argument, NULL, 'b'},
    {"certificates", required_argument, NULL, 'k'},
    {"c-bit", required_argument, NULL, 'c'},
    {"catalogue", required_argument, NULL, 'C'},
    {"destructive", no_argument, NULL, 'd'},
    {"doorbell", required_argument, NULL, 'D'},
    {"dram", required_argument, NULL, 'r'},
    {"fabric", required_argument, NULL, 'f'},
    {"images", required_argument, NULL, 'i'},
    {"json", no_argument, NULL, 'j'},
    {"junit", required_argument, NULL, 'J'},
    {"list", no_argument, NULL, 'l'},
    {"mailbox", required_argument, NULL, 'm'},
    {"max-asid", required_argument, NULL, 'x'},
    {"min-sev-asid", required_argument, NULL, 'n'},
    {"profile", required_argument, NULL, 'p'},
    {"quick", no_argument, NULL, 'q'},
    {"table", required_argument, NULL, 't'},
    {"tap", no_argument, NULL, 'T'},
    {NULL, 0, NULL, 0},
};

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 0);
}

/** Notes an option about the board. @return whether it was one */
static bool take_board(int option)
{
    switch (option) {
    case 'b':
        suite.options.directory = optarg;
        return true;
    case 'm':
        suite.files.mailbox = optarg;
        return true;
    case 'r':
        suite.files.dram = optarg;
        return true;
    case 'D':
        suite.files.doorbell = optarg;
        return true;
    case 'f':
        suite.files.fabric = optarg;
        return true;
    case 'k':
        suite.certificates = optarg;
        return true;
    case 'i':
        suite.images = optarg;
        return true;
    case 'c':
        suite.machine.c_bit = number(optarg);
        return true;
    case 'x':
        suite.machine.max_asid = number(optarg);
        return true;
    case 'n':
        suite.machine.min_sev_asid = number(optarg);
        return true;
    default:
        return false;
    }
}

/** Notes an option about the run. @return whether it was one; the command table is read at once */
static bool take_run(int option, struct attached_options *settings,
                     const struct attached_suite *what)
{
    switch (option) {
    case 'A':
        return true;
    case 'C':
        settings->catalogue = optarg;
        return true;
    case 't':
        return what->is_snp ? rows_read_snp(optarg) : rows_read(optarg);
    case 'p':
        settings->profile = optarg;
        return true;
    case 'd':
        settings->destructive = true;
        return true;
    case 'T':
        settings->report.tap = true;
        return true;
    case 'J':
        settings->report.junit_path = optarg;
        return true;
    case 'q':
        suite.quick = true;
        return true;
    case 'l':
        settings->list = true;
        return true;
    case 'j':
        settings->json = true;
        return true;
    default:
        return false;
    }
}

bool attached_parse(int argc, char **argv, struct attached_options *settings,
                    const struct attached_suite *what)
{
    int found;

    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_board(found) && !take_run(found, settings, what)) {
            return false;
        }
    }
    settings->names = argv + optind;
    settings->name_count = argc - optind;
    return settings->catalogue != NULL && row_count != 0 &&
           (settings->list || suite.options.directory != NULL ||
            (suite.files.mailbox != NULL && suite.files.dram != NULL));
}
