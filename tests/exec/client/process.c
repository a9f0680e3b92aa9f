/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors, threads, processes and signals: a device stays the device wherever its descriptor goes,
 * and nothing is lost with who used it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/exec/client/client.h"

#define THREADS 8u
#define CALLS 25u
#define VICTIMS 5u

static bool works(int file)
{
    struct sev_user_data_status status = {0};
    return client_issue(file, SEV_PLATFORM_STATUS, &status, NULL) == 0;
}

static bool ends_well(pid_t child)
{
    int status = -1;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void duplicates_are_the_device(void)
{
    const int file = client_open_sev(O_RDWR);
    const int copy = dup(file);
    const int far = fcntl(file, F_DUPFD_CLOEXEC, 700);
    (void)close(file);
    EXPECT(works(copy) && works(far) && far >= 700);
    EXPECT(client_issue(copy, SEV_PDH_GEN, NULL, NULL) == 0);
    const int other = open("/dev/null", O_RDWR);
    EXPECT(dup2(other, copy) == copy && !works(copy));
    (void)close(other);
    (void)close(copy);
    (void)close(far);
}

static void a_reopened_descriptor_has_its_own_mode(void)
{
    char name[64];
    const int file = client_open_sev(O_RDWR);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    const int reading = open(name, O_RDONLY);
    EXPECT(works(reading));
    EXPECT(client_issue(reading, SEV_PDH_GEN, NULL, NULL) == EPERM);
    (void)close(reading);
    (void)close(file);
}

static void children_inherit_it(void)
{
    char number[16];
    const int file = client_open_sev(O_RDWR);
    pid_t child = fork();
    if (child == 0) {
        _exit(works(file) ? 0 : 1);
    }
    EXPECT(ends_well(child));
    (void)snprintf(number, sizeof number, "%d", file);
    child = fork();
    if (child == 0) {
        (void)execl("/proc/self/exe", "client", "descriptor", number, (char *)NULL);
        _exit(1);
    }
    EXPECT(ends_well(child));
    (void)close(file);
}

/* Sends or receives one descriptor. */
static int pass(int socket, int file)
{
    char byte = 0;
    char room[CMSG_SPACE(sizeof file)] = {0};
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (file >= 0) {
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof file);
        memcpy(CMSG_DATA(header), &file, sizeof file);
        return (int)sendmsg(socket, &message, 0);
    }
    if (recvmsg(socket, &message, 0) == 1 && (header = CMSG_FIRSTHDR(&message)) != NULL) {
        memcpy(&file, CMSG_DATA(header), sizeof file);
    }
    return file;
}

static void a_passed_descriptor_is_the_device(void)
{
    int sockets[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    const pid_t child = fork();
    if (child == 0) {
        _exit(works(pass(sockets[1], -1)) ? 0 : 1);
    }
    const int file = client_open_sev(O_RDWR);
    EXPECT(pass(sockets[0], file) == 1);
    EXPECT(ends_well(child));
    (void)close(file);
    (void)close(sockets[0]);
    (void)close(sockets[1]);
}

static void *use(void *context)
{
    bool *good = context;
    const int file = open("/dev/sev", O_RDWR);
    *good = file >= 0;
    for (unsigned i = 0; i < CALLS && *good; i++) {
        const int other = open("/dev/null", O_RDONLY);
        *good = works(file) && other >= 0;
        (void)close(other);
    }
    (void)close(file);
    return NULL;
}

static void threads_are_served(void)
{
    pthread_t threads[THREADS];
    bool good[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        EXPECT(pthread_create(&threads[i], NULL, use, &good[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0 && good[i]);
    }
}

static void *generate(void *context)
{
    const int *file = context;
    (void)client_issue(*file, SEV_PEK_GEN, NULL, NULL);
    return NULL;
}

static void other_files_open_while_a_command_runs(void)
{
    pthread_t thread;
    int file = client_open_sev(O_RDWR);
    EXPECT(pthread_create(&thread, NULL, generate, &file) == 0);
    for (unsigned i = 0; i < CALLS; i++) {
        const int other = open("/dev/null", O_RDONLY);
        EXPECT(other >= 0);
        (void)close(other);
    }
    EXPECT(pthread_join(thread, NULL) == 0);
    (void)close(file);
}

static void who_is_killed_is_not_waited_for(void)
{
    const int file = client_open_sev(O_RDWR);
    for (unsigned i = 0; i < VICTIMS; i++) {
        const pid_t child = fork();
        if (child == 0) {
            for (;;) {
                (void)client_issue(file, SEV_PEK_GEN, NULL, NULL);
            }
        }
        (void)usleep(1000 + 4000 * i);
        (void)kill(child, SIGKILL);
        EXPECT(waitpid(child, NULL, 0) == child);
        EXPECT(works(file));
    }
    /* A platform that was initialised for a command is shut down after it all the same. */
    EXPECT(client_issue(file, SEV_PDH_GEN, NULL, NULL) == 0);
    EXPECT(client_state() == 0);
    (void)close(file);
}

static void on_alarm(int number)
{
    (void)number;
}

static void signals_do_not_break_a_call(void)
{
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    const int file = client_open_sev(O_RDWR);
    EXPECT(sigaction(SIGALRM, &action, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (unsigned i = 0; i < CALLS; i++) {
        /* A kernel that lets signals in ends a call with EINTR, having done it or not. */
        const int result = client_issue(file, SEV_PDH_GEN, NULL, NULL);
        EXPECT(result == 0 || result == EINTR);
    }
    EXPECT(setitimer(ITIMER_REAL, &never, NULL) == 0);
    EXPECT(works(file));
    (void)close(file);
}

const struct client_test client_process_tests[] = {
    {"duplicates are the device", duplicates_are_the_device},
    {"a reopened descriptor has its own mode", a_reopened_descriptor_has_its_own_mode},
    {"children and programs inherit it", children_inherit_it},
    {"a passed descriptor is the device", a_passed_descriptor_is_the_device},
    {"threads are served", threads_are_served},
    {"other files open while a command runs", other_files_open_while_a_command_runs},
    {"who is killed is not waited for", who_is_killed_is_not_waited_for},
    {"signals do not break a call", signals_do_not_break_a_call},
    {NULL, NULL},
};
