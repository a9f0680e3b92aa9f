/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp stop and virtasp reset.
 */
#include <signal.h>
#include <stdio.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/runner.h"

static const char stop_help[] =
    "NAME\n"
    "    virtasp stop - stop a running board\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp stop DIR [--socket QMP]\n"
    "\n"
    "DESCRIPTION\n"
    "    Ends the board of the chip in DIR as a power cut does: guests and their keys are gone,\n"
    "    stored data stay. An emulator that does not end when asked is killed; what it took is\n"
    "    printed. It does not matter who started the board, and who uses it. A board that is just\n"
    "    being started is ended, too, and 'virtasp start' says so.\n"
    "\n"
    "OPTIONS\n"
    "    --socket QMP        QEMU's control socket (DIR/run/qmp.sock)\n"
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
    "    virtasp reset DIR [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Resets the security processor of the board in DIR and returns once its firmware serves\n"
    "    commands again. Guests and their keys are gone; x86 memory keeps its content. It does\n"
    "    not matter who started the board, and who uses it: a client that waits for an answer\n"
    "    gets none. virtasp-sp, which can run in place of QEMU, begins anew; a client connects to\n"
    "    its doorbell again.\n"
    "\n"
    "OPTIONS\n"
    "    --socket QMP        QEMU's control socket (DIR/run/qmp.sock)\n"
    "    --timeout SECONDS   longest wait for the firmware (60)\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_RESET "\n"
    "EXAMPLES\n"
    "    virtasp reset chip\n";

static const char *means(int end_signal)
{
    switch (end_signal) {
    case 0:
        return "it was asked to, at its control socket";
    case SIGTERM:
        return "it got SIGTERM";
    default:
        return "it got SIGKILL, since it did not end when it was asked to";
    }
}

int command_stop(int argc, char **argv)
{
    const char *directory;
    const char *socket = NULL;
    int status = 0;
    const struct provision_option table[] = {{"socket", &socket, NULL, NULL}};
    if (report_parse(argc, argv, stop_help, table, sizeof table / sizeof table[0], &directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    struct board board;
    const enum board_result result = board_stop_directory(&board, directory, socket);
    if (result == BOARD_OK) {
        (void)printf("the board of %s has ended (process %ld): %s\n", directory, (long)board.ended,
                     means(board.end_signal));
    }
    return report_board(argv[0], &board, result);
}

int command_reset(int argc, char **argv)
{
    const char *directory;
    const char *socket = NULL;
    uint32_t timeout_s = BOARD_READY_TIMEOUT_MS / 1000;
    int status = 0;
    const struct provision_option table[] = {
        {"socket", &socket, NULL, NULL},
        {"timeout", NULL, &timeout_s, NULL},
    };
    if (report_parse(argc, argv, reset_help, table, sizeof table / sizeof table[0], &directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    int timeout_ms;
    struct provision_error error = {0};
    if (!report_timeout(timeout_s, &timeout_ms, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    struct board board;
    const enum board_result result = board_reset_directory(&board, directory, socket, timeout_ms);
    if (result == BOARD_OK) {
        (void)printf("the board of %s was reset: its firmware serves commands again\n", directory);
    }
    return report_board(argv[0], &board, result);
}
