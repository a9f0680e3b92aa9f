/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a key server (client.h).
 */
#include "host/kds/client.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host/lib/deadline.h"

#define ANSWER_BYTES_MAX 65536u
#define REQUEST_BYTES_MAX 1024u
#define WAIT_SECONDS 10 /* For all of an answer. */

/* @return whether the text is a decimal port */
static bool read_port(const char *text, uint16_t *port)
{
    char *end = NULL;
    const unsigned long number = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
    if (end == NULL || (*end != '\0' && strcmp(end, "/") != 0)) {
        return false;
    }
    *port = (uint16_t)number;
    return number > 0 && number <= UINT16_MAX;
}

bool kds_client_open(const char *source, struct kds_client *client, struct provision_error *error)
{
    static const char *const servers[] = {"http://127.0.0.1:", "http://localhost:"};
    struct provision_error reason;
    *client = (struct kds_client){0};
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        if (strncmp(source, servers[i], strlen(servers[i])) == 0) {
            client->by_http = true;
            return read_port(source + strlen(servers[i]), &client->port) ||
                   provision_fail(error, "%s: no port of this machine", source);
        }
    }
    if (strstr(source, "://") != NULL) {
        return provision_fail(error, "%s: only http://127.0.0.1:PORT is asked", source);
    }
    return kds_open(source, &client->kds, &reason, error);
}

void kds_client_close(struct kds_client *client)
{
    kds_close(&client->kds);
}

static int connect_to(uint16_t port)
{
    const struct timeval wait = {.tv_sec = WAIT_SECONDS};
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int connected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connected >= 0 &&
        (setsockopt(connected, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
         setsockopt(connected, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) != 0 ||
         connect(connected, (const struct sockaddr *)&address, sizeof address) != 0)) {
        (void)close(connected);
        return -1;
    }
    return connected;
}

static bool send_all(int connected, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t sent = send(connected, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Reads until the server closes. @return NULL; else why not all has come */
static const char *receive_all(int connected, uint8_t *bytes, size_t *length)
{
    const int64_t deadline = deadline_after(WAIT_SECONDS * 1000);
    ssize_t count;
    *length = 0;
    do {
        count = recv(connected, bytes + *length, ANSWER_BYTES_MAX - *length, 0);
        if (count < 0) {
            return errno == EAGAIN ? "it takes too long" : strerror(errno);
        }
        *length += (size_t)count;
        if (*length == ANSWER_BYTES_MAX) {
            return "it is too long";
        }
        if (count > 0 && deadline_left_ms(deadline) == 0) {
            return "it takes too long";
        }
    } while (count > 0);
    return NULL;
}

/* Reads "HTTP/1.x NNN". @return the number, 0 when it is none of HTTP */
static int read_status(const char *answer)
{
    static const char protocol[] = "HTTP/1.";
    const char *at = answer + strlen(protocol);
    int status = 0;
    if (strncmp(answer, protocol, strlen(protocol)) != 0 || !isdigit((unsigned char)at[0]) ||
        at[1] != ' ') {
        return 0;
    }
    for (at += 2; isdigit((unsigned char)*at) && status < 1000; at++) {
        status = 10 * status + (*at - '0');
    }
    return *at == ' ' || *at == '\r' ? status : 0;
}

/* Whether all of a body has come, when the head, which is a text, says how much that is. */
static bool is_whole(const char *head, size_t length)
{
    const char *field = strcasestr(head, "\r\nContent-Length:");
    if (field == NULL) {
        return true;
    }
    const char *value = strchr(field, ':') + 1;
    value += strspn(value, " \t");
    return isdigit((unsigned char)*value) && strtoull(value, NULL, 10) == length;
}

/* Takes an answer apart. @param[in,out] answer  @p length bytes, and one more of 0
 * @param[out] body  where it begins. @return NULL; else what is wrong */
static const char *take_apart(uint8_t *answer, size_t length, int *status, uint8_t **body)
{
    static const char end_of_head[] = "\r\n\r\n";
    uint8_t *end = memmem(answer, length, end_of_head, strlen(end_of_head));
    if (end == NULL) {
        return "it has no end of its head";
    }
    *body = end + strlen(end_of_head);
    end[2] = '\0'; /* The last line's own end stays. */
    *status = read_status((const char *)answer);
    if (*status == 0) {
        return "it is none of HTTP";
    }
    return is_whole((const char *)answer, length - (size_t)(*body - answer)) ? NULL
                                                                             : "it is cut short";
}

/* Asks, and reads all of the answer. @param[out] answer  of ANSWER_BYTES_MAX and one more
 * @return NULL; else why there is none */
static const char *exchange(uint16_t port, const char *request, uint8_t *answer, size_t *length)
{
    const int connected = connect_to(port);
    if (connected < 0) {
        return strerror(errno);
    }
    const char *reason = send_all(connected, request, strlen(request))
                             ? receive_all(connected, answer, length)
                             : strerror(errno);
    (void)close(connected);
    return reason;
}

static int get_by_http(const struct kds_client *client, const char *target,
                       struct provision_bytes *body, struct provision_error *error)
{
    char request[REQUEST_BYTES_MAX];
    uint8_t *start = NULL;
    size_t length = 0;
    int status = 0;
    const int written =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", target);
    if (written < 0 || (size_t)written >= sizeof request) {
        (void)provision_fail(error, "%s: too long an address", target);
        return 0;
    }
    uint8_t *answer = calloc(1, ANSWER_BYTES_MAX + 1);
    if (answer == NULL) {
        (void)provision_fail(error, "no memory");
        return 0;
    }
    const char *reason = exchange(client->port, request, answer, &length);
    if (reason == NULL) {
        reason = take_apart(answer, length, &status, &start);
    }
    if (reason != NULL) {
        (void)provision_fail(error, "no answer from http://127.0.0.1:%u: %s",
                             (unsigned)client->port, reason);
        status = 0;
    } else if (status == KDS_OK) {
        body->length = length - (size_t)(start - answer);
        memmove(answer, start, body->length);
        body->data = answer;
        answer = NULL;
    }
    free(answer);
    return status;
}

int kds_client_get(struct kds_client *client, const char *target, struct provision_bytes *body,
                   struct provision_error *error)
{
    struct kds_answer answer;
    *body = (struct provision_bytes){0};
    if (client->by_http) {
        return get_by_http(client, target, body, error);
    }
    kds_get(&client->kds, target, &answer);
    if (answer.status == KDS_OK) {
        *body = answer.body;
        return KDS_OK;
    }
    provision_bytes_free(&answer.body);
    if (answer.status == KDS_FAILED) {
        *error = answer.reason;
        return 0;
    }
    return (int)answer.status;
}
