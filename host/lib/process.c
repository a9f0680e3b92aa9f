/*
 * Starts the process that is the board.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lib/run_lock.h"
#include "host/lib/runner_internal.h"

struct child_setup {
    const char *directory;
    int lock;
    int report; /* where errno goes when the program cannot be run */
    pid_t parent;
    bool daemon;
};

/* Between fork() and exec: only functions that are safe in the child of a threaded program. */
static _Noreturn void run_child(char *const *arguments, const struct child_setup *setup)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    bool ready =
        chdir(setup->directory) == 0 && setsid() >= 0 && fcntl(setup->lock, F_SETFD, 0) == 0;
    if (ready && !setup->daemon) {
        /* The parent may have died before the request: then nobody is left to be served. */
        ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == setup->parent;
    }
    if (ready) {
        int input = open("/dev/null", O_RDONLY);
        int output = open("emulator.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ready = input >= 0 && output >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
                dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0;
    }
    if (ready) {
        (void)execvp(arguments[0], arguments);
    }
    int error = errno;
    ssize_t written = write(setup->report, &error, sizeof error);
    _exit(written == sizeof error ? 127 : 126);
}

enum board_result runner_spawn(struct board *board, const struct command_line *line, int lock,
                               bool daemon)
{
    char directory[PATH_MAX];
    int report[2];
    if (!board_path(directory, board->directory, "run") || pipe2(report, O_CLOEXEC) != 0) {
        return board_fail(board, BOARD_FAILED, "cannot start a process: %s", strerror(errno));
    }
    const struct child_setup setup = {
        .directory = directory,
        .lock = lock,
        .report = report[1],
        .parent = getpid(),
        .daemon = daemon,
    };
    pid_t pid = fork();
    if (pid == 0) {
        run_child(line->arguments, &setup);
    }
    int error = pid < 0 ? errno : 0;
    (void)close(report[1]);
    if (pid > 0) {
        ssize_t length;
        do {
            length = read(report[0], &error, sizeof error);
        } while (length < 0 && errno == EINTR);
        if (length == (ssize_t)sizeof error) {
            (void)waitpid(pid, NULL, 0);
        } else {
            error = run_lock_write_pid(lock, pid) ? 0 : errno;
            board->pid = pid;
        }
    }
    (void)close(report[0]);
    if (error != 0) {
        return board_fail(board, BOARD_NOT_STARTED, "%s: %s", line->arguments[0], strerror(error));
    }
    return BOARD_OK;
}
