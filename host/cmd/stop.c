/*
 * virtasp stop and virtasp reset.
 */
#include <stdio.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/runner.h"

static const char stop_help[] =
    "NAME\n"
    "    virtasp stop - stop a running board\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp stop DIR\n"
    "\n"
    "DESCRIPTION\n"
    "    Ends the board of the chip in DIR as a power cut does: guests and their keys are gone,\n"
    "    stored data stay. An emulator that does not end when asked is killed.\n"
    "\n"
    "OPTIONS\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_RUNNING "\n"
    "EXAMPLES\n"
    "    virtasp stop chip\n";

static const char reset_help[] =
    "NAME\n"
    "    virtasp reset - reset a running board\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp reset DIR [--timeout SECONDS]\n"
    "\n"
    "DESCRIPTION\n"
    "    Resets the security processor of the board in DIR and returns once its firmware serves\n"
    "    commands again. Guests and their keys are gone; x86 memory keeps its content.\n"
    "\n"
    "OPTIONS\n"
    "    --timeout SECONDS   longest wait for the firmware (60)\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_RESET "\n"
    "EXAMPLES\n"
    "    virtasp reset chip\n";

int command_stop(int argc, char **argv)
{
    const char *directory;
    int status = 0;
    if (report_parse(argc, argv, stop_help, NULL, 0, &directory, &status) == REPORT_ENDED) {
        return status;
    }
    struct board board;
    return report_board(argv[0], &board, board_stop_directory(&board, directory));
}

int command_reset(int argc, char **argv)
{
    const char *directory;
    uint32_t timeout_s = BOARD_READY_TIMEOUT_MS / 1000;
    int status = 0;
    const struct provision_option table[] = {{"timeout", NULL, &timeout_s, NULL}};
    if (report_parse(argc, argv, reset_help, table, 1, &directory, &status) == REPORT_ENDED) {
        return status;
    }
    struct board board;
    enum board_result result = board_open(&board, directory);
    if (result == BOARD_OK) {
        result = board_reset(&board, timeout_s < 3600 ? (int)timeout_s * 1000 : 3600 * 1000);
        board_close(&board);
    }
    return report_board(argv[0], &board, result);
}
