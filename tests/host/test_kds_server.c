/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key server's sockets (host/kds/server.h): clients that are slow, many, or gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/kds/server.h"

#include "tests/host/support.h"

#define CRL_BYTES 20000u
#define PATIENT_MS 600000u /* Longer than any test: who is slow is never hung up on. */
#define IMPATIENT_MS 300u

/** A server that runs in a thread. */
static struct {
    char directory[PATH_MAX];
    struct kds kds;
    uint16_t port;
    int listener;
    int end;
    uint32_t limit_ms;
    bool ended_well;
    pthread_t thread;
} server;

static void *serve(void *context)
{
    struct provision_error error;
    (void)context;
    server.ended_well =
        kds_serve(&server.kds, server.listener, server.end, server.limit_ms, &error);
    return NULL;
}

static void start(uint32_t limit_ms)
{
    struct provision_error error;
    server.port = 0;
    server.limit_ms = limit_ms;
    server.ended_well = false;
    server.end = eventfd(0, EFD_CLOEXEC);
    assert_true(server.end >= 0);
    assert_true(kds_listen(&server.port, &server.listener, &error));
    assert_true(server.port != 0);
    assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void stop(void)
{
    const uint64_t one = 1;
    assert_int_equal(write(server.end, &one, sizeof one), sizeof one);
    assert_int_equal(pthread_join(server.thread, NULL), 0);
    assert_true(server.ended_well);
    (void)close(server.listener);
    (void)close(server.end);
}

/** A directory with the CRL of a Milan in it, and no keys. */
static int set_up(void **state)
{
    struct provision_error reason;
    struct provision_error error;
    static uint8_t crl[CRL_BYTES];
    static const char *const parents[] = {"kds", "kds/vcek", "kds/vcek/v1", "kds/vcek/v1/Milan"};
    char path[PATH_MAX + 64];
    (void)state;
    support_make_directory(server.directory);
    for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", server.directory, parents[i]);
        assert_int_equal(mkdir(path, 0755), 0);
    }
    (void)snprintf(path, sizeof path, "%s/kds/vcek/v1/Milan/crl", server.directory);
    FILE *file = fopen(path, "wb");
    memset(crl, 0x5A, sizeof crl);
    assert_non_null(file);
    assert_int_equal(fwrite(crl, sizeof crl, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_true(kds_open(server.directory, &server.kds, &reason, &error));
    assert_false(server.kds.can_issue);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "kds/vcek/v1/Milan/crl", "kds/vcek/v1/Milan", "kds/vcek/v1", "kds/vcek", "kds", "."};
    char path[PATH_MAX + 64];
    (void)state;
    kds_close(&server.kds);
    for (size_t i = 0; i + 1 < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", server.directory, names[i]);
        (void)remove(path);
    }
    return rmdir(server.directory);
}

static int connect_to_server(void)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(server.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client >= 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof address), 0);
    return client;
}

static void say(int client, const char *text)
{
    assert_int_equal(send(client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/** Reads until the server closes. @return how many bytes came */
static size_t listen_to(int client, char *answer, size_t size)
{
    size_t length = 0;
    ssize_t count = 1;
    while (count > 0 && length < size - 1) {
        count = recv(client, answer + length, size - 1 - length, 0);
        length += count > 0 ? (size_t)count : 0;
    }
    answer[length] = '\0';
    return length;
}

static const char request[] = "GET /vcek/v1/Milan/crl HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Whether a client gets the CRL. */
static bool is_served(int client)
{
    static char answer[2 * CRL_BYTES];
    const size_t length = listen_to(client, answer, sizeof answer);
    const char *body = strstr(answer, "\r\n\r\n");
    (void)close(client);
    return strncmp(answer, "HTTP/1.1 200 OK\r\n", 17) == 0 && body != NULL &&
           length - (size_t)(body + 4 - answer) == CRL_BYTES;
}

static void assert_served(int client)
{
    assert_true(is_served(client));
}

static void answers_one_request_per_connection(void **state)
{
    (void)state;
    start(PATIENT_MS);
    for (unsigned i = 0; i < 40; i++) {
        const int client = connect_to_server();
        say(client, request);
        assert_served(client);
    }
    stop();
}

static void waits_for_the_rest_of_a_request(void **state)
{
    (void)state;
    start(PATIENT_MS);
    const int client = connect_to_server();
    for (size_t i = 0; i < strlen(request); i++) {
        const char byte[] = {request[i], '\0'};
        say(client, byte);
    }
    assert_served(client);
    stop();
}

static void serves_others_beside_those_who_say_nothing(void **state)
{
    int silent[KDS_CONNECTIONS - 1];
    (void)state;
    start(PATIENT_MS);
    for (size_t i = 0; i < KDS_CONNECTIONS - 1; i++) {
        silent[i] = connect_to_server();
        say(silent[i], "GET /vcek");
    }
    for (unsigned i = 0; i < 20; i++) {
        const int client = connect_to_server();
        say(client, request);
        assert_served(client);
    }
    /* The silent ones are not forgotten. */
    say(silent[0], request + strlen("GET /vcek"));
    assert_served(silent[0]);
    for (size_t i = 1; i < KDS_CONNECTIONS - 1; i++) {
        (void)close(silent[i]);
    }
    stop();
}

static void hangs_up_on_those_whose_time_is_up(void **state)
{
    int silent[2 * KDS_CONNECTIONS];
    char answer[64];
    (void)state;
    start(IMPATIENT_MS);
    for (size_t i = 0; i < 2 * KDS_CONNECTIONS; i++) {
        silent[i] = connect_to_server();
    }
    /* The turn of others comes when the time of these is up. On a machine that stands still, their
     * own time may be up, too: then they ask again. */
    bool served = false;
    for (unsigned i = 0; i < 50 && !served; i++) {
        const int client = connect_to_server();
        (void)send(client, request, strlen(request), MSG_NOSIGNAL);
        served = is_served(client);
    }
    assert_true(served);
    for (size_t i = 0; i < 2 * KDS_CONNECTIONS; i++) {
        assert_int_equal(listen_to(silent[i], answer, sizeof answer), 0);
        (void)close(silent[i]);
    }
    stop();
}

static void clients_that_are_gone_do_no_harm(void **state)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)state;
    start(PATIENT_MS);
    for (unsigned i = 0; i < 40; i++) {
        const int client = connect_to_server();
        say(client, i % 2 == 0 ? request : "GET /");
        (void)setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        (void)close(client); /* With a reset. */
    }
    const int client = connect_to_server();
    say(client, request);
    assert_served(client);
    stop();
}

static void long_requests_get_an_answer_and_no_more(void **state)
{
    char part[1001];
    char answer[512];
    (void)state;
    start(PATIENT_MS);
    const int client = connect_to_server();
    memset(part, 'a', sizeof part - 1);
    part[sizeof part - 1] = '\0';
    say(client, "GET /");
    for (unsigned i = 0; i < 100; i++) {
        say(client, part);
    }
    (void)shutdown(client, SHUT_WR);
    assert_true(listen_to(client, answer, sizeof answer) > 0);
    assert_memory_equal(answer, "HTTP/1.1 431 ", 13);
    (void)close(client);
    stop();
}

static void ends_with_connections_open(void **state)
{
    int clients[3];
    (void)state;
    start(PATIENT_MS);
    for (size_t i = 0; i < 3; i++) {
        clients[i] = connect_to_server();
        say(clients[i], "GET");
    }
    stop();
    for (size_t i = 0; i < 3; i++) {
        (void)close(clients[i]);
    }
}

static void port_that_is_taken_is_refused(void **state)
{
    struct provision_error error;
    uint16_t port = 0;
    uint16_t same;
    int first;
    int second;
    (void)state;
    assert_true(kds_listen(&port, &first, &error));
    same = port;
    assert_false(kds_listen(&same, &second, &error));
    assert_non_null(strstr(error.text, "cannot use port"));
    (void)close(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_one_request_per_connection),
        cmocka_unit_test(waits_for_the_rest_of_a_request),
        cmocka_unit_test(serves_others_beside_those_who_say_nothing),
        cmocka_unit_test(hangs_up_on_those_whose_time_is_up),
        cmocka_unit_test(clients_that_are_gone_do_no_harm),
        cmocka_unit_test(long_requests_get_an_answer_and_no_more),
        cmocka_unit_test(ends_with_connections_open),
        cmocka_unit_test(port_that_is_taken_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
