/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest moves to another board and another QEMU while it runs.
 */
#include "host/linux/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/provision/factory_options.h"
#include "host/provision/provision.h"
#include "host/provision/ready.h"

#define ROUNDS 4u
#define FEW_PAGES 512u /* are sent while the guest stands still */
#define AT_A_TIME 256u /* packets between two passes */

struct move {
    struct guest *from;
    struct guest *to;
    uint64_t packets;
};

static int carry(void *context, const struct sev_sent_packet *packet, uint64_t paddr)
{
    struct move *move = context;
    move->packets++;
    return sev_receive(&move->to->board, move->to->handle, paddr, packet);
}

/* Both boards' chips trust the same vendor. */
static bool make_chip(const struct guest *guest, const char *chip, struct travel_outcome *outcome)
{
    char vendor[PATH_MAX];
    struct provision_error error = {0};
    const struct provision_ready ready = {.directory = chip,
                                          .vendor = vendor,
                                          .rom = guest->options->rom,
                                          .firmware = guest->options->firmware,
                                          .hosted = guest->options->board.hosted != NULL};
    return (board_path(vendor, guest->chip, PROVISION_VENDOR_DIRECTORY) &&
            provision_make_ready(&ready, &error)) ||
           travel_fail(outcome, "%s: %s", chip, error.text);
}

/* The other board, and a machine that waits; SEND_START, RECEIVE_START, ACTIVATE. */
static bool prepare(struct move *move, struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    struct sev_session session;
    uint32_t policy = 0;
    if (!guest_power_on(to) ||
        !controller_open(&to->controller, &to->board.memory, to->options->image.memory)) {
        return travel_fail(outcome, "the other board does not start");
    }
    to->image.entry = from->image.entry;
    if (!machine_start(to, true)) {
        return travel_fail(outcome, "the other machine does not start");
    }
    int result = sev_start_send(&from->board, from->handle, &to->identity, &session, &policy);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "SEND_START: %s", sev_result_text(result));
    }
    result = sev_start_receive(&to->board, policy, &from->identity.pdh, &session, &to->handle);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "RECEIVE_START: %s", sev_result_text(result));
    }
    to->launched = true;
    to->policy = policy;
    struct sev_activate activate = {.handle = to->handle, .asid = to->asid};
    result = sev_activate(&to->board, &activate);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "ACTIVATE: %s", sev_result_text(result));
}

/* The guest runs on meanwhile; what it changes is found by the passes. */
static bool send_running(struct move *move, struct travel_outcome *outcome)
{
    struct guest *guest = move->from;
    travel_mark_all(guest);
    for (unsigned round = 0; round < ROUNDS && travel_count(guest) > FEW_PAGES; round++) {
        uint64_t page = 0;
        do {
            const int result = travel_send(guest, &page, AT_A_TIME, carry, move);
            if (result != SEV_STATUS_SUCCESS) {
                return travel_fail(outcome, "SEND, RECEIVE: %s", sev_result_text(result));
            }
        } while (page != 0);
        if (!controller_pass(&guest->controller)) {
            return travel_fail(outcome, "%s", guest->controller.message);
        }
    }
    return true;
}

static void copy_shared(const struct move *move)
{
    const struct controller *from = &move->from->controller;
    struct controller *to = &move->to->controller;
    memcpy(to->control->shared, from->control->shared, from->control->pages / 8);
    for (size_t i = 0; i < from->range_count; i++) {
        const struct map_range *place = &from->ranges[i].place;
        for (uint64_t at = 0; at < place->length; at += MAP_PAGE) {
            if (controller_is_shared(from, place->paddr + at)) {
                memcpy(to->ranges[i].dram + at, from->ranges[i].dram + at, MAP_PAGE);
            }
        }
    }
}

/* SEND_FINISH comes last: until then the guest can go on where it was. */
static bool send_rest(struct move *move, struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    struct sev_handle source = {.handle = from->handle};
    struct sev_handle target = {.handle = to->handle};
    uint64_t page = 0;
    int result = travel_send(from, &page, UINT64_MAX, carry, move);
    if (result == SEV_STATUS_SUCCESS) {
        copy_shared(move);
        result = sev_receive_finish(&to->board, &target);
    }
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "SEND, RECEIVE: %s", sev_result_text(result));
    }
    if (!controller_enter(&to->controller, to->asid)) {
        return travel_fail(outcome, "%s", to->controller.message);
    }
    const int state = travel_save_machine(from);
    const bool loaded = state >= 0 && travel_load_machine(to, state);
    if (state >= 0) {
        (void)close(state);
    }
    if (!loaded) {
        return travel_fail(outcome, "the state of QEMU cannot be moved");
    }
    result = sev_send_finish(&from->board, &source);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "SEND_FINISH: %s", sev_result_text(result));
}

static bool move_guest(struct move *move, struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    const int64_t started = deadline_now_us();
    if (!prepare(move, outcome) || !send_running(move, outcome)) {
        return false;
    }
    const int64_t stopped = deadline_now_us();
    if (!guest_pause(from)) {
        return travel_fail(outcome, "the machine does not stand still");
    }
    const uint64_t rest = travel_count(from);
    if (!send_rest(move, outcome) || !guest_resume(move->to)) {
        return false;
    }
    const int64_t ended = deadline_now_us();
    (void)travel_fail(outcome,
                      "moved in %.2f s, stood still for %.3f s; %llu packets, %llu pages "
                      "while it stood still",
                      (double)(ended - started) / 1e6, (double)(ended - stopped) / 1e6,
                      (unsigned long long)move->packets, (unsigned long long)rest);
    show_step("migrate", "ok", ended - started, "%s", outcome->text);
    return true;
}

bool migrate_guest(struct guest *guest, const char *chip, struct travel_outcome *outcome)
{
    struct move move = {.from = guest, .to = guest_new(guest->options, chip)};
    struct sev_handle handle = {.handle = guest->handle};
    const bool was_paused = guest->paused;
    if (move.to == NULL || !make_chip(guest, chip, outcome)) {
        free(move.to);
        return false;
    }
    move.to->console_output = guest->console_output;
    move.to->attack = guest->attack;
    if (move_guest(&move, outcome)) {
        guest->successor = move.to;
        return true;
    }
    (void)guest_end(move.to);
    const int result = sev_send_cancel(&guest->board, &handle);
    outcome->lost = (result != SEV_STATUS_SUCCESS && result != SEV_STATUS_INVALID_GUEST_STATE) ||
                    (guest->paused && !was_paused && !guest_resume(guest));
    return false;
}
