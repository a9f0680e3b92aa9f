/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options by table, and how a command of the factory ends.
 */
#include "host/provision/arguments.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/version.h"

/* Those of the command, help and version, and the end of the table. */
#define LONG_OPTIONS (PROVISION_OPTIONS_MAX + 3)

_Static_assert(PROVISION_OPTIONS_MAX < ' ', "values of options are no characters");

static bool parse_number(const char *name, const char *text, uint32_t *number,
                         struct provision_error *error)
{
    /* No octal: 010 would surprise. */
    const int base = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 16 : 10;
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, base);
    if (!isdigit((unsigned char)text[0]) || *end != '\0') {
        /* What the option takes is less: a bound that is named here would be a wrong one. */
        return provision_fail(error, "--%s wants a number, decimal or 0x..., not '%s'", name, text);
    }
    if (errno != 0 || value > UINT32_MAX) {
        return provision_fail(error, "--%s: %s is too large", name, text);
    }
    *number = (uint32_t)value;
    return true;
}

static bool take_option(const struct provision_option *option, const char *value,
                        struct provision_error *error)
{
    if (option->given != NULL) {
        *option->given = true;
    }
    if (option->text != NULL) {
        *option->text = value;
    }
    return option->number == NULL || parse_number(option->name, value, option->number, error);
}

static void make_long_options(const struct provision_option *options, size_t count,
                              struct option long_options[LONG_OPTIONS])
{
    memset(long_options, 0, LONG_OPTIONS * sizeof long_options[0]);
    for (size_t i = 0; i < count; i++) {
        const bool has_value = options[i].text != NULL || options[i].number != NULL;
        long_options[i].name = options[i].name;
        long_options[i].has_arg = has_value ? required_argument : no_argument;
        long_options[i].val = (int)i + 1;
    }
    long_options[count] = (struct option){.name = "help", .val = 'h'};
    long_options[count + 1] = (struct option){.name = "version", .val = 'V'};
}

bool provision_parse(int argc, char **argv, const struct provision_option *options, size_t count,
                     const char **argument, enum provision_request *request,
                     struct provision_error *error)
{
    struct option long_options[LONG_OPTIONS];
    bool seen[PROVISION_OPTIONS_MAX] = {false};
    make_long_options(options, count, long_options);
    *request = PROVISION_RUN;
    opterr = 0;
    optind = 0; /* Starts anew: the caller may have parsed its own options before. */
    for (;;) {
        const int value = getopt_long(argc, argv, ":hV", long_options, NULL);
        if (value == -1) {
            break;
        }
        if (value == 'h' || value == 'V') {
            *request = value == 'h' ? PROVISION_HELP : PROVISION_VERSION;
            return true;
        }
        if (value == '?' && isprint(optopt)) {
            return provision_fail(error, "'-%c' is no option", optopt);
        }
        if (value == ':' || value == '?') {
            return provision_fail(error, value == ':' ? "'%s' wants a value" : "'%s' is no option",
                                  argv[optind - 1]);
        }
        if (seen[value - 1]) {
            return provision_fail(error, "--%s is given twice", options[value - 1].name);
        }
        seen[value - 1] = true;
        if (!take_option(&options[value - 1], optarg, error)) {
            return false;
        }
    }
    if (argument != NULL && optind < argc) {
        *argument = argv[optind++];
    }
    return optind == argc || provision_fail(error, "'%s' is one argument too many", argv[optind]);
}

int provision_answer(enum provision_request request, const char *help)
{
    const char *text = request == PROVISION_HELP ? help : "virtasp " VIRTASP_VERSION "\n";
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0) {
        perror("virtasp: standard output");
        return PROVISION_EXIT_FAILURE;
    }
    return PROVISION_EXIT_OK;
}

int provision_usage_error(const char *command, const struct provision_error *error)
{
    (void)fprintf(stderr, "virtasp %s: %s\nTry 'virtasp %s --help'.\n", command, error->text,
                  command);
    return PROVISION_EXIT_USAGE;
}

int provision_failure(const char *command, const struct provision_error *error)
{
    (void)fprintf(stderr, "virtasp %s: %s\n", command, error->text);
    return PROVISION_EXIT_FAILURE;
}
