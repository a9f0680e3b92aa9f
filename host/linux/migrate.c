/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest moves to another board and another QEMU while it runs.
 */
#include "host/linux/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/linux/migrate_internal.h"

#define ROUNDS 8u
#define FEW_PAGES 64u /* are sent while the guest stands still */

static void end_phase(struct move *move, enum phase phase)
{
    const int64_t now = deadline_now_us();
    move->phases[phase] += now - move->began;
    move->began = now;
}

static int carry(void *context, const struct sev_sent_packet *packet, uint64_t paddr)
{
    struct move *move = context;
    struct guest *to = move->to;
    move->packets++;
    move->bytes += packet->length;
    progress_moved(move->progress, packet->length);
    const int result = sev_receive(&to->board, to->handle, paddr, packet);
    if (result != SEV_STATUS_SUCCESS || !move->entered) {
        return result;
    }
    return controller_take_over(&to->controller, paddr, packet->length) ? result : MAILBOX_ERROR;
}

static bool send(struct move *move, struct travel_outcome *outcome)
{
    const int result = travel_send(move->from, carry, move);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "SEND, RECEIVE: %s", sev_result_text(result));
}

/* Those that differ: most are as they were copied before the guest stood still. */
static void copy_shared(const struct move *move)
{
    const struct controller *from = &move->from->controller;
    struct controller *to = &move->to->controller;
    memcpy(to->control->shared, from->control->shared, from->pages / 8);
    for (size_t i = 0; i < from->range_count; i++) {
        const struct map_range *place = &from->ranges[i].place;
        for (uint64_t at = 0; at < place->length; at += MAP_PAGE) {
            const uint8_t *page = from->ranges[i].dram + at;
            if (controller_is_shared(from, place->paddr + at) &&
                memcmp(to->ranges[i].dram + at, page, MAP_PAGE) != 0) {
                memcpy(to->ranges[i].dram + at, page, MAP_PAGE);
            }
        }
    }
}

/* What was due, and what the guest changes meanwhile: that is due next. */
static bool send_pass(struct move *move, unsigned pass, uint64_t *due,
                      struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    const int64_t started = deadline_now_us();
    const uint64_t before = move->bytes;
    char name[16];
    progress_expect(move->progress, *due * MAP_PAGE);
    if (!send(move, outcome)) {
        return false;
    }
    if (!move->entered && !controller_enter(&to->controller, to->asid)) {
        return travel_fail(outcome, "%s", to->controller.message);
    }
    move->entered = true;
    if (!controller_pass(&from->controller)) {
        return travel_fail(outcome, "%s", from->controller.message);
    }
    *due = travel_count(from);
    (void)snprintf(name, sizeof name, "pass %u", pass);
    progress_step(move->progress, name, deadline_now_us() - started,
                  "%.1f MiB moved; %.1f MiB changed meanwhile", progress_mib(move->bytes - before),
                  progress_mib(*due * MAP_PAGE));
    return true;
}

/*
 * The guest runs on meanwhile; what it changes is found by the passes, and sent again until little is
 * left, or it does not get less.
 */
static bool send_running(struct move *move, uint64_t due, struct travel_outcome *outcome)
{
    for (unsigned pass = 1; pass <= ROUNDS; pass++) {
        const uint64_t before = due;
        if (!send_pass(move, pass, &due, outcome)) {
            return false;
        }
        if (due <= FEW_PAGES || due >= before) {
            break;
        }
    }
    copy_shared(move);
    return true;
}

/* QEMU's devices travel while the last pages are found and sent. */
static bool send_standing(struct move *move, int state, uint64_t *pages,
                          struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    if (!controller_pass(&from->controller)) {
        return travel_fail(outcome, "%s", from->controller.message);
    }
    end_phase(move, PHASE_WRITE_BACK);
    copy_shared(move);
    end_phase(move, PHASE_SHARED);
    const bool saved = travel_wait(from) && travel_load_begin(to, state);
    end_phase(move, PHASE_SAVE);
    *pages = travel_count(from);
    if (!saved || !send(move, outcome)) {
        return saved ? false : travel_fail(outcome, "the state of QEMU cannot be moved");
    }
    end_phase(move, PHASE_SEND);
    const bool loaded = travel_wait(to);
    end_phase(move, PHASE_LOAD);
    return loaded || travel_fail(outcome, "the state of QEMU cannot be moved");
}

/* SEND_FINISH comes last: until then the guest can go on where it was. */
static bool finish(struct move *move, struct travel_outcome *outcome)
{
    struct sev_handle source = {.handle = move->from->handle};
    struct sev_handle target = {.handle = move->to->handle};
    int result = sev_receive_finish(&move->to->board, &target);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "RECEIVE_FINISH: %s", sev_result_text(result));
    }
    result = sev_send_finish(&move->from->board, &source);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "SEND_FINISH: %s", sev_result_text(result));
}

static bool move_standing(struct move *move, uint64_t *pages, struct travel_outcome *outcome)
{
    struct guest *from = move->from;
    struct guest *to = move->to;
    to->paused = from->paused; /* it stands still there too if it did here */
    if (!travel_prepare_machine(from) || !travel_prepare_machine(to)) {
        return travel_fail(outcome, "the state of QEMU cannot be moved");
    }
    move->began = deadline_now_us();
    if (!guest_stop(from)) {
        return travel_fail(outcome, "the machine does not stand still");
    }
    const int state = travel_save_begin(from);
    if (state < 0) {
        return travel_fail(outcome, "the state of QEMU cannot be moved");
    }
    const bool done = send_standing(move, state, pages, outcome) && finish(move, outcome) &&
                      (to->paused || guest_go_on(to));
    if (!done && !travel_wait(from)) { /* else it can go on */
        (void)travel_fail(outcome, "the state of QEMU cannot be moved");
    }
    (void)close(state);
    end_phase(move, PHASE_GO_ON);
    return done;
}

static void tell(const struct move *move, int64_t all, uint64_t pages,
                 struct travel_outcome *outcome)
{
    const int64_t *phases = move->phases;
    int64_t still = 0;
    for (size_t i = 0; i < PHASES; i++) {
        still += phases[i];
    }
    (void)travel_fail(outcome,
                      "moved in %.2f s, stood still for %.3f s; %.1f MiB in %" PRIu64
                      " packets, %" PRIu64 " pages of them while it stood still",
                      (double)all / 1e6, (double)still / 1e6, progress_mib(move->bytes),
                      move->packets, pages);
    show_step("migrate", "ok", all, "%s", outcome->text);
    show_step(
        "stood still", "ok", still,
        "write back %.1f, shared pages %.1f, save devices %.1f, send pages %.1f, load devices "
        "%.1f, go on %.1f ms",
        (double)phases[PHASE_WRITE_BACK] / 1e3, (double)phases[PHASE_SHARED] / 1e3,
        (double)phases[PHASE_SAVE] / 1e3, (double)phases[PHASE_SEND] / 1e3,
        (double)phases[PHASE_LOAD] / 1e3, (double)phases[PHASE_GO_ON] / 1e3);
}

static bool move_guest(struct move *move, struct travel_outcome *outcome)
{
    const int64_t started = deadline_now_us();
    uint64_t pages = 0;
    travel_mark_all(move->from);
    const uint64_t due = travel_count(move->from);
    progress_step(move->progress, "begins", -1,
                  "%.1f s after power on: %.1f MiB of private memory to %.200s",
                  (double)(started - move->from->started) / 1e6, progress_mib(due * MAP_PAGE),
                  move->to->chip);
    if (!migrate_make_chip(move->from, move->to->chip, outcome) ||
        !migrate_prepare(move, outcome) || !send_running(move, due, outcome) ||
        !move_standing(move, &pages, outcome)) {
        return false;
    }
    tell(move, deadline_now_us() - started, pages, outcome);
    return true;
}

/* What is told in the end is told of the whole run. */
static void add_earlier(const struct guest *from, struct guest *to)
{
    const struct controller *controller = &from->controller;
    to->earlier = from->earlier;
    to->earlier.written += controller->total.written;
    to->earlier.taken_over += controller->total.taken_over;
    to->earlier.microseconds += controller->total.microseconds;
    to->earlier_passes = from->earlier_passes + controller->passes;
}

bool migrate_guest(struct guest *guest, const char *chip, struct travel_outcome *outcome)
{
    struct move move = {
        .from = guest, .to = guest_new(guest->options, chip), .progress = &outcome->progress};
    struct sev_handle handle = {.handle = guest->handle};
    const bool was_paused = guest->paused;
    if (move.to == NULL || !travel_has_parent(chip, outcome)) {
        free(move.to);
        return false;
    }
    move.to->console_output = guest->console_output;
    move.to->attack = guest->attack;
    move.to->started = guest->started;
    if (move_guest(&move, outcome)) {
        add_earlier(guest, move.to);
        guest->successor = move.to;
        return true;
    }
    (void)guest_end(move.to);
    const int result = sev_send_cancel(&guest->board, &handle);
    outcome->lost = (result != SEV_STATUS_SUCCESS && result != SEV_STATUS_INVALID_GUEST_STATE) ||
                    (guest->paused && !was_paused && !guest_resume(guest));
    return false;
}
