/*
 * How the commands for boards begin and end.
 */
#include "host/cmd/report.h"

#include <stdio.h>

enum report_parsed report_parse(int argc, char **argv, const char *help,
                                const struct provision_option *options, size_t count,
                                const char **directory, int *status)
{
    struct provision_error error = {0};
    bool show_help = false;
    *directory = NULL;
    if (!provision_parse(argc, argv, options, count, directory, &show_help, &error)) {
        *status = provision_usage_error(argv[0], &error);
        return REPORT_ENDED;
    }
    if (show_help) {
        *status = provision_print_help(help);
        return REPORT_ENDED;
    }
    if (*directory == NULL) {
        (void)provision_fail(&error, "which chip? Its directory is missing");
        *status = provision_usage_error(argv[0], &error);
        return REPORT_ENDED;
    }
    return REPORT_RUN;
}

int report_board(const char *command, const struct board *board, enum board_result result)
{
    if (result != BOARD_OK) {
        (void)fprintf(stderr, "virtasp %s: %s\n", command, board->message);
    }
    return (int)result;
}
