/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket for requests to a guest that runs.
 */
#include "host/linux/requests.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/lib/deadline.h"
#include "host/linux/guest_report.h"
#include "host/linux/look.h"
#include "host/linux/migrate.h"
#include "host/linux/snapshot.h"

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
    return requests->client >= 0 ? requests->client : requests->place.listener;
}

static void give_time(struct requests *requests)
{
    requests->deadline = deadline_after(REQUESTS_SILENCE_MS);
}

static void answer(struct requests *requests, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void answer(struct requests *requests, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text - 1, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        length = length < (int)sizeof text - 2 ? length : (int)sizeof text - 2;
        (void)snprintf(requests->told, sizeof requests->told, "%.*s", length, text);
        text[length] = '\n';
        ssize_t sent = send(requests->client, text, (size_t)length + 1, MSG_NOSIGNAL);
        (void)sent;
    }
}

static bool pause_guest(struct requests *requests, struct guest *guest, const char *argument)
{
    (void)argument;
    if (!guest_pause(guest)) {
        answer(requests, "error: the machine does not answer");
        return false;
    }
    answer(requests, "ok %llu pages written back, %llu taken over in %.3f s",
           (unsigned long long)guest->controller.last.written,
           (unsigned long long)guest->controller.last.taken_over,
           (double)guest->controller.last.microseconds / 1e6);
    return true;
}

static bool resume_guest(struct requests *requests, struct guest *guest, const char *argument)
{
    (void)argument;
    const bool done = guest_resume(guest);
    answer(requests,
           done ? "ok %llu pages taken over" : "error: the machine does not answer (%llu)",
           (unsigned long long)guest->controller.last.taken_over);
    return done;
}

static bool sync_memory(struct requests *requests, struct guest *guest, const char *argument)
{
    (void)argument;
    const bool done = controller_pass(&guest->controller);
    const struct controller_pass *pass = &guest->controller.last;
    answer(requests,
           "%s %llu private pages, %llu shared, %llu written back, %llu taken over in %.3f s",
           done ? "ok" : "error", (unsigned long long)pass->private_pages,
           (unsigned long long)pass->shared_pages, (unsigned long long)pass->written,
           (unsigned long long)pass->taken_over, (double)pass->microseconds / 1e6);
    return done;
}

static bool find_text(struct requests *requests, struct guest *guest, const char *argument)
{
    struct look look;
    if (*argument == '\0') {
        answer(requests, "error: what text?");
        return true;
    }
    look_for(&guest->controller, argument, &look);
    answer(requests, "ok guest=%llu dram=%llu host-key=%llu first=%#llx",
           (unsigned long long)look.in_view, (unsigned long long)look.in_dram,
           (unsigned long long)look.with_host_key, (unsigned long long)look.first);
    return true;
}

static bool flip_bit(struct requests *requests, struct guest *guest, const char *argument)
{
    char *end = NULL;
    const uint64_t paddr = strtoull(argument, &end, 0);
    const struct controller_range *range = controller_find(&guest->controller, paddr);
    if (end == argument || *end != '\0' || range == NULL) {
        answer(requests, "error: an address of the guest is needed");
        return true;
    }
    range->dram[paddr - range->place.paddr] ^= 1;
    answer(requests, "ok");
    return true;
}

/* DBG_DECRYPT of 16 bytes. */
static bool debug_guest(struct requests *requests, struct guest *guest, const char *argument)
{
    char *end = NULL;
    struct sev_dbg debug = {.handle = guest->handle,
                            .src_paddr = strtoull(argument, &end, 0),
                            .dst_paddr = guest->board.scratch_paddr,
                            .length = SEV_BLOCK_BYTES};
    char hex[2 * SEV_BLOCK_BYTES + 1] = "";
    const int result = sev_dbg_decrypt(&guest->board, &debug);
    if (result != SEV_STATUS_SUCCESS) {
        answer(requests, "error: DBG_DECRYPT: %s", sev_result_text(result));
        return true;
    }
    const uint8_t *seen = dram_pointer(&guest->board.dram, debug.dst_paddr, SEV_BLOCK_BYTES);
    for (size_t i = 0; i < SEV_BLOCK_BYTES; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", seen[i]);
    }
    answer(requests, "ok %s", hex);
    return true;
}

static bool tell_status(struct requests *requests, struct guest *guest, const char *argument)
{
    (void)argument;
    answer(requests,
           "ok %s, machine %d, guest %u, ASID %u, %llu hypercalls, %llu pages converted, %llu "
           "CPUID 8000_001F",
           guest->paused ? "paused" : "running", (int)guest->machine, guest->handle, guest->asid,
           (unsigned long long)guest->controller.control->calls,
           (unsigned long long)guest->controller.control->conversions,
           (unsigned long long)guest->controller.control->detections);
    return true;
}

/* A request that names a file or directory; when it fails the guest is where it was, or has ended. */
static bool travel(struct requests *requests, struct guest *guest, const char *argument,
                   bool (*how)(struct guest *, const char *, struct travel_outcome *))
{
    struct travel_outcome outcome = {.text = ""};
    if (*argument == '\0') {
        answer(requests, "error: where to?");
        return true;
    }
    const bool done = how(guest, argument, &outcome);
    answer(requests, "%s%s", done ? "ok " : "error: ", outcome.text);
    return done || !outcome.lost;
}

static bool save(struct requests *requests, struct guest *guest, const char *argument)
{
    return travel(requests, guest, argument, snapshot_save);
}

static bool migrate(struct requests *requests, struct guest *guest, const char *argument)
{
    return travel(requests, guest, argument, migrate_guest);
}

static bool quit(struct requests *requests, struct guest *guest, const char *argument)
{
    (void)argument;
    guest->ended = true;
    guest_report_ending(guest, "It was switched off by a request");
    answer(requests, "ok");
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct requests *requests, struct guest *guest, const char *argument);
} table[] = {
    {"pause", pause_guest}, {"resume", resume_guest}, {"sync", sync_memory},   {"find", find_text},
    {"flip", flip_bit},     {"debug", debug_guest},   {"status", tell_status}, {"snapshot", save},
    {"migrate", migrate},   {"quit", quit},
};

/* For the report. What the guest has in memory is no matter for it, nor what somebody looks for. */
static bool obey_and_tell(struct requests *requests, struct guest *guest, const char *argument,
                          size_t which)
{
    const int64_t started = deadline_now_us();
    requests->told[0] = '\0';
    const bool done = table[which].run(requests, guest, argument);
    const bool good = strncmp(requests->told, "ok", 2) == 0;
    const char *text = strchr(requests->told, ' ');
    if (table[which].run != debug_guest && table[which].run != tell_status) {
        guest_report_event(guest, table[which].name, text != NULL ? text + 1 : "", good, started);
    }
    return done;
}

static bool obey(struct requests *requests, struct guest *guest)
{
    char *argument = strchr(requests->line, ' ');
    if (argument != NULL) {
        *argument++ = '\0';
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(requests->line, table[i].name) == 0) {
            return obey_and_tell(requests, guest, argument != NULL ? argument : "", i);
        }
    }
    answer(requests, "error: there is no request '%.40s'", requests->line);
    return true;
}

static void hang_up(struct requests *requests)
{
    (void)close(requests->client);
    requests->client = -1;
    requests->length = 0;
}

int64_t requests_deadline(const struct requests *requests)
{
    return requests->client >= 0 ? requests->deadline : INT64_MAX;
}

void requests_expire(struct requests *requests)
{
    if (requests->client >= 0 && deadline_now_us() >= requests->deadline) {
        hang_up(requests);
    }
}

bool requests_serve(struct requests *requests, struct guest *guest)
{
    if (requests->client < 0) {
        requests->client =
            accept4(requests->place.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        give_time(requests);
        return true;
    }
    const size_t room = sizeof requests->line - requests->length;
    const ssize_t got = read(requests->client, requests->line + requests->length, room);
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
    if (requests->client >= 0) {
        hang_up(requests);
    }
    if (requests->place.listener >= 0) {
        named_socket_close(requests->path, &requests->place);
    }
    requests->place.listener = -1;
}
