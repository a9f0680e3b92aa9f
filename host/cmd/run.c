/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `virtasp run`: runs a guest on the reference emulator, or a Linux in QEMU. Both are programs of their
 * own beside this one.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cmd/commands.h"
#include "host/cmd/report.h"
#include "host/lib/board.h"
#include "host/lib/installed.h"
#include "host/provision/arguments.h"

static const char help[] =
    "NAME\n"
    "    virtasp run - run a guest from encrypted memory\n"
    "\n"
    "SYNOPSIS\n"
    "    virtasp run [OPTION...] GUEST\n"
    "    virtasp run --kernel VMLINUZ [OPTION...]\n"
    "\n"
    "DESCRIPTION\n"
    "    Starts a board, lets its firmware launch a guest, and runs the guest's x86-64 code: "
    "memory\n"
    "    holds ciphertext, and plaintext is in the emulator's caches only. Prints each step, the\n"
    "    guest's serial output, and at the end its verdict on itself.\n"
    "\n"
    "    GUEST is one of those below, by name, which `make guests` builds, or the file of a flat\n"
    "    image, with a slash in its name. docs/running-guests.md says how to write one.\n"
    "\n"
    "    With --kernel it is a Linux of a distribution, in QEMU: `virtasp run --kernel --help` "
    "tells\n"
    "    more.\n"
    "\n"
    "GUESTS\n"
    "    hello               prints a text that is nowhere in memory\n"
    "    memory              private and shared pages, caches, fetches\n"
    "    dma                 devices and private pages\n"
    "    secret              its owner sends a secret, which opens its disk\n"
    "    smp                 4 virtual CPUs count with one key\n"
    "    es                  for --es and --snp: registers, #VC, requests by GHCB\n"
    "    snp                 for --snp: pages, a report that its owner verifies, keys\n"
    "    tamper              the host attacks its memory\n"
    "    host                a program outside of guests, under the host's key\n"
    "\n"
    "OPTIONS\n"
    "    --policy NUMBER     guest policy, of 32 bits, with SEV-SNP 64 (the strictest that fits)\n"
    "    --vcpus N           virtual CPUs, 1 to 8 (as the image says, else 1)\n"
    "    --memory MIB        guest memory, 1 to 16384 (as the image says, else 16)\n"
    "    --es                with SEV-ES: registers are encrypted, too\n"
    "    --snp               with SEV-SNP: memory is guarded, too\n"
    "    --tsme              on a machine that encrypts all of memory with the host's key\n"
    "    --full              programs of the host: with the C-bit everywhere\n"
    "    --plain             without any encryption, for comparison\n"
    "    --c-bit N           position of the C-bit, 32 to 51 (51)\n"
    "    --trace FILE        write every command, exit, exception, fill and flush as lines of "
    "JSON\n"
    "    --report FILE       write a page of HTML on the run: maps of memory, measurement, "
    "certificates,\n"
    "                        time line\n"
    "    --seconds N         longest time for the guest to run; 0: any (60)\n"
    "    --quiet             print no steps of the launch\n"
    "    --chip DIR          the chip ($BUILD/chip, else build/chip or ./chip); made if it is not "
    "there\n"
    "    --rom FILE          boot ROM for the chip's flash (as built, else as installed)\n"
    "    --firmware FILE     firmware for the chip's flash (as built, else as installed)\n"
    "    --cpu MODEL         CPU of the board (max)\n"
    "    --qemu PATH         the board's emulator ($QEMU, else qemu-system-arm)\n"
    "    --hosted PATH       run the firmware as this Linux process, instead of QEMU\n"
    "    -h, --help          show this text\n"
    "    -V, --version       print the version\n"
    "\n"
    "EXIT STATUS\n"
    "    0  the guest has ended itself, and says that all is well\n"
    "    1  it says otherwise, has not ended in time, or something failed; a step on standard\n"
    "       output, or a line on standard error, tells the reason\n"
    "    2  wrong usage\n" REPORT_EXIT_START "\n"
    "EXAMPLES\n"
    "    virtasp run hello\n"
    "    virtasp run --snp --vcpus 2 --trace trace.json hello\n";

/* Those of a Linux alone. */
static const char *const linux_options[] = {
    "--initrd",  "--append",  "--disk",   "--network", "--ssh",    "--secret",  "--period",
    "--console", "--control", "--digest", "--restore", "--attack", "--qemu-x86"};

/* Also with its value, as in --kernel=FILE. */
static bool is_option(const char *argument, const char *name)
{
    const size_t length = strlen(name);
    return strncmp(argument, name, length) == 0 &&
           (argument[length] == '\0' || argument[length] == '=');
}

static const char *find_linux_option(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        for (size_t j = 0; j < sizeof linux_options / sizeof linux_options[0]; j++) {
            if (is_option(argv[i], linux_options[j])) {
                return linux_options[j];
            }
        }
    }
    return NULL;
}

static bool asks_for(int argc, char **argv, const char *brief, const char *full)
{
    for (int i = 1; i < argc; i++) {
        if (is_option(argv[i], brief) || is_option(argv[i], full)) {
            return true;
        }
    }
    return false;
}

/* Becomes another program, which has the same arguments. */
static int become(enum installed_file program, char **argv, const char *target)
{
    char path[PATH_MAX];
    if (!installed_find(program, path)) {
        (void)fprintf(stderr, "virtasp run: %s: %s: `make %s` builds it\n", path, strerror(errno),
                      target);
        return BOARD_FAILED;
    }
    (void)fflush(stdout);
    (void)execv(path, argv);
    (void)fprintf(stderr, "virtasp run: %s: %s\n", path, strerror(errno));
    return BOARD_FAILED;
}

int command_run(int argc, char **argv)
{
    if (asks_for(argc, argv, "--kernel", "--request")) {
        return become(INSTALLED_LINUX_GUEST, argv, "linux-guest");
    }
    if (asks_for(argc, argv, "-h", "--help")) {
        return provision_answer(PROVISION_HELP, help);
    }
    if (asks_for(argc, argv, "-V", "--version")) {
        return provision_answer(PROVISION_VERSION, NULL);
    }
    const char *option = find_linux_option(argc, argv);
    if (option != NULL) {
        struct provision_error error;
        (void)provision_fail(&error, "%s goes with --kernel", option);
        return provision_usage_error("run", &error);
    }
    return become(INSTALLED_EMULATOR, argv, "emulator");
}
