/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reset touches the mailbox of a board that has accepted it, and of no other. A script takes the
 * place of the board, a process that of QEMU's control socket.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/mailbox.h"
#include "host/lib/runner.h"
#include "tests/host/support.h"

#define RESET_MS 60000
#define LINE_BYTES 256
#define COMMANDS_MAX 8
#define REFUSED "{\"error\": {}}\n"
/* A shell without virtasp-sp's options, by which that is known. */
#define SERVE "exec sh -s <<'END'\n" SUPPORT_READY SUPPORT_SERVE "END\n"
#define DONE "{\"event\": \"STOP\"}\n{\"return\": {}}\n"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
static char directory[PATH_MAX];
static struct board board;
static struct board_options options;
static struct shared_file mailbox;
static char control[PATH_MAX];
static int listener;

/* What the control socket was told, and whether the mailbox was that of a board that serves then. */
static struct {
    char command[LINE_BYTES];
    bool was_ready;
} seen[COMMANDS_MAX];
static size_t seen_count;

static int set_up(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    support_make_chip(directory, &options);
    support_start_board(&board, &options, SERVE);
    assert_true(board_path(path, directory, "run/mailbox"));
    assert_true(shared_file_open(&mailbox, path, MAILBOX_FILE_BYTES));
    assert_true(board_path(control, directory, "run/qmp.sock"));
    memcpy(address.sun_path, control, strlen(control));
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const void *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    seen_count = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)close(listener);
    (void)unlink(control);
    shared_file_close(&mailbox);
    assert_int_equal(board_kill(&board), BOARD_OK);
    support_remove_chip(directory, &options);
    return 0;
}

static struct mailbox_client registers(void)
{
    return (struct mailbox_client){.bar = mailbox.bytes};
}

static bool is_ready(void)
{
    const struct mailbox_client client = registers();
    return mailbox_read(&client, MAILBOX_FEATURE) == MAILBOX_FEATURE_SEV &&
           mailbox_read(&client, MAILBOX_CMDRESP) == MAILBOX_CMDRESP_RESPONSE;
}

static void get_ready(void)
{
    struct mailbox_client client = registers();
    mailbox_write(&client, MAILBOX_CMDRESP, MAILBOX_CMDRESP_RESPONSE);
    mailbox_write(&client, MAILBOX_FEATURE, MAILBOX_FEATURE_SEV);
}

/* Resets the board in another process, as the tool does. */
static pid_t reset(void)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct board other;
        for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
            (void)signal(signals[i], SIG_DFL);
        }
        _exit((int)board_reset_directory(&other, directory, NULL, RESET_MS));
    }
    return pid;
}

/* Plays QEMU for one client, which is sent a signal when it has given its first command; the machine
 * serves again once it goes on. @param refused  a command that fails, or NULL */
static void serve(const char *refused, pid_t client, int signal)
{
    char line[LINE_BYTES];
    static const char greeting[] = "{\"QMP\": {}}\n";
    const int connection = accept(listener, NULL, NULL);
    FILE *stream = fdopen(connection, "r");
    assert_non_null(stream);
    assert_true(send(connection, greeting, strlen(greeting), MSG_NOSIGNAL) > 0);
    while (fgets(line, sizeof line, stream) != NULL) {
        assert_true(seen_count < COMMANDS_MAX);
        memcpy(seen[seen_count].command, line, sizeof line);
        seen[seen_count++].was_ready = is_ready();
        if (signal != 0 && seen_count == 2) {
            assert_int_equal(kill(client, signal), 0);
        }
        if (strstr(line, "cont") != NULL) {
            get_ready();
        }
        const char *answer = refused != NULL && strstr(line, refused) != NULL ? REFUSED : DONE;
        assert_true(send(connection, answer, strlen(answer), MSG_NOSIGNAL) > 0);
    }
    (void)fclose(stream);
}

static void assert_seen(size_t index, const char *command, bool ready)
{
    assert_true(index < seen_count);
    assert_non_null(strstr(seen[index].command, command));
    assert_int_equal(seen[index].was_ready, ready);
}

static int status_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void mailbox_is_cleared_once_the_reset_is_accepted(void **state)
{
    (void)state;
    const pid_t client = reset();
    serve(NULL, client, 0);
    assert_int_equal(seen_count, 4);
    assert_seen(0, "qmp_capabilities", true);
    assert_seen(1, "\"stop\"", true);
    assert_seen(2, "\"system_reset\"", true);
    assert_seen(3, "\"cont\"", false);
    assert_int_equal(status_of(client), BOARD_OK);
}

static void board_that_refuses_a_reset_keeps_its_mailbox(void **state)
{
    (void)state;
    static const char *const refused[] = {"qmp_capabilities", "\"stop\"", "system_reset"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        seen_count = 0;
        const pid_t client = reset();
        serve(refused[i], client, 0);
        assert_int_equal(WEXITSTATUS(status_of(client)), BOARD_NOT_ANSWERING);
        assert_true(is_ready());
        for (size_t j = 0; j < seen_count; j++) {
            assert_true(seen[j].was_ready);
        }
    }
    assert_seen(seen_count - 1, "\"cont\"", true); /* it does not stand still either */
}

static void board_without_control_socket_keeps_its_mailbox(void **state)
{
    (void)state;
    struct board other;
    assert_int_equal(unlink(control), 0);
    assert_int_equal(board_reset_directory(&other, directory, NULL, RESET_MS), BOARD_NOT_ANSWERING);
    assert_true(is_ready());
}

static void signal_does_not_come_between_the_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        seen_count = 0;
        const pid_t client = reset();
        serve(NULL, client, signals[i]);
        assert_int_equal(seen_count, 4);
        assert_seen(3, "\"cont\"", false);
        const int status = status_of(client);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
        assert_true(is_ready());
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mailbox_is_cleared_once_the_reset_is_accepted),
        TEST(board_that_refuses_a_reset_keeps_its_mailbox),
        TEST(board_without_control_socket_keeps_its_mailbox),
        TEST(signal_does_not_come_between_the_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
