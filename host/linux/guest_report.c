/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report on a Linux guest gathers (guest_report.h).
 */
#include "host/linux/guest_report.h"

#include <stdlib.h>
#include <string.h>

#include "host/demo/show.h"
#include "host/lib/deadline.h"

#define SAMPLE_US 250000
#define PAUSE_FACTOR 10 /* counting takes a tenth of the time at most */

static struct guest_report *report_of(const struct guest *guest)
{
    return guest->options->report;
}

void guest_report_part(const struct guest *guest, const char *title)
{
    show_part(title);
    if (report_of(guest) != NULL) {
        report_phase(&report_of(guest)->page, title);
    }
}

static void on_command(void *context, uint32_t id, int result, int64_t microseconds)
{
    struct guest_report *report = context;
    report_command(&report->page, id, result, deadline_now_us() - microseconds, microseconds);
}

void guest_report_listen(struct guest *guest)
{
    if (report_of(guest) != NULL) {
        guest->board.observer =
            (struct board_observer){.after = on_command, .context = report_of(guest)};
    }
}

void guest_report_read_chain(struct guest *guest)
{
    struct guest_report *report = report_of(guest);
    struct chain chain;
    if (report != NULL) {
        chain_read_sev(&chain, guest->chip, &guest->board, &guest->identity.pdh,
                       &guest->identity.chain);
        chain.since = deadline_now_us();
        report_chain(&report->page, &chain);
    }
}

void guest_report_measured(struct guest *guest, const struct owner_expectation *expectation,
                           const struct sev_measurement *measurement)
{
    struct guest_report *report = report_of(guest);
    uint8_t expected[SEV_MAC_BYTES];
    if (report != NULL &&
        owner_measure(&guest->owner, expectation, measurement->mnonce, expected)) {
        report_launch(&report->page, expected, measurement, expectation->launch_digest,
                      "Launch digest, SHA-256 of page tables, boot parameters, kernel, initrd, "
                      "command line, MP table and the secret's header");
    }
}

void guest_report_injected(struct guest *guest)
{
    if (report_of(guest) != NULL) {
        report_of(guest)->injected = true;
    }
}

void guest_report_attested(struct guest *guest)
{
    if (report_of(guest) != NULL) {
        report_of(guest)->attested = true;
    }
}

void guest_report_runs(struct guest *guest, int64_t now)
{
    struct guest_report *report = report_of(guest);
    if (report != NULL) {
        report_guest_runs(&report->page);
        report->running_us = now;
    }
}

void guest_report_ran(struct guest *guest, int64_t now)
{
    struct guest_report *report = report_of(guest);
    if (report != NULL) {
        report_guest_ran(&report->page, 0);
        report->ran_us = now;
    }
}

/* What controllers have done since the last look: a guest that moves gets another one. */
static void add_totals(struct guest_report *report, const struct controller *controller,
                       struct history_sample *sample)
{
    if (report->controller != controller) {
        report->controller = controller;
        report->counted = (struct controller_pass){.written = 0};
    }
    sample->written = controller->total.written - report->counted.written;
    sample->taken_over = controller->total.taken_over - report->counted.taken_over;
    report->counted = controller->total;
    report->written += sample->written;
    report->taken_over += sample->taken_over;
}

static bool is_empty(const uint8_t *page)
{
    return page[0] == 0 && memcmp(page, page + 1, MAP_PAGE - 1) == 0;
}

/* A page that holds something once does so from then on, unless somebody clears it. */
static bool is_filled(const struct guest_report *report, const uint8_t *page, uint64_t number)
{
    uint64_t *word = &report->filled[number / 64];
    const uint64_t bit = UINT64_C(1) << (number % 64);
    if ((*word & bit) == 0 && !is_empty(page)) {
        *word |= bit;
    }
    return (*word & bit) != 0;
}

static void count_range(const struct guest_report *report, const struct controller *controller,
                        const struct controller_range *range, struct history_sample *sample)
{
    for (uint64_t at = 0; at < range->place.length; at += MAP_PAGE) {
        const uint64_t paddr = range->place.paddr + at;
        if (controller_is_shared(controller, paddr)) {
            sample->shared++;
        } else if (!controller_is_untouched(controller, range, at) &&
                   is_filled(report, range->dram + at, paddr / MAP_PAGE)) {
            sample->ciphertext++;
        } else {
            sample->empty++;
        }
    }
}

static bool make_room(struct guest_report *report, const struct controller *controller)
{
    if (report->filled == NULL) {
        report->filled_words = controller->pages / 64;
        report->filled = calloc(report->filled_words, sizeof *report->filled);
    }
    return report->filled != NULL && report->filled_words == controller->pages / 64;
}

static void take_sample(struct guest_report *report, const struct controller *controller)
{
    struct history_sample sample = {.at = deadline_now_us()};
    if (!make_room(report, controller)) {
        return;
    }
    add_totals(report, controller, &sample);
    for (size_t i = 0; i < controller->range_count; i++) {
        count_range(report, controller, &controller->ranges[i], &sample);
    }
    history_add(&report->page.history, &sample);
    report->sampled_us = deadline_now_us();
    report->sampling_us = report->sampled_us - sample.at;
}

void guest_report_pass(struct guest *guest)
{
    struct guest_report *report = report_of(guest);
    if (report == NULL) {
        return;
    }
    const int64_t rest = PAUSE_FACTOR * report->sampling_us;
    report->passes++;
    if (deadline_now_us() - report->sampled_us >= (rest > SAMPLE_US ? rest : SAMPLE_US)) {
        take_sample(report, &guest->controller);
    }
}

void guest_report_left(const struct guest *guest)
{
    struct guest_report *report = report_of(guest);
    struct history_sample last;
    if (report != NULL) {
        add_totals(report, &guest->controller, &last);
        report->calls += guest->controller.control->calls;
        report->conversions += guest->controller.control->conversions;
    }
}

void guest_report_text(const struct guest *guest, const char *text, size_t length)
{
    if (report_of(guest) != NULL) {
        report_text(&report_of(guest)->page, text, length);
    }
}

void guest_report_event(const struct guest *guest, const char *name, const char *detail, bool good,
                        int64_t started)
{
    struct guest_report *report = report_of(guest);
    if (report != NULL) {
        report_event(&report->page, name, detail, good, started, deadline_now_us() - started);
        if (good) { /* what was refused has changed nothing */
            history_mark(&report->page.history, started, name);
        }
    }
}

void guest_report_ending(const struct guest *guest, const char *ending)
{
    if (report_of(guest) != NULL) {
        report_of(guest)->ending = ending;
    }
}

void guest_report_problem(const struct guest *guest, const char *problem)
{
    if (report_of(guest) != NULL && report_of(guest)->problem == NULL) {
        report_of(guest)->problem = problem;
    }
}

static void judge(struct report *page, const struct guest_report *report, int status)
{
    if (report->running_us == 0) {
        if (report->problem != NULL) { /* else as guest_report_open() has it */
            report_verdict(page, false, "It has not come to run: %s", report->problem);
        }
        return;
    }
    if (status == BOARD_OK || status == GUEST_TIME_UP) {
        report_verdict(page, true, "%s",
                       report->ending != NULL ? report->ending : "It has run to its end");
    } else {
        report_verdict(page, false, "It cannot go on: %s",
                       report->problem != NULL ? report->problem : "standard error says why");
    }
}

static void add_facts(const struct guest *guest, const struct guest_report *report,
                      struct report *page)
{
    const struct control_page *control = guest->controller.control;
    const struct image_options *image = &guest->options->image;
    if (report->running_us != 0) {
        report_time(page, "Power on to entry", report->running_us - guest->started);
        report_time(page, "Entry to end", report->ran_us - report->running_us);
    }
    report_fact(page, "Memory", "%llu MiB", (unsigned long long)(image->memory / MAP_MIB));
    report_fact(page, "Virtual CPUs", "%u", image->cpus);
    report_fact(page, "Policy", "%xh", guest->policy);
    report_fact(page, "ASID", "%u", guest->asid);
    report_fact(page, "C-bit", "bit %u", image->c_bit);
    report_fact(page, "Owner's secret", "%s", report->injected ? "injected" : "none");
    report_fact(page, "Passes", "%llu", (unsigned long long)report->passes);
    report_fact(page, "Pages encrypted", "%llu", (unsigned long long)report->written);
    report_fact(page, "Pages taken over", "%llu", (unsigned long long)report->taken_over);
    if (control != NULL) {
        report_fact(page, "Hypercalls", "%llu", (unsigned long long)report->calls + control->calls);
        report_fact(page, "Pages converted", "%llu",
                    (unsigned long long)report->conversions + control->conversions);
    }
}

void guest_report_conclude(struct guest *guest, int status)
{
    struct guest_report *report = report_of(guest);
    if (report == NULL) {
        return;
    }
    struct report *page = &report->page;
    if (report->running_us != 0) {
        take_sample(report, &guest->controller);
    }
    judge(page, report, status);
    add_facts(guest, report, page);
    if (page->measurement.count == 0 && guest->options->restore != NULL) {
        report_measured(page, report->running_us != 0,
                        "It comes from a snapshot, and was measured when it was launched.");
    } else if (report->attested) {
        page->measurement.aside =
            "The owner has then asked for an attestation report, and accepted "
            "it: digest, policy and its nonce, signed by the PEK.";
    }
    report_phase(page, "The guest ends");
    if (report->running_us != 0) {
        guest_report_look(guest, GUEST_REPORT_ENDED);
    }
}
