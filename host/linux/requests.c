/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket for requests to a guest that runs.
 */
#include "host/linux/requests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/linux/guest_report.h"
#include "host/linux/request_table.h"

const char *requests_open(struct requests *requests, const char *path)
{
    if (strlen(path) >= sizeof requests->path) {
        return strerror(ENAMETOOLONG);
    }
    struct named_socket place;
    const char *refusal = named_socket_listen(path, &place);
    if (refusal == NULL) {
        requests->place = place;
        (void)snprintf(requests->path, sizeof requests->path, "%s", path);
    }
    return refusal;
}

int requests_descriptor(const struct requests *requests)
{
    return requests->asker.client >= 0 ? requests->asker.client : requests->place.listener;
}

static void give_time(struct requests *requests)
{
    requests->deadline = deadline_after(REQUESTS_SILENCE_MS);
}

/* For the report. What the guest has in memory is no matter for it, nor what somebody looks for. */
static bool obey_and_tell(struct requests *requests, struct guest *guest,
                          const struct request *request, const char *argument)
{
    const int64_t started = deadline_now_us();
    requests->asker.told[0] = '\0';
    const bool done = request->run(&requests->asker, guest, argument);
    const bool good = strncmp(requests->asker.told, "ok", 2) == 0;
    const char *text = strchr(requests->asker.told, ' ');
    if (!request->unreported) {
        guest_report_event(guest, request->name, text != NULL ? text + 1 : "", good, started);
    }
    return done;
}

static void refuse_unknown(struct requests *requests)
{
    char names[256] = "";
    for (size_t i = 0; i < request_count; i++) {
        const size_t length = strlen(names);
        (void)snprintf(names + length, sizeof names - length, "%s%s", i == 0 ? "" : ", ",
                       request_table[i].name);
    }
    asker_answer(&requests->asker, "error: there is no request '%.40s', but %s", requests->line,
                 names);
}

static bool obey(struct requests *requests, struct guest *guest)
{
    char *space = strchr(requests->line, ' ');
    const char *argument = space != NULL ? space + 1 : "";
    if (space != NULL) {
        *space = '\0';
    }
    for (size_t i = 0; i < request_count; i++) {
        const struct request *request = &request_table[i];
        if (strcmp(requests->line, request->name) != 0) {
            continue;
        }
        if ((*argument != '\0') == (request->argument != NULL)) {
            return obey_and_tell(requests, guest, request, argument);
        }
        asker_answer(&requests->asker, "error: it is '%s%s%s': %s", request->name,
                     request->argument != NULL ? " " : "",
                     request->argument != NULL ? request->argument : "", request->what);
        return true;
    }
    refuse_unknown(requests);
    return true;
}

static void hang_up(struct requests *requests)
{
    (void)close(requests->asker.client);
    requests->asker.client = -1;
    requests->length = 0;
}

int64_t requests_deadline(const struct requests *requests)
{
    return requests->asker.client >= 0 ? requests->deadline : INT64_MAX;
}

void requests_expire(struct requests *requests)
{
    if (requests->asker.client >= 0 && deadline_now_us() >= requests->deadline) {
        hang_up(requests);
    }
}

bool requests_serve(struct requests *requests, struct guest *guest)
{
    if (requests->asker.client < 0) {
        requests->asker.client =
            accept4(requests->place.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        give_time(requests);
        return true;
    }
    const size_t room = sizeof requests->line - requests->length;
    const ssize_t got = read(requests->asker.client, requests->line + requests->length, room);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
            hang_up(requests);
        }
        return true;
    }
    requests->length += (size_t)got;
    char *end = memchr(requests->line, '\n', requests->length);
    if (end == NULL) {
        if (requests->length == sizeof requests->line) {
            hang_up(requests);
        }
        return true;
    }
    *end = '\0'; /* one line at a time: a client waits for its answer */
    requests->length = 0;
    const bool done = obey(requests, guest);
    give_time(requests);
    return done;
}

void requests_close(struct requests *requests)
{
    if (requests->asker.client >= 0) {
        hang_up(requests);
    }
    if (requests->place.listener >= 0) {
        named_socket_close(requests->path, &requests->place);
    }
    requests->place.listener = -1;
}
