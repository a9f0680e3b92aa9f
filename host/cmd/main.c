/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp: makes, runs and shows the security processor. Each subcommand has a file of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/lib/board.h"
#include "host/provision/arguments.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"provision", command_provision, "make a chip: fuses, keys, certificates, flash"},
    {"sign", command_sign, "sign a firmware image"},
    {"start", command_start, "start the board of a chip"},
    {"stop", command_stop, "stop a running board"},
    {"reset", command_reset, "reset a running board"},
    {"load-firmware", command_load_firmware, "replace the firmware of a running board"},
    {"status", command_status, "say whether a board is running and in which state"},
    {"info", command_info, "print versions, commands and limits as JSON"},
    {"bridge", command_bridge, "give a virtual machine the board as a PCI function"},
    {"kds", command_kds, "serve a chip's certificates as AMD's key server does"},
    {"conformance", command_conformance, "hold an implementation against the specification"},
    {"exec", command_exec, "run a program that sees the board as /dev/sev and /dev/sev-guest"},
    {"fetch-certs", command_fetch_certs, "write the certificates behind a report into a folder"},
    {"vectors", command_vectors, "make test vectors for verifiers of attestation reports"},
    {"demo", command_demo, "launch a guest with the board, step by step"},
    {"run", command_run, "run a guest's code from encrypted memory"},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static int print_help(void)
{
    (void)printf("NAME\n"
                 "    virtasp - a security processor for emulated x86 machines\n"
                 "\n"
                 "SYNOPSIS\n"
                 "    virtasp COMMAND [ARGUMENT...]\n"
                 "    virtasp help [COMMAND]\n"
                 "    virtasp -V | --version\n"
                 "\n"
                 "COMMANDS\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        (void)printf("    %-15s%s\n", commands[i].name, commands[i].summary);
    }
    (void)printf("\n"
                 "    'virtasp help COMMAND' and 'virtasp COMMAND -h' (or --help) tell more.\n"
                 "\n"
                 "EXIT STATUS\n"
                 "    0  done\n"
                 "    1  failed; the reason is on standard error\n"
                 "    2  wrong usage\n"
                 "    3  the boot ROM refused the firmware image\n"
                 "    4  the firmware stopped: a self-test failed, or a fault\n"
                 "    5  the emulator could not be started, or crashed\n"
                 "    6  no board is running, or it does not answer in time\n"
                 "\n"
                 "EXAMPLES\n"
                 "    virtasp provision chip\n"
                 "    virtasp start chip\n"
                 "    virtasp status chip\n"
                 "    virtasp stop chip\n");
    return fflush(stdout) == 0 ? BOARD_OK : BOARD_FAILED;
}

/* A page of a mapped file that cannot be had: nothing else tells. */
static void on_bus_error(int number)
{
    static const char text[] = "virtasp: a page of the board's files cannot be had: the disk is "
                               "full, or a file was made shorter\n";
    (void)number;
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
    _exit(BOARD_FAILED);
}

static int run(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = on_bus_error};
    (void)sigaction(SIGBUS, &action, NULL);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[0], commands[i].name) == 0) {
            return commands[i].run(argc, argv);
        }
    }
    (void)fprintf(stderr, "virtasp: there is no command '%s'.\nTry 'virtasp help'.\n", argv[0]);
    return BOARD_BAD_USAGE;
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

/*
 * Whoever closes a standard descriptor must not get messages into the first file that is opened, the
 * mailbox perhaps. What stands in its place can be neither read nor written.
 */
static bool keep_standard_descriptors(void)
{
    int file = STDIN_FILENO;
    while (file <= STDERR_FILENO &&
           (fcntl(file, F_GETFD) >= 0 || errno != EBADF || open("/", O_PATH) == file)) {
        file++;
    }
    return file > STDERR_FILENO;
}

int main(int argc, char **argv)
{
    char help_option[] = "--help";
    if (!keep_standard_descriptors()) {
        return BOARD_FAILED;
    }
    if (argc < 2) {
        (void)fprintf(stderr, "virtasp: a command is missing.\nTry 'virtasp help'.\n");
        return BOARD_BAD_USAGE;
    }
    if (is_one_of(argv[1], "-V", "--version", "version")) {
        return provision_answer(PROVISION_VERSION, NULL);
    }
    if (is_one_of(argv[1], "-h", "--help", "help")) {
        if (argc < 3 || argv[2][0] == '-') {
            return print_help();
        }
        argv[1] = argv[2]; /* before what follows: `run --kernel` has a help of its own */
        argv[2] = help_option;
    }
    return run(argc - 1, argv + 1);
}
