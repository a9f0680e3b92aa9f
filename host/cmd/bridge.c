/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp bridge: the board as a PCI function of a virtual machine.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "host/bridge/bridge.h"
#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/named_socket.h"
#include "host/lib/status.h"

static const char help[] =
    "NAME\n"
    "    virtasp bridge - give a virtual machine the board as a PCI function\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp bridge DIR --vfio-user SOCKET\n"
    "\n"
    "DESCRIPTION\n"
    "    Serves the running board of the chip in DIR as PCI function 1022:14CA, by the vfio-user\n"
    "    protocol, to one QEMU (10.1 or newer) after the other, until SIGTERM, SIGINT or SIGHUP.\n"
    "    Prints the options that QEMU needs for it: its memory must be the board's. docs/linux.md\n"
    "    tells what Linux needs to use it.\n"
    "\n"
    "    The mailbox is locked for one command at a time. A reset of the machine resets the "
    "board;\n"
    "    a function-level reset resets the function alone. The board may be reset, stopped and\n"
    "    started again meanwhile; commands that get no answer then, or find no board, fail with\n"
    "    HWERROR_PLATFORM.\n"
    "\n"
    "OPTIONS\n"
    "    --vfio-user SOCKET  listen at this unix socket, to which only this user can connect\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  a signal has ended it\n"
    "    1  failed, or another program listens at SOCKET; the reason is on standard error\n"
    "    2  wrong usage\n"
    "    6  no board is running\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp start chip --machine q35 --memory 1024\n"
    "    virtasp bridge chip --vfio-user /tmp/sp.sock &\n";

#define MIB (1024ull * 1024)

/* What stands in a string of JSON in a quoted word of a shell, whatever is in the name. */
static void print_name(const char *name)
{
    for (; *name != '\0'; name++) {
        const unsigned char character = (unsigned char)*name;
        if (character < 0x20 || character == '"' || character == '\\' || character == '\'') {
            (void)printf("\\u%04x", character);
        } else {
            (void)putchar(character);
        }
    }
}

/* Tells what memory the machine needs, and what about the board does not fit one. */
static enum board_result describe(struct board *board, const char *directory, const char *name)
{
    struct status_view view;
    const enum board_result result = status_look(board, directory, &view);
    if (result != BOARD_OK && result != BOARD_STOPPED) {
        return result;
    }
    const struct fabric_config *configuration = &view.configuration;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < configuration->range_count && i < FABRIC_RANGES_MAX; i++) {
        bytes += configuration->ranges[i].length;
    }
    if ((configuration->flags & FABRIC_FLAG_WBINVD_REPORTED) != 0) {
        (void)fprintf(stderr,
                      "virtasp bridge: warning: the board of %s was started without --machine: its "
                      "memory is laid out in another way than QEMU's, and DF_FLUSH waits for cores "
                      "that report WBINVD\n",
                      directory);
    }
    (void)printf("-m %lluM -machine memory-backend=ram "
                 "-object '{\"qom-type\":\"memory-backend-file\",\"id\":\"ram\",\"size\":%llu,"
                 "\"share\":true,\"mem-path\":\"",
                 (unsigned long long)(bytes / MIB), (unsigned long long)bytes);
    print_name(directory);
    (void)printf(
        "/run/dram\"}' "
        "-device '{\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"");
    print_name(name);
    (void)printf("\"}}'\n");
    return fflush(stdout) == 0
               ? BOARD_OK
               : board_fail(board, BOARD_FAILED, "cannot write: %s", strerror(errno));
}

/* A descriptor that is readable once the process is told to end; -1 when there is none. */
static int catch_signals(void)
{
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGHUP);
    return sigprocmask(SIG_BLOCK, &ends, NULL) == 0 ? signalfd(-1, &ends, SFD_CLOEXEC) : -1;
}

static enum board_result serve(struct board *board, const char *directory, const char *name)
{
    char absolute[PATH_MAX];
    struct named_socket place;
    const int signals = catch_signals();
    if (signals < 0) {
        return board_fail(board, BOARD_FAILED, "cannot wait for signals: %s", strerror(errno));
    }
    const char *refusal = named_socket_listen(name, &place);
    enum board_result result = BOARD_OK;
    if (refusal != NULL) {
        result = board_fail(board, BOARD_FAILED, "%s: %s", name, refusal);
    } else {
        result = realpath(name, absolute) != NULL
                     ? describe(board, directory, absolute)
                     : board_fail(board, BOARD_FAILED, "%s: %s", name, strerror(errno));
        if (result == BOARD_OK) {
            result = bridge_serve(directory, place.listener, signals, board);
        }
        named_socket_close(name, &place);
    }
    (void)close(signals);
    return result;
}

int command_bridge(int argc, char **argv)
{
    const char *directory;
    const char *name = NULL;
    char absolute[PATH_MAX];
    int status = 0;
    struct provision_error error = {0};
    struct board board = BOARD_CLOSED;
    const struct provision_option table[] = {{"vfio-user", &name, NULL, NULL}};
    if (report_parse(argc, argv, help, table, sizeof table / sizeof table[0], &directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    if (name == NULL) {
        (void)provision_fail(&error, "--vfio-user SOCKET is needed");
        return provision_usage_error(argv[0], &error);
    }
    if (realpath(directory, absolute) == NULL) {
        return report_board(argv[0], &board,
                            board_fail(&board, BOARD_FAILED, "%s: %s", directory, strerror(errno)));
    }
    return report_board(argv[0], &board, serve(&board, absolute, name));
}
