/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp start: runs the board of a chip.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "host/cmd/commands.h"
#include "host/cmd/interrupt.h"
#include "host/cmd/report.h"
#include "host/cmd/service.h"
#include "host/cmd/service_log.h"
#include "host/lib/deadline.h"
#include "host/lib/file_modes.h"
#include "host/lib/runner.h"

#define LOOK_US 200000

static const char help[] =
    "NAME\n"
    "    virtasp start - start the board of a chip\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp start DIR [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Starts QEMU's Arm board with the flash, fuses and stored data of the chip in DIR, and\n"
    "    returns once its firmware serves commands. The board goes on in the background until\n"
    "    'virtasp stop'. A chip has one board at a time.\n"
    "\n"
    "    A start that is interrupted, or whose board is ended by 'virtasp stop' before it serves\n"
    "    commands, fails (1) and leaves no board. Files that others may read or write are warned\n"
    "    of: new ones have mode 0600, but those of --mailbox, --fabric and --dram keep theirs.\n"
    "\n"
    "OPTIONS\n"
    "    --memory MIB        x86 memory, an even number of MiB (as large as the file of --dram,\n"
    "                        else 256)\n"
    "    --mailbox FILE      use this file, of 2 MiB, for the mailbox; its registers are cleared\n"
    "    --fabric FILE       use this file, of 2 MiB, for the fabric; a configuration in it is\n"
    "                        kept, keys are not\n"
    "    --dram FILE         use this file as x86 memory; its content and its size are kept\n"
    "                        (files that do not exist are made)\n"
    "    --doorbell SOCKET   make the doorbell socket here\n"
    "    --machine TYPE      lay memory out as QEMU's machine TYPE does, pc or q35, whose cores\n"
    "                        report no WBINVD: for 'virtasp bridge' (neither; a\n"
    "                        fabric with a configuration keeps it)\n"
    "    --flash FILE        boot from this flash bank instead of DIR/flash.img\n"
    "    --tsme              encrypt all of memory with the host's key, guests' excepted\n"
    "    --cpu MODEL         CPU of the board: max, cortex-a15, cortex-a7 (max)\n"
    "    --no-engine         without the cipher engine: the firmware encrypts by itself, more "
    "slowly\n"
    "    --icount            deterministic time: one instruction per nanosecond; without the "
    "engine\n"
    "    --qemu PATH         the emulator ($QEMU, else qemu-system-arm)\n"
    "    --hosted PATH       run the firmware as this Linux process, instead of QEMU\n"
    "    --timeout SECONDS   longest wait for the firmware (60)\n"
    "    --foreground        stay until the board ends; Ctrl-C stops it\n"
    "    --log FILE          with --foreground: add what board and emulator print, and what\n"
    "                        becomes of them, to FILE (- = standard error)\n"
    "    --log-level LEVEL   error: why the board serves no more; warning: what the emulator\n"
    "                        prints, too; info: all (info)\n"
    "    --print             make the files in DIR/run, print the command line that runs a board\n"
    "                        with them, and start nothing\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_START "\n"
    "SERVICES\n"
    "    With --foreground a listening unix socket that the service manager passes on\n"
    "    (LISTEN_FDS) becomes the doorbell, and it is told when the firmware serves commands\n"
    "    (NOTIFY_SOCKET). docs/running.md has an example.\n"
    "\n"
    "FILES\n"
    "    DIR/run/mailbox, fabric, dram, doorbell\n"
    "                        what the board shares, or links to it\n"
    "    DIR/run/uart.log    what boot ROM and firmware log\n"
    "    DIR/run/emulator.log\n"
    "                        what the emulator prints\n"
    "    DIR/run/pid         the board's process, which holds a lock on this file\n"
    "\n"
    "EXAMPLES\n"
    "    virtasp start chip\n"
    "    virtasp start chip --memory 1024 --dram /dev/shm/guest.ram --foreground\n";

/* How a board is to be run. */
struct manner {
    bool foreground;
    bool print;
    const char *log;
    const char *level;
};

/* The board runs, or would run, without something. */
static void note_missing_engine(const struct board *board, const struct board_options *options)
{
    if (board->lacks_engine) {
        (void)fprintf(stderr,
                      "virtasp start: note: this QEMU has no virtio-crypto-device: the firmware of "
                      "%s encrypts by itself, more slowly\n",
                      options->directory);
    }
}

/* On standard error, and in the log of a service. */
static void warn_of_mode(void *context, const char *text)
{
    struct service_log *log = context;
    (void)fprintf(stderr, "virtasp start: warning: %s\n", text);
    if (log != NULL) {
        service_log_say(log, SERVICE_LOG_WARNING, "%s", text);
    }
}

/* Keeps the board until it ends by itself or a signal asks to end it. */
static enum board_result stay(struct board *board, const volatile sig_atomic_t *interrupted,
                              struct service_log *log)
{
    board_close(board); /* other programs use the board meanwhile */
    while (*interrupted == 0) {
        service_log_follow(log);
        if (board_wait_end(board, 0)) {
            service_log_say(log, SERVICE_LOG_INFO, "the board has ended");
            return board_explain_end(board);
        }
        deadline_sleep_us(LOOK_US);
    }
    service_notify("STOPPING=1");
    service_log_say(log, SERVICE_LOG_INFO, "signal %d: the board is stopped", (int)*interrupted);
    enum board_result result = board_stop(board);
    service_log_follow(log);
    return result;
}

static enum board_result run(struct board *board, const struct board_options *options,
                             bool foreground, struct service_log *log)
{
    enum board_result result = board_start(board, options);
    if (result != BOARD_OK) {
        return result;
    }
    (void)printf("the board of %s is running (process %ld)\n", options->directory,
                 (long)board->pid);
    (void)fflush(stdout);
    note_missing_engine(board, options);
    file_modes_warn(board->directory, warn_of_mode, log);
    if (!foreground) {
        board_close(board);
        return BOARD_OK;
    }
    service_log_follow(log);
    service_log_say(log, SERVICE_LOG_INFO, "the board of %s is running (process %ld)",
                    options->directory, (long)board->pid);
    service_notify("READY=1");
    return stay(board, options->cancel, log);
}

/* With a log, and a socket that is as it was before once the board has ended. */
static enum board_result serve(struct board *board, const struct board_options *options,
                               const struct manner *manner, enum service_log_level level)
{
    struct service_log log;
    struct service_socket_name name = {.is_kept = false};
    *board = (struct board)BOARD_CLOSED;
    enum board_result result = service_log_check(board, options, manner->log);
    if (result != BOARD_OK) {
        return result;
    }
    (void)signal(SIGPIPE, SIG_IGN); /* Who reads the log may go. */
    if (!service_log_open(&log, manner->log, level, options->directory)) {
        return board_fail(board, BOARD_FAILED, "%s: %s", manner->log, strerror(errno));
    }
    if (options->listener > 0) {
        service_keep_name(&name, options->listener);
    }
    result = run(board, options, manner->foreground, &log);
    service_restore_name(&name);
    if (board->spawned) { /* Else the files in run/ are another board's, or an earlier one's. */
        service_log_follow(&log);
    }
    if (result != BOARD_OK) {
        service_log_say(&log, SERVICE_LOG_ERROR, "%s", board->message);
    }
    service_log_close(&log);
    return result;
}

/* @return whether the options go together; else ERROR says why not */
static bool check(struct board_options *options, const struct manner *manner,
                  enum service_log_level *level, struct provision_error *error)
{
    if ((manner->log != NULL || manner->level != NULL) && !manner->foreground) {
        return provision_fail(error, "--log and --log-level want --foreground");
    }
    if (manner->level != NULL && !service_log_level_by_name(manner->level, level)) {
        return provision_fail(error, "--log-level is error, warning or info, not '%s'",
                              manner->level);
    }
    switch (manner->foreground ? service_take_socket(&options->listener) : SERVICE_NO_SOCKET) {
    case SERVICE_NO_SOCKET:
        return true;
    case SERVICE_ONE_SOCKET:
        return options->doorbell == NULL ||
               provision_fail(error, "the doorbell was passed on: --doorbell makes no sense");
    default:
        return provision_fail(error, "more sockets were passed on than the doorbell");
    }
}

int command_start(int argc, char **argv)
{
    struct board_options options = board_default_options;
    struct manner manner = {0};
    enum service_log_level level = SERVICE_LOG_INFO;
    struct provision_error error = {0};
    const char *machine = NULL;
    bool tsme = false;
    bool memory_given = false;
    uint32_t timeout_s = BOARD_READY_TIMEOUT_MS / 1000;
    int status = 0;
    const struct provision_option table[] = {
        {"memory", NULL, &options.memory_mib, &memory_given},
        {"mailbox", &options.mailbox, NULL, NULL},
        {"fabric", &options.fabric, NULL, NULL},
        {"dram", &options.dram, NULL, NULL},
        {"doorbell", &options.doorbell, NULL, NULL},
        {"machine", &machine, NULL, NULL},
        {"flash", &options.flash, NULL, NULL},
        {"cpu", &options.cpu, NULL, NULL},
        {"tsme", NULL, NULL, &tsme},
        {"no-engine", NULL, NULL, &options.no_engine},
        {"icount", NULL, NULL, &options.icount},
        {"qemu", &options.qemu, NULL, NULL},
        {"hosted", &options.hosted, NULL, NULL},
        {"timeout", NULL, &timeout_s, NULL},
        {"foreground", NULL, NULL, &manner.foreground},
        {"print", NULL, NULL, &manner.print},
        {"log", &manner.log, NULL, NULL},
        {"log-level", &manner.level, NULL, NULL},
    };
    if (report_parse(argc, argv, help, table, sizeof table / sizeof table[0], &options.directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    if (memory_given && options.memory_mib == 0) {
        (void)provision_fail(&error, "--memory wants an even number of MiB, 4 or more");
        return provision_usage_error(argv[0], &error);
    }
    if (machine != NULL && !fabric_options_set_machine(&options.fabric_options, machine)) {
        (void)provision_fail(&error, "--machine is pc or q35, not '%s'", machine);
        return provision_usage_error(argv[0], &error);
    }
    if (!report_timeout(timeout_s, &options.timeout_ms, &error) ||
        !check(&options, &manner, &level, &error)) {
        return provision_usage_error(argv[0], &error);
    }
    options.daemon = !manner.foreground;
    options.fabric_options.flags |= tsme ? FABRIC_FLAG_TSME : 0;
    struct board board;
    if (manner.print) {
        const enum board_result result = board_print_command(&board, &options);
        if (result == BOARD_OK) {
            note_missing_engine(&board, &options);
            file_modes_warn(board.directory, warn_of_mode, NULL);
        }
        return report_board(argv[0], &board, result);
    }
    options.cancel = interrupt_catch();
    return report_board(argv[0], &board, serve(&board, &options, &manner, level));
}
