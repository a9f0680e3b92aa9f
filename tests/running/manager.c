/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service manager for one service: passes a listening socket on and takes notifications.
 *
 * usage: manager SOCKET NOTIFICATIONS COMMAND [ARGUMENT...]
 *
 * Makes the socket, runs the command with it as descriptor 3, and prints a line for each notification
 * that it sends, until it ends. SIGTERM goes to the command. Ends with the command's exit status.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSED 3
#define STEP_MS 20

static volatile sig_atomic_t service;

static void forward(int number)
{
    if (service > 0) {
        (void)kill((pid_t)service, number);
    }
}

static int bind_at(const char *path, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (length >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, path, length);
    (void)unlink(path);
    return bind(descriptor, (const void *)&address, sizeof address) == 0 ? descriptor : -1;
}

static _Noreturn void run(char **command, const char *notifications, int listener)
{
    char pid[32];
    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (dup2(listener, PASSED) == PASSED && setenv("LISTEN_PID", pid, 1) == 0 &&
        setenv("LISTEN_FDS", "1", 1) == 0 && setenv("NOTIFY_SOCKET", notifications, 1) == 0) {
        (void)execv(command[0], command);
    }
    perror(command[0]);
    _exit(127);
}

static void print_notification(int notifications)
{
    char text[256];
    const ssize_t length = recv(notifications, text, sizeof text - 1, MSG_DONTWAIT);
    if (length > 0) {
        text[length] = '\0';
        (void)printf("%s\n", text);
        (void)fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = forward};
    int status = 0;
    if (argc < 4) {
        return 2;
    }
    int listener = bind_at(argv[1], SOCK_STREAM);
    int notifications = bind_at(argv[2], SOCK_DGRAM);
    if (listener < 0 || notifications < 0 || listen(listener, 4) != 0 ||
        sigaction(SIGTERM, &action, NULL) != 0) {
        perror(argv[1]);
        return 2;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        run(argv + 3, argv[2], listener == PASSED ? dup(listener) : listener);
    }
    service = (sig_atomic_t)pid;
    struct pollfd event = {.fd = notifications, .events = POLLIN};
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (poll(&event, 1, STEP_MS) > 0) {
            print_notification(notifications);
        }
    }
    print_notification(notifications);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
