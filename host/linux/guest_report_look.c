/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What host and guest see of a Linux guest's memory, for the report. The guest's view is shown of the
 * command line alone, before it runs, and of pages that it has attacked, unless they are the secret's.
 */
#include <string.h>

#include "host/lib/deadline.h"
#include "host/linux/guest_report.h"

struct sight {
    const struct controller *controller;
    bool loaded;  /* Nothing is encrypted yet: both see the same. */
    bool sparing; /* What nobody has written is not read: it is zeros. */
};

static const uint8_t *page_at(const uint8_t *bytes, const struct controller_range *range,
                              uint64_t paddr)
{
    return bytes + (paddr - range->place.paddr) / MAP_PAGE * MAP_PAGE;
}

/* @return what the page is; HOST and GUEST are theirs unless there is none */
static enum page_kind see(const struct sight *sight, uint64_t paddr, uint8_t *host, uint8_t *guest)
{
    const struct controller_range *range = controller_find(sight->controller, paddr);
    if (range == NULL) {
        return PAGE_KIND_NONE;
    }
    const bool shared = controller_is_shared(sight->controller, paddr);
    if (sight->sparing && !controller_was_written(range, paddr - range->place.paddr)) {
        memset(host, 0, MAP_PAGE);
    } else {
        memcpy(host, page_at(range->dram, range, paddr), MAP_PAGE);
    }
    memcpy(guest, shared || sight->loaded ? host : page_at(range->view, range, paddr), MAP_PAGE);
    return shared ? PAGE_KIND_SHARED : PAGE_KIND_PRIVATE;
}

static void look_at_pixel(void *context, uint64_t gpa, struct pixel_map_seen *seen)
{
    const struct sight *sight = context;
    seen->kind = see(sight, gpa, seen->host, seen->guest);
    seen->by_host = seen->by_guest = seen->kind != PAGE_KIND_NONE;
}

/* The host knew it until it was encrypted. */
static void take_view(struct report *page, const struct sight *sight)
{
    uint8_t host[MAP_PAGE];
    uint8_t guest[MAP_PAGE];
    if (see(sight, MAP_COMMAND_LINE, host, guest) == PAGE_KIND_PRIVATE) {
        page->view_gpa = MAP_COMMAND_LINE;
        page->view_what = "the kernel's command line";
        memcpy(page->view_host, host, sizeof page->view_host);
        memcpy(page->view_guest, guest, sizeof page->view_guest);
        page->viewed = true;
    }
}

void guest_report_look(struct guest *guest, enum guest_report_moment moment)
{
    struct guest_report *report = guest->options->report;
    if (report == NULL) {
        return;
    }
    struct sight sight = {
        .controller = &guest->controller, .loaded = moment == GUEST_REPORT_LOADED, .sparing = true};
    controller_find_all_written(sight.controller);
    if (moment == GUEST_REPORT_ENTERED && report->launching_us != 0) {
        take_view(&report->page, &sight);
    }
    pixel_map_take(&report->page.maps[moment], guest->controller.pages, look_at_pixel, &sight);
    if (moment == GUEST_REPORT_LOADED) {
        report->launching_us = deadline_now_us();
    }
}

static void look_at(const struct guest *guest, struct report_sight *result, uint64_t paddr)
{
    const struct guest_report *report = guest->options->report;
    const struct sight sight = {.controller = &guest->controller,
                                .loaded = report->launching_us == 0 && report->running_us == 0};
    result->page = see(&sight, paddr, result->host, result->guest);
    result->host_sees = result->page != PAGE_KIND_NONE;
    result->secret = paddr / MAP_PAGE == MAP_SECRET / MAP_PAGE;
    result->guest_sees = result->host_sees && !result->secret;
    if (result->secret) {
        memset(result->guest, 0, sizeof result->guest);
    }
}

void guest_report_attack(const struct guest *guest, const char *title, uint64_t paddr)
{
    struct guest_report *report = guest->options->report;
    if (report == NULL) {
        return;
    }
    report->attack = report_attack(&report->page);
    if (report->attack != NULL) {
        report->attack->title = title;
        report->attack->gpa = paddr;
        report->attack->has_page = true;
        look_at(guest, &report->attack->before, paddr);
    }
}

void guest_report_attacked(const struct guest *guest, const char *mark, const char *outcome)
{
    struct guest_report *report = guest->options->report;
    if (report == NULL || report->attack == NULL) {
        return;
    }
    report->attack->mark = mark;
    report->attack->outcome = outcome;
    look_at(guest, &report->attack->after, report->attack->gpa);
    report->attack = NULL;
}
