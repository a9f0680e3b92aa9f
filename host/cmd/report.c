/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the commands for boards begin and end.
 */
#include "host/cmd/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum report_parsed report_parse_optional(int argc, char **argv, const char *help,
                                         const struct provision_option *options, size_t count,
                                         const bool *without, const char **directory, int *status)
{
    struct provision_error error = {0};
    enum provision_request request;
    *directory = NULL;
    if (!provision_parse(argc, argv, options, count, directory, &request, &error)) {
        *status = provision_usage_error(argv[0], &error);
        return REPORT_ENDED;
    }
    if (request != PROVISION_RUN) {
        *status = provision_answer(request, help);
        return REPORT_ENDED;
    }
    if (*without == (*directory != NULL)) {
        (void)provision_fail(&error,
                             *without ? "no chip is looked at: leave out '%s'"
                                      : "which chip? Its directory is missing",
                             *directory);
        *status = provision_usage_error(argv[0], &error);
        return REPORT_ENDED;
    }
    return REPORT_RUN;
}

enum report_parsed report_parse(int argc, char **argv, const char *help,
                                const struct provision_option *options, size_t count,
                                const char **directory, int *status)
{
    const bool without = false;
    return report_parse_optional(argc, argv, help, options, count, &without, directory, status);
}

bool report_timeout(uint32_t seconds, int *timeout_ms, struct provision_error *error)
{
    *timeout_ms = seconds < 3600 ? (int)seconds * 1000 : 3600 * 1000;
    return seconds != 0 || provision_fail(error, "--timeout wants a second or more");
}

int report_board(const char *command, const struct board *board, enum board_result result)
{
    if (result != BOARD_OK) {
        (void)fprintf(stderr, "virtasp %s: %s\n", command, board->message);
    } else if (fflush(stdout) != 0) {
        (void)fprintf(stderr, "virtasp %s: standard output: %s\n", command, strerror(errno));
        result = BOARD_FAILED;
    }
    return (int)result;
}
