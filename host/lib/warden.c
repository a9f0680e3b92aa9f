/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process between the one that starts a board and the board's own (warden.h). It is made by
 * fork() of a program that may have threads: only calls that are safe then.
 */
#include "host/lib/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lib/dead_board.h"
#include "host/lib/fabric_keys.h"
#include "host/lib/run_lock.h"

/* What the warden keeps open besides standard input and output, from 3 on. */
enum {
    LOCK_DESCRIPTOR = 3,
    REPORT_DESCRIPTOR,
    SHARED_DESCRIPTOR,
    NEXT_DESCRIPTOR = SHARED_DESCRIPTOR + BOARD_LOCKS,
};

static const char bus_error[] =
    "a page of the board's files cannot be had: the disk is full, or a file was made shorter\n";

static bool inherit(int descriptor)
{
    return descriptor < 0 || fcntl(descriptor, F_SETFD, 0) == 0;
}

static bool inherit_locks(const struct warden_setup *setup)
{
    bool done = inherit(setup->lock);
    for (size_t i = 0; i < BOARD_LOCKS; i++) {
        done = done && inherit(setup->shared->descriptors[i]);
    }
    return done;
}

static bool redirect(const char *output_name, int flags)
{
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int output = open(output_name, O_WRONLY | O_CLOEXEC | flags, 0600);
    return input >= 0 && output >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
           dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0;
}

/* Dies when its parent does, which may have happened already. */
static bool end_with(pid_t parent, int signal)
{
    return prctl(PR_SET_PDEATHSIG, signal) == 0 && getppid() == parent;
}

static _Noreturn void run_board(char *const *arguments, const struct warden_setup *setup,
                                pid_t warden, int report)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (end_with(warden, SIGKILL) && inherit_locks(setup) && inherit(setup->inherited) &&
        redirect("emulator.log", O_CREAT | O_TRUNC | O_APPEND)) {
        (void)execvp(arguments[0], arguments);
    }
    int error = errno;
    ssize_t written = write(report, &error, sizeof error);
    _exit(written == sizeof error ? 127 : 126);
}

/* @return errno of what kept the board from being executed, or 0 */
static int start_board(char *const *arguments, const struct warden_setup *setup, pid_t *board)
{
    int report[2];
    int error = 0;
    const pid_t warden = getpid();
    if (pipe2(report, O_CLOEXEC) != 0) {
        return errno;
    }
    *board = _Fork();
    if (*board == 0) {
        run_board(arguments, setup, warden, report[1]);
    }
    if (*board < 0) {
        return errno;
    }
    (void)close(report[1]);
    ssize_t length;
    do {
        length = read(report[0], &error, sizeof error);
    } while (length < 0 && errno == EINTR);
    (void)close(report[0]);
    return length == (ssize_t)sizeof error ? error : 0;
}

/* Nothing of the starter may stay open here: not its terminal, not the locks of its other boards. */
static bool let_go(const struct warden_setup *setup, int report)
{
    int copies[NEXT_DESCRIPTOR] = {[LOCK_DESCRIPTOR] = setup->lock, [REPORT_DESCRIPTOR] = report};
    bool done = true;
    for (int i = 0; i < BOARD_LOCKS; i++) {
        copies[SHARED_DESCRIPTOR + i] = setup->shared->descriptors[i];
    }
    for (int i = LOCK_DESCRIPTOR; i < NEXT_DESCRIPTOR; i++) {
        copies[i] = fcntl(copies[i], F_DUPFD_CLOEXEC, NEXT_DESCRIPTOR);
        done = done && copies[i] >= 0;
    }
    done = done && redirect("/dev/null", 0);
    for (int i = LOCK_DESCRIPTOR; i < NEXT_DESCRIPTOR; i++) {
        done = done && dup2(copies[i], i) >= 0;
    }
    return done && close_range(NEXT_DESCRIPTOR, ~0u, 0) == 0;
}

static void say(const char *text)
{
    int log = open("emulator.log", O_WRONLY | O_APPEND | O_CLOEXEC);
    ssize_t written = write(log, text, strlen(text));
    (void)written; /* nobody is left to be told */
    (void)close(log);
}

/* Waits for the board; a SIGTERM, also that of the starter's end, ends it. @return its status */
static int wait_for(pid_t board, const sigset_t *signals)
{
    int status = 0;
    while (waitpid(board, &status, WNOHANG) == 0) {
        if (sigwaitinfo(signals, NULL) == SIGTERM) {
            (void)kill(board, SIGKILL);
        }
    }
    return status;
}

static _Noreturn void keep(pid_t board, const struct warden_setup *setup, const sigset_t *signals)
{
    const int status = wait_for(board, signals);
    /* Of the file that was locked, wherever the name leads by now. */
    if (fabric_keys_wipe(SHARED_DESCRIPTOR + BOARD_LOCK_FABRIC)) {
        dead_board_leave_fabric("fabric");
    }
    dead_board_remove_socket("qmp.sock");
    if (setup->inherited < 0) {
        dead_board_remove_socket("doorbell");
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS) {
        say(bus_error);
    }
    /* Gives the locks back, and tells a starter that waits how the board ended. */
    _exit(WIFSIGNALED(status) ? WARDEN_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status));
}

static _Noreturn void run_warden(char *const *arguments, const struct warden_setup *setup,
                                 pid_t starter, int report)
{
    struct warden_report result = {.warden = getpid()};
    sigset_t signals;
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGCHLD);
    (void)signal(SIGCHLD, SIG_DFL); /* ignored, it would never arrive */
    (void)signal(SIGTERM, SIG_DFL);
    if (chdir(setup->directory) != 0 || setsid() < 0 ||
        (!setup->daemon && !end_with(starter, SIGTERM))) {
        result.error = errno != 0 ? errno : ESRCH;
    } else {
        result.error = start_board(arguments, setup, &result.board);
    }
    if (result.error == 0 &&
        !(run_lock_write_pid(setup->lock, result.board) && let_go(setup, report))) {
        result.error = errno;
    }
    const int answer = result.error == 0 ? REPORT_DESCRIPTOR : report;
    const bool reported = write(answer, &result, sizeof result) == (ssize_t)sizeof result;
    if (result.error != 0 || !reported) {
        _exit(1); /* and the board with it */
    }
    (void)close(answer);
    keep(result.board, setup, &signals);
}

struct warden_report warden_start(const struct command_line *line, const struct warden_setup *setup)
{
    struct warden_report result = {.error = EPIPE};
    int report[2];
    const pid_t starter = getpid();
    if (pipe2(report, O_CLOEXEC) != 0) {
        return (struct warden_report){.error = errno};
    }
    const pid_t warden = fork();
    if (warden == 0) {
        run_warden(line->arguments, setup, starter, report[1]);
    }
    if (warden < 0) {
        result.error = errno;
    }
    (void)close(report[1]);
    ssize_t length = 0;
    do {
        length = read(report[0], &result, sizeof result);
    } while (length < 0 && errno == EINTR);
    (void)close(report[0]);
    if (warden > 0 && result.error != 0) {
        (void)waitpid(warden, NULL, 0);
        result.warden = 0;
    }
    return result;
}
