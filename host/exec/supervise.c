/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program, and serves its devices (supervise.h). Three threads: this one waits for signals and
 * for the program's end; one takes the program's calls, and answers those that want no board at once;
 * the worker answers the others.
 */
#include "host/exec/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/exec/ccp.h"
#include "host/exec/files.h"
#include "host/exec/tsm.h"
#include "host/exec/worker.h"

#define JOIN_SECONDS 2

struct supervisor {
    const struct exec_run *run;
    struct exec_devices devices;
    struct exec_tsm tsm;
    struct exec_places places;
    struct exec_worker worker;
    int listener;
    pid_t program;
    bool lingers; /* The thread that takes calls has not ended. */
};

static int serve_ioctl(struct supervisor *supervisor, const struct exec_call *call)
{
    const int descriptor = (int)call->arguments[0];
    const uint32_t number = (uint32_t)call->arguments[1];
    const enum exec_device device = exec_device_of(&supervisor->devices, call, descriptor);
    const long flags = exec_device_flags(call, descriptor);
    if (device == EXEC_NO_DEVICE || flags < 0 || (flags & O_PATH) != 0) {
        return -EBADF;
    }
    if (device == EXEC_DEVICE_SEV_GUEST) {
        return exec_sev_guest_ioctl(supervisor->run->guest, call, number, call->arguments[2]);
    }
    const bool writable = (flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR;
    return exec_ccp_ioctl(supervisor->run->machine, call, number, call->arguments[2], writable);
}

/* Of the worker. */
static void serve_with_board(void *context, const struct exec_call *call)
{
    struct supervisor *supervisor = context;
    struct exec_file_call file;
    exec_machine_take_turns(supervisor->run->machine);
    if (call->number == SYS_ioctl) {
        exec_call_answer(call, serve_ioctl(supervisor, call));
    } else if (!exec_files_parse(&supervisor->places, call, &file)) {
        exec_call_continue(call);
    } else if (file.path.kind == EXEC_PATH_TSM) {
        exec_tsm_serve(&supervisor->tsm, call, &file);
    } else { /* Another thread of the program has changed the name meanwhile. */
        exec_files_serve_device(&supervisor->devices, call, &file);
    }
}

static void rest(void *context)
{
    struct supervisor *supervisor = context;
    exec_machine_give(supervisor->run->machine);
}

static void serve_call(struct supervisor *supervisor, const struct exec_call *call)
{
    struct exec_file_call file;
    if (call->number == SYS_ioctl) {
        if (exec_device_of(&supervisor->devices, call, (int)call->arguments[0]) == EXEC_NO_DEVICE) {
            exec_call_continue(call);
        } else {
            exec_worker_add(&supervisor->worker, call);
        }
    } else if (!exec_files_parse(&supervisor->places, call, &file)) {
        exec_call_continue(call);
    } else if (file.path.kind == EXEC_PATH_TSM) {
        exec_worker_add(&supervisor->worker, call);
    } else {
        exec_files_serve_device(&supervisor->devices, call, &file);
    }
}

static void *receive(void *context)
{
    struct supervisor *supervisor = context;
    struct exec_call call;
    enum exec_received received;
    while ((received = exec_call_receive(supervisor->listener, &call)) != EXEC_ENDED) {
        if (received == EXEC_RECEIVED) {
            serve_call(supervisor, &call);
        }
    }
    return NULL;
}

/* Signals that someone sends to this process are for the program. A terminal sends its own to both. */
static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void block_signals(sigset_t *waited, sigset_t *before)
{
    (void)signal(SIGCHLD, SIG_DFL); /* else nobody could wait for the program */
    (void)sigemptyset(waited);
    (void)sigaddset(waited, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++) {
        (void)sigaddset(waited, forwarded[i]);
    }
    (void)sigprocmask(SIG_BLOCK, waited, before);
}

/* @return whether the program has ended; takes what it left as orphans, too */
static bool has_ended(const struct supervisor *supervisor, int *status)
{
    bool ended = false;
    int of_any = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &of_any, WNOHANG)) > 0) {
        if (pid == supervisor->program) {
            *status =
                WIFSIGNALED(of_any) ? EXEC_STATUS_SIGNAL + WTERMSIG(of_any) : WEXITSTATUS(of_any);
            ended = true;
        }
    }
    return ended;
}

static void wait_for_end(const struct supervisor *supervisor, const sigset_t *waited, int *status)
{
    while (!has_ended(supervisor, status)) {
        siginfo_t signal;
        const int number = sigwaitinfo(waited, &signal);
        if (number > 0 && number != SIGCHLD && signal.si_code <= 0) {
            (void)kill(supervisor->program, number);
        }
    }
}

/* Nobody is left who calls, unless a process cannot be ended: it is not waited for. */
static bool join(pthread_t receiver)
{
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += JOIN_SECONDS;
    return pthread_timedjoin_np(receiver, NULL, &until) == 0;
}

/* Signals stay blocked: what comes after the program is not to be interrupted. */
static bool run_program(struct supervisor *supervisor, int *status, struct provision_error *error)
{
    sigset_t waited;
    sigset_t before;
    pthread_t receiver;
    block_signals(&waited, &before);
    if (!exec_child_start(supervisor->run->arguments, &before, &supervisor->program,
                          &supervisor->listener, error)) {
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        return false;
    }
    int failure = exec_worker_start(&supervisor->worker);
    const bool working = failure == 0;
    if (working) {
        failure = pthread_create(&receiver, NULL, receive, supervisor);
    }
    if (failure == 0) {
        wait_for_end(supervisor, &waited, status);
    }
    exec_child_end_all();
    if (working) {
        exec_worker_end(&supervisor->worker);
    }
    supervisor->lingers = failure == 0 && !join(receiver);
    if (!supervisor->lingers) {
        (void)close(supervisor->listener);
    }
    errno = failure;
    return failure == 0 || provision_fail_errno(error, "no thread can be started");
}

bool exec_supervise(const struct exec_run *run, int *status, struct provision_error *error)
{
    struct supervisor *supervisor = calloc(1, sizeof *supervisor);
    if (supervisor == NULL) {
        return provision_fail_errno(error, "no memory");
    }
    supervisor->run = run;
    supervisor->worker =
        (struct exec_worker){.serve = serve_with_board, .idle = rest, .context = supervisor};
    supervisor->places.devices = &supervisor->devices;
    bool good = exec_devices_make(&supervisor->devices, run->guest != NULL) ||
                provision_fail_errno(error, "no file can be made for a device");
    if (good && run->guest != NULL) {
        good =
            exec_tsm_make(&supervisor->tsm, run->machine->directory, run->guest, run->vmpl, error);
        supervisor->places.tsm = supervisor->tsm.directory;
    }
    good = good && run_program(supervisor, status, error);
    if (run->guest != NULL) {
        exec_tsm_remove(&supervisor->tsm);
    }
    if (!supervisor->lingers) {
        exec_devices_close(&supervisor->devices);
        free(supervisor);
    }
    return good;
}
