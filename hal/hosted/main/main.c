/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtasp-sp: the security processor as a Linux process. It shares the mailbox, the fabric and x86
 * DRAM with the x86 side and listens on the doorbell socket, exactly as the emulated board does, so
 * that the same clients and test suites run against the firmware under sanitizers.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal/fabric.h"
#include "hal/hosted/devices.h"
#include "hal/hosted/doorbell_socket.h"
#include "hal/hosted/hosted.h"
#include "hal/hosted/main/options.h"
#include "hal/hosted/power_off.h"
#include "hal/log.h"

/** The firmware's entry; it calls hal_system_start() itself. */
_Noreturn void firmware_main(void);

/** Set for the process that a reset makes of this one: it is the same board, with the same log. */
#define RESET_VARIABLE "VIRTASP_SP_RESET"

/** Nobody shall take such a board for one that keeps secrets. */
static const char seeded_line[] = "virtasp-sp: entropy from a seed: every key can be foretold\n";

static char **arguments;

/** A second signal ends the process at once, but not with keys in the fabric. */
static void on_signal(int number)
{
    if (hosted_power_off_requested()) {
        hal_fabric_withdraw();
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    hosted_request_power_off();
}

/**
 * A reset comes at any moment, as the board's does: the process begins anew, with nothing of what it
 * was. The signal stays blocked until its successor is ready for the next one.
 */
static void on_reset(int number)
{
    (void)number;
    hal_fabric_withdraw();
    (void)execv("/proc/self/exe", arguments);
    _exit(EXIT_FAILURE);
}

/**
 * A page that cannot be had ends the process as it ends QEMU: with the signal, which tells what
 * happened, and not as a fault of the firmware.
 */
static bool catch_signals(void)
{
    const struct sigaction off = {.sa_handler = on_signal};
    const struct sigaction reset = {.sa_handler = on_reset};
    const struct sigaction end = {.sa_handler = SIG_DFL};
    sigset_t signals;

    return sigaction(SIGTERM, &off, NULL) == 0 && sigaction(SIGINT, &off, NULL) == 0 &&
           sigaction(SIGHUP, &reset, NULL) == 0 && sigaction(SIGBUS, &end, NULL) == 0 &&
           sigemptyset(&signals) == 0 && sigaddset(&signals, SIGHUP) == 0 &&
           sigprocmask(SIG_UNBLOCK, &signals, NULL) == 0;
}

/**
 * Whoever closes a standard descriptor must not get messages into the first file that is opened. What
 * stands in its place can be neither read nor written.
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
    struct hosted_files files;
    char error[512];

    if (!keep_standard_descriptors()) {
        return EXIT_FAILURE;
    }
    arguments = argv;
    hosted_reset();
    const bool seeded = options_parse(argc, argv, &files);

    files.log_goes_on = getenv(RESET_VARIABLE) != NULL;
    if (setenv(RESET_VARIABLE, "1", 1) != 0) {
        (void)fprintf(stderr, "virtasp-sp: out of memory\n");
        return EXIT_FAILURE;
    }
    if (files.log == NULL) {
        hosted_log_to(STDERR_FILENO);
    }
    if (!catch_signals() || atexit(hosted_socket_close) != 0) {
        (void)fprintf(stderr, "virtasp-sp: cannot prepare its own end\n");
        return EXIT_FAILURE;
    }
    if (!hosted_attach_files(&files, error, sizeof(error))) {
        (void)fprintf(stderr, "virtasp-sp: %s\n", error);
        return EXIT_FAILURE;
    }
    if (seeded) {
        hal_log_write(seeded_line, sizeof(seeded_line) - 1);
    }
    hosted_flash_set_strict(true);
    firmware_main();
}
