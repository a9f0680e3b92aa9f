/*
 * virtasp status: whether a board is running, and its platform's state, in words.
 */
#include <stdio.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/run_lock.h"
#include "host/lib/sev.h"

#define COMMAND_TIMEOUT_MS 10000

static const char help[] =
    "NAME\n"
    "    virtasp status - say whether a board is running and in which state\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp status DIR\n"
    "\n"
    "DESCRIPTION\n"
    "    Asks the running board of the chip in DIR for its platform's status. While another "
    "program\n"
    "    uses the mailbox, the status cannot be asked for.\n"
    "\n"
    "OPTIONS\n"
    "    --help              show this text\n"
    "\n" REPORT_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    virtasp status chip\n";

static enum board_result print_status(struct board *board)
{
    struct sev_platform_status status = {0};
    board->timeout_ms = COMMAND_TIMEOUT_MS;
    int result = sev_platform_status(board, &status);
    if (result != SEV_STATUS_SUCCESS) {
        return board_fail(board, result < 0 ? BOARD_NOT_ANSWERING : BOARD_FAILED,
                          "PLATFORM_STATUS: %s", sev_result_text(result));
    }
    (void)printf("running     process %ld\n", (long)run_lock_holder(board->directory));
    (void)printf("firmware    API %u.%u, build %u\n", status.api_major, status.api_minor,
                 status.build);
    (void)printf("platform    %s\n", sev_platform_state_name(status.state));
    (void)printf("owner       %s\n",
                 (status.owner & SEV_STATUS_OWNER_EXTERNAL) != 0 ? "external" : "self");
    (void)printf("SEV-ES      %s\n", (status.config & SEV_STATUS_CONFIG_ES) != 0 ? "on" : "off");
    (void)printf("guests      %u\n", status.guest_count);
    return BOARD_OK;
}

int command_status(int argc, char **argv)
{
    const char *directory;
    int exit_status = 0;
    if (report_parse(argc, argv, help, NULL, 0, &directory, &exit_status) == REPORT_ENDED) {
        return exit_status;
    }
    struct board board;
    enum board_result result = board_open(&board, directory);
    if (result == BOARD_OK) {
        result = print_status(&board);
        board_close(&board);
    }
    return report_board(argv[0], &board, result);
}
