/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest takes with it when it leaves a machine.
 */
#include "host/linux/travel.h"

#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PACKET_PAGES (SEV_PACKET_MAX / MAP_PAGE)
#define STATE_TRIES 60000 /* of a millisecond */

bool travel_fail(struct travel_outcome *outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_marked(const struct guest *guest, uint64_t page)
{
    return (guest->controller.changed[page / 64] >> (page % 64) & 1) != 0;
}

static bool is_due(const struct guest *guest, uint64_t page)
{
    return is_marked(guest, page) && controller_find(&guest->controller, page * MAP_PAGE) != NULL &&
           !controller_is_shared(&guest->controller, page * MAP_PAGE);
}

static void unmark(struct guest *guest, uint64_t page)
{
    guest->controller.changed[page / 64] &= ~(UINT64_C(1) << (page % 64));
}

void travel_mark_all(struct guest *guest)
{
    memset(guest->controller.changed, 0xff, guest->controller.pages / 8);
}

uint64_t travel_count(const struct guest *guest)
{
    uint64_t count = 0;
    for (uint64_t page = 0; page < guest->controller.pages; page++) {
        count += is_due(guest, page) ? 1 : 0;
    }
    return count;
}

/* As many pages in a row as a packet takes. */
static int send_packet(struct guest *guest, uint64_t *page, travel_sink *sink, void *context)
{
    static struct sev_sent_packet packet;
    const uint64_t first = *page;
    while (*page < guest->controller.pages && *page - first < PACKET_PAGES &&
           is_due(guest, *page)) {
        unmark(guest, *page);
        (*page)++;
    }
    packet.vmsa = false;
    packet.length = (uint32_t)((*page - first) * MAP_PAGE);
    const int result = sev_send(&guest->board, guest->handle, first * MAP_PAGE, &packet);
    return result == SEV_STATUS_SUCCESS ? sink(context, &packet, first * MAP_PAGE) : result;
}

int travel_send(struct guest *guest, travel_sink *sink, void *context)
{
    const uint64_t pages = guest->controller.pages;
    uint64_t page = 0;
    int result = SEV_STATUS_SUCCESS;
    while (page < pages && result == SEV_STATUS_SUCCESS) {
        if (is_due(guest, page)) {
            result = send_packet(guest, &page, sink, context);
        } else {
            page++;
        }
    }
    return result;
}

bool travel_prepare_machine(struct guest *guest)
{
    return monitor_execute(&guest->monitor, "migrate-set-capabilities",
                           "{\"capabilities\":[{\"capability\":\"x-ignore-shared\","
                           "\"state\":true}]}",
                           NULL);
}

bool travel_wait(struct guest *guest)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    const char *answer = NULL;
    for (unsigned i = 0; i < STATE_TRIES && !guest_is_cancelled(guest); i++) {
        if (!monitor_execute(&guest->monitor, "query-migrate", NULL, &answer) ||
            strstr(answer, "\"failed\"") != NULL) {
            return false;
        }
        if (strstr(answer, "\"status\": \"completed\"") != NULL) {
            return true;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

static bool name_file(char arguments[128], int file)
{
    return snprintf(arguments, 128, "{\"uri\":\"file:/proc/%d/fd/%d\"}", (int)getpid(), file) < 128;
}

int travel_save_begin(struct guest *guest)
{
    char arguments[128];
    const int file = memfd_create("machine", MFD_CLOEXEC);
    if (file >= 0 && name_file(arguments, file) &&
        monitor_execute(&guest->monitor, "migrate", arguments, NULL)) {
        return file;
    }
    if (file >= 0) {
        (void)close(file);
    }
    return -1;
}

bool travel_load_begin(struct guest *guest, int file)
{
    char arguments[128];
    return name_file(arguments, file) &&
           monitor_execute(&guest->monitor, "migrate-incoming", arguments, NULL);
}

int travel_save_machine(struct guest *guest)
{
    const int file = travel_prepare_machine(guest) ? travel_save_begin(guest) : -1;
    if (file >= 0 && !travel_wait(guest)) {
        (void)close(file);
        return -1;
    }
    return file;
}

bool travel_load_machine(struct guest *guest, int file)
{
    return travel_prepare_machine(guest) && travel_load_begin(guest, file) && travel_wait(guest);
}

bool travel_has_parent(const char *chip, struct travel_outcome *outcome)
{
    char name[PATH_MAX];
    struct stat found;
    if (!board_path(name, chip, "")) {
        return travel_fail(outcome, "the name is too long");
    }
    const char *parent = dirname(name);
    return (stat(parent, &found) == 0 && S_ISDIR(found.st_mode)) ||
           travel_fail(outcome, "%.400s: there is no such directory", parent);
}
