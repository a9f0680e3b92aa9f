/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests of migration: two platforms, driven through their mailboxes.
 *
 * usage: migration --chip DIR --chip-b DIR --foreign DIR --work DIR [--hosted PROGRAM] [--quick]
 *                  [--all] [--share N] [NAME]
 *
 * NAME selects a group of tests. The groups have two shares of about the same length, so that two
 * processes can run them at the same time, each with platforms of its own; share 0 is all of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/arguments.h"
#include "tests/migration/pair.h"

static const struct {
    const char *group;
    uint32_t share;
    pair_test *run;
} tests[] = {
    {"moves", 1, test_moves},
    {"software", 1, test_software_target},
    {"software", 1, test_software_origin},
    {"chains", 1, test_chains},
    {"chains", 1, test_versions},
    {"sessions", 1, test_sessions},
    {"sessions", 1, test_packets},
    {"states", 1, test_states},
    {"vmsa", 1, test_vmsa},
    {"flip-endorsement", 1, test_flip_endorsement},
    {"snapshot", 1, test_snapshot},
    {"domain", 1, test_domain},
    {"tsme", 1, test_tsme},
    {"flip-session", 2, test_flip_session},
    {"flip-platform", 2, test_flip_platform},
    {"flip-root", 2, test_flip_root},
    {"flip-domain", 2, test_flip_domain},
};

int main(int argc, char **argv)
{
    struct pair_options options = {.board = board_default_options};
    struct provision_error error;
    struct pair pair;
    const char *group = NULL;
    uint32_t share = 0;
    enum provision_request request = PROVISION_RUN;
    const struct provision_option table[] = {
        {"chip", &options.first_chip, NULL, NULL},
        {"chip-b", &options.second_chip, NULL, NULL},
        {"foreign", &options.foreign_chip, NULL, NULL},
        {"work", &options.work, NULL, NULL},
        {"hosted", &options.board.hosted, NULL, NULL},
        {"share", NULL, &share, NULL},
        {"quick", NULL, NULL, &options.quick},
        {"all", NULL, NULL, &options.all},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &group, &request,
                         &error) ||
        request != PROVISION_RUN || options.first_chip == NULL || options.second_chip == NULL ||
        options.foreign_chip == NULL || options.work == NULL) {
        (void)fprintf(stderr,
                      "usage: %s --chip DIR --chip-b DIR --foreign DIR --work DIR "
                      "[--hosted PROGRAM] [--quick] [--all] [--share N] [NAME]\n",
                      argv[0]);
        return 2;
    }
    options.board.memory_mib = 64;
    if (pair_start(&pair, &options)) {
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
            if ((group == NULL || strcmp(tests[i].group, group) == 0) &&
                (share == 0 || share == tests[i].share)) {
                tests[i].run(&pair);
            }
        }
    }
    pair_stop(&pair);
    return check_end();
}
