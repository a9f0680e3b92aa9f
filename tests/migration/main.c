/*
 * The tests of migration: two platforms, driven through their mailboxes.
 *
 * usage: migration --chip DIR --chip-b DIR --foreign DIR --work DIR [--hosted PROGRAM] [--quick]
 *                  [GROUP]
 *
 * Without a group all of them run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/provision/arguments.h"
#include "tests/migration/pair.h"

static const struct {
    const char *group;
    pair_test *run;
} tests[] = {
    {"moves", test_moves},
    {"software", test_software_target},
    {"software", test_software_origin},
    {"chains", test_chains},
    {"chains", test_versions},
    {"sessions", test_sessions},
    {"sessions", test_packets},
    {"states", test_states},
    {"vmsa", test_vmsa},
    {"flip-session", test_flip_session},
    {"flip-platform", test_flip_platform},
    {"flip-endorsement", test_flip_endorsement},
    {"flip-root", test_flip_root},
    {"flip-domain", test_flip_domain},
    {"snapshot", test_snapshot},
    {"domain", test_domain},
    {"tsme", test_tsme},
};

static bool is_wanted(const char *group, const char *wanted)
{
    return wanted == NULL || strcmp(group, wanted) == 0;
}

int main(int argc, char **argv)
{
    struct pair_options options = {.board = board_default_options};
    struct provision_error error;
    struct pair pair;
    const char *group = NULL;
    bool help = false;
    const struct provision_option table[] = {
        {"chip", &options.first_chip, NULL, NULL},
        {"chip-b", &options.second_chip, NULL, NULL},
        {"foreign", &options.foreign_chip, NULL, NULL},
        {"work", &options.work, NULL, NULL},
        {"hosted", &options.board.hosted, NULL, NULL},
        {"quick", NULL, NULL, &options.quick},
    };
    if (!provision_parse(argc, argv, table, sizeof table / sizeof table[0], &group, &help,
                         &error) ||
        help || options.first_chip == NULL || options.second_chip == NULL ||
        options.foreign_chip == NULL || options.work == NULL) {
        (void)fprintf(stderr, "usage: %s --chip DIR --chip-b DIR --foreign DIR --work DIR "
                              "[--hosted PROGRAM] [--quick] [GROUP]\n",
                      argv[0]);
        return 2;
    }
    options.board.memory_mib = 64;
    if (pair_start(&pair, &options)) {
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
            if (is_wanted(tests[i].group, group)) {
                tests[i].run(&pair);
            }
        }
    }
    pair_stop(&pair);
    return check_end();
}
