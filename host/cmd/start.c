/*
 * virtasp start: runs the board of a chip.
 */
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/run_lock.h"
#include "host/lib/runner.h"

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
    "OPTIONS\n"
    "    --memory MIB        x86 memory, an even number of MiB (as large as the file of --dram,\n"
    "                        else 256)\n"
    "    --mailbox FILE      use this file, of 2 MiB, for the mailbox; its registers are cleared\n"
    "    --fabric FILE       use this file, of 2 MiB, for the fabric; a configuration in it is\n"
    "                        kept, keys are not\n"
    "    --dram FILE         use this file as x86 memory; its content and its size are kept\n"
    "                        (files that do not exist are made)\n"
    "    --doorbell SOCKET   make the doorbell socket here\n"
    "    --flash FILE        boot from this flash bank instead of DIR/flash.img\n"
    "    --tsme              encrypt all of memory with the host's key, guests' excepted\n"
    "    --cpu MODEL         CPU of the board: max, cortex-a15, cortex-a7 (max)\n"
    "    --icount            deterministic time: one instruction per nanosecond\n"
    "    --qemu PATH         the emulator ($QEMU, else qemu-system-arm)\n"
    "    --hosted PATH       run the firmware as this Linux process, instead of QEMU\n"
    "    --timeout SECONDS   longest wait for the firmware (60)\n"
    "    --foreground        stay until the board ends; Ctrl-C stops it\n"
    "    --print             print the emulator's command line, and do nothing\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n" REPORT_EXIT_STATUS REPORT_EXIT_START "\n"
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

/* Keeps the board until it ends by itself or a signal asks to end it. */
static int stay(struct board *board, const sigset_t *signals)
{
    const struct timespec pause = {.tv_nsec = 200000000};
    board_close(board); /* other programs use the board meanwhile */
    while (sigtimedwait(signals, NULL, &pause) < 0) {
        if (board_wait_end(board, 0)) {
            return BOARD_OK;
        }
    }
    return report_board("start", board, board_stop(board));
}

static bool block_signals(sigset_t *signals)
{
    return sigemptyset(signals) == 0 && sigaddset(signals, SIGINT) == 0 &&
           sigaddset(signals, SIGTERM) == 0 && sigprocmask(SIG_BLOCK, signals, NULL) == 0;
}

int command_start(int argc, char **argv)
{
    struct board_options options = board_default_options;
    bool foreground = false;
    bool print = false;
    bool tsme = false;
    uint32_t timeout_s = BOARD_READY_TIMEOUT_MS / 1000;
    int status = 0;
    const struct provision_option table[] = {
        {"memory", NULL, &options.memory_mib, NULL}, {"mailbox", &options.mailbox, NULL, NULL},
        {"fabric", &options.fabric, NULL, NULL},     {"dram", &options.dram, NULL, NULL},
        {"doorbell", &options.doorbell, NULL, NULL}, {"flash", &options.flash, NULL, NULL},
        {"cpu", &options.cpu, NULL, NULL},           {"tsme", NULL, NULL, &tsme},
        {"icount", NULL, NULL, &options.icount},     {"qemu", &options.qemu, NULL, NULL},
        {"hosted", &options.hosted, NULL, NULL},     {"timeout", NULL, &timeout_s, NULL},
        {"foreground", NULL, NULL, &foreground},     {"print", NULL, NULL, &print},
    };
    if (report_parse(argc, argv, help, table, sizeof table / sizeof table[0], &options.directory,
                     &status) == REPORT_ENDED) {
        return status;
    }
    options.daemon = !foreground;
    options.fabric_options.flags |= tsme ? FABRIC_FLAG_TSME : 0;
    options.timeout_ms = timeout_s < 3600 ? (int)timeout_s * 1000 : 3600 * 1000;
    struct board board;
    if (print) {
        return report_board(argv[0], &board, board_print_command(&board, &options));
    }
    enum board_result result = board_start(&board, &options);
    if (result != BOARD_OK) {
        return report_board(argv[0], &board, result);
    }
    (void)printf("the board of %s is running (process %ld)\n", options.directory,
                 (long)run_lock_holder(board.directory));
    (void)fflush(stdout);
    sigset_t signals;
    if (foreground && block_signals(&signals)) {
        return stay(&board, &signals);
    }
    board_close(&board);
    return BOARD_OK;
}
