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
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

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

/* Reads until the server closes. @return false when there is too much, or it takes too long */
static bool receive_all(int connected, uint8_t *bytes, size_t *length)
{
    const time_t end = time(NULL) + WAIT_SECONDS;
    ssize_t count;
    *length = 0;
    do {
        count = recv(connected, bytes + *length, ANSWER_BYTES_MAX - *length, 0);
        *length += count > 0 ? (size_t)count : 0;
    } while (count > 0 && *length < ANSWER_BYTES_MAX && time(NULL) <= end);
    return count == 0;
}

/* Reads an answer: its status, and where the body begins. @return 0 when it is none of HTTP */
static int read_status(const uint8_t *bytes, size_t length, const uint8_t **body)
{
    static const char end_of_head[] = "\r\n\r\n";
    static const char protocol[] = "HTTP/1.1 ";
    const uint8_t *end = memmem(bytes, length, end_of_head, strlen(end_of_head));
    int status = 0;
    if (end == NULL || memcmp(bytes, protocol, strlen(protocol)) != 0) {
        return 0;
    }
    for (size_t i = 0; i < 3 && isdigit(bytes[strlen(protocol) + i]); i++) {
        status = 10 * status + (bytes[strlen(protocol) + i] - '0');
    }
    *body = end + strlen(end_of_head);
    return status;
}

/* Whether all of a body has come, when the head says how much that is. */
static bool is_whole(const uint8_t *answer, const uint8_t *body, size_t length)
{
    static const char name[] = "\r\nContent-Length:";
    const char *head = (const char *)answer;
    for (size_t left = (size_t)(body - answer); left > strlen(name); left--, head++) {
        if (strncasecmp(head, name, strlen(name)) == 0) {
            return strtoull(head + strlen(name), NULL, 10) == length;
        }
    }
    return true;
}

static int get_by_http(const struct kds_client *client, const char *target,
                       struct provision_bytes *body, struct provision_error *error)
{
    char request[REQUEST_BYTES_MAX];
    const uint8_t *start = NULL;
    size_t length = 0;
    int status = 0;
    const int written =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);
    uint8_t *answer = malloc(ANSWER_BYTES_MAX);
    const int connected = connect_to(client->port);
    if (answer != NULL && connected >= 0 && written > 0 && (size_t)written < sizeof request &&
        send_all(connected, request, (size_t)written) && receive_all(connected, answer, &length)) {
        status = read_status(answer, length, &start);
        if (status != 0 && !is_whole(answer, start, length - (size_t)(start - answer))) {
            status = 0;
            errno = EPROTO;
        }
    }
    if (status == 0) {
        (void)provision_fail_errno(error, "no answer from http://127.0.0.1:%u",
                                   (unsigned)client->port);
    }
    if (status == KDS_OK) {
        body->length = length - (size_t)(start - answer);
        memmove(answer, start, body->length);
        body->data = answer;
        answer = NULL;
    }
    free(answer);
    if (connected >= 0) {
        (void)close(connected);
    }
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
    } else {
        provision_bytes_free(&answer.body);
    }
    return (int)answer.status;
}
