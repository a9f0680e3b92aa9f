/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest falls asleep in a file.
 */
#include "host/linux/snapshot.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/snapshot.h"
#include "host/linux/beside.h"
#include "host/linux/guest_report.h"
#include "host/linux/shape.h"
#include "host/provision/provision.h"

/* The firmware's guest, image offsets and guest addresses are the same but for the hole below 4 GiB. */
static uint64_t to_offset(uint64_t paddr)
{
    return paddr < MAP_HIGH_BASE ? paddr : paddr - MAP_HIGH_BASE + MAP_LOW_MAX;
}

static uint64_t to_paddr(uint64_t offset)
{
    return offset < MAP_LOW_MAX ? offset : offset - MAP_LOW_MAX + MAP_HIGH_BASE;
}

struct keeping {
    struct snapshot snapshot;
    struct progress *progress;
};

static int keep(void *context, const struct sev_sent_packet *packet, uint64_t paddr)
{
    struct keeping *keeping = context;
    progress_moved(keeping->progress, packet->length);
    return snapshot_write(&keeping->snapshot, packet, to_offset(paddr)) ? SEV_STATUS_SUCCESS
                                                                        : MAILBOX_ERROR;
}

static bool write_machine(struct guest *guest, const char *path, struct travel_outcome *outcome)
{
    const int state = travel_save_machine(guest);
    if (state < 0) {
        return travel_fail(outcome, "the state of QEMU cannot be had");
    }
    FILE *file = beside_create(path, &beside_machine, outcome);
    const bool done = file != NULL &&
                      beside_close(file, beside_copy(file, state), path, &beside_machine, outcome);
    (void)close(state);
    return done;
}

typedef bool page_function(uint8_t *page, FILE *file);

static bool put_page(uint8_t *page, FILE *file)
{
    return fwrite(page, MAP_PAGE, 1, file) == 1;
}

static bool get_page(uint8_t *page, FILE *file)
{
    return fread(page, MAP_PAGE, 1, file) == 1;
}

/* Every shared page, in order. @return false when one cannot be had */
static bool each_shared_page(struct controller *controller, FILE *file, page_function *how)
{
    bool done = true;
    for (size_t i = 0; i < controller->range_count; i++) {
        const struct controller_range *range = &controller->ranges[i];
        for (uint64_t at = 0; at < range->place.length && done; at += MAP_PAGE) {
            done = !controller_is_shared(controller, range->place.paddr + at) ||
                   how(range->dram + at, file);
        }
    }
    return done;
}

static bool write_shared(struct guest *guest, const char *path, struct travel_outcome *outcome)
{
    struct controller *controller = &guest->controller;
    char shape[SHAPE_BYTES];
    shape_write(guest->options, shape);
    FILE *file = beside_create(path, &beside_shared, outcome);
    return file != NULL && beside_close(file,
                                        fwrite(&beside_shared.kind.magic,
                                               sizeof beside_shared.kind.magic, 1, file) == 1 &&
                                            fwrite(shape, sizeof shape, 1, file) == 1 &&
                                            fwrite(controller->control->shared,
                                                   controller->control->pages / 8, 1, file) == 1 &&
                                            each_shared_page(controller, file, put_page),
                                        path, &beside_shared, outcome);
}

static bool read_head(FILE *file, char shape[SHAPE_BYTES])
{
    uint64_t magic = 0;
    return file != NULL && fread(&magic, sizeof magic, 1, file) == 1 &&
           magic == beside_shared.kind.magic && fread(shape, SHAPE_BYTES, 1, file) == 1;
}

static bool read_shared(struct guest *guest, const char *path)
{
    struct controller *controller = &guest->controller;
    FILE *file = beside_open(path, &beside_shared);
    char shape[SHAPE_BYTES];
    const bool done =
        read_head(file, shape) &&
        fread(controller->control->shared, controller->control->pages / 8, 1, file) == 1 &&
        each_shared_page(controller, file, get_page);
    if (file != NULL) {
        (void)fclose(file);
    }
    return done;
}

/* SEND_START to the platform's own PDH, and the packets. */
static bool write_private(struct guest *guest, const char *path, struct travel_outcome *outcome)
{
    struct keeping keeping = {.progress = &outcome->progress};
    struct snapshot *snapshot = &keeping.snapshot;
    struct snapshot_header header = {.image_bytes = guest->options->image.memory,
                                     .pdh = guest->identity.pdh};
    uint32_t policy = 0;
    int result =
        sev_start_send(&guest->board, guest->handle, &guest->identity, &header.session, &policy);
    header.policy = policy;
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_read_chip_id(&guest->board, header.chip_id);
    }
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "SEND_START: %s", sev_result_text(result));
    }
    if (!snapshot_create(snapshot, path, &header)) {
        return travel_fail(outcome, "%.500s", snapshot->message);
    }
    result = travel_send(guest, keep, &keeping);
    const bool done = result == SEV_STATUS_SUCCESS && snapshot_finish(snapshot);
    snapshot_close(snapshot);
    return done ||
           travel_fail(outcome, "%.500s",
                       result == SEV_STATUS_SUCCESS ? snapshot->message : sev_result_text(result));
}

/* The guest stands still from now on. */
static void begin(struct guest *guest, const char *path, struct progress *progress)
{
    travel_mark_all(guest);
    progress_expect(progress, travel_count(guest) * MAP_PAGE);
    progress_step(
        progress, "begins", -1, "%.1f s after power on: %.1f MiB of private memory into %.200s",
        (double)(deadline_now_us() - guest->started) / 1e6, progress_mib(progress->all), path);
}

static bool write_all(struct guest *guest, const char *path, struct travel_outcome *outcome)
{
    struct sev_handle handle = {.handle = guest->handle};
    if (!guest_pause(guest)) {
        return travel_fail(outcome, "the machine does not stand still");
    }
    const int64_t started = deadline_now_us();
    begin(guest, path, &outcome->progress);
    if (!write_private(guest, path, outcome)) {
        return false;
    }
    progress_step(&outcome->progress, "private", deadline_now_us() - started,
                  "%.1f MiB encrypted and written", progress_mib(outcome->progress.bytes));
    if (!write_machine(guest, path, outcome) || !write_shared(guest, path, outcome)) {
        return false;
    }
    const int result = sev_send_finish(&guest->board, &handle);
    return result == SEV_STATUS_SUCCESS ||
           travel_fail(outcome, "SEND_FINISH: %s", sev_result_text(result));
}

bool snapshot_save(struct guest *guest, const char *path, struct travel_outcome *outcome)
{
    struct sev_handle handle = {.handle = guest->handle};
    const bool was_paused = guest->paused;
    const int64_t started = deadline_now_us();
    if (!beside_may_write(path, outcome)) {
        return false;
    }
    if (write_all(guest, path, outcome)) {
        guest->ended = true;
        guest_report_ending(guest, "It sleeps in a snapshot, and can go on from there");
        const int64_t all = deadline_now_us() - started;
        (void)travel_fail(outcome,
                          "%.400s: written in %.2f s, in which it stood still; %.1f MiB of private "
                          "memory",
                          path, (double)all / 1e6, progress_mib(outcome->progress.bytes));
        show_step("snapshot", "ok", all, "%s", outcome->text);
        return true;
    }
    const int result = sev_send_cancel(&guest->board, &handle);
    outcome->lost = (result != SEV_STATUS_SUCCESS && result != SEV_STATUS_INVALID_GUEST_STATE) ||
                    (guest->paused && !was_paused && !guest_resume(guest));
    return false;
}

/* RECEIVE_START, ACTIVATE, all packets, RECEIVE_FINISH. */
static int receive(struct guest *guest, struct snapshot *snapshot)
{
    struct sev_sent_packet packet;
    uint64_t offset = 0;
    int result = sev_start_receive(&guest->board, snapshot->header.policy, &snapshot->header.pdh,
                                   &snapshot->header.session, &guest->handle);
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    guest->launched = true;
    guest->policy = snapshot->header.policy;
    struct sev_activate activate = {.handle = guest->handle, .asid = guest->asid};
    struct sev_handle finish = {.handle = guest->handle};
    result = sev_activate(&guest->board, &activate);
    for (uint32_t i = 0; i < snapshot->header.packets && result == SEV_STATUS_SUCCESS; i++) {
        result = MAILBOX_ERROR;
        if (snapshot_read(snapshot, &packet, &offset) &&
            controller_holds(&guest->controller, to_paddr(offset), packet.length)) {
            result = sev_receive(&guest->board, guest->handle, to_paddr(offset), &packet);
        }
    }
    return result == SEV_STATUS_SUCCESS ? sev_receive_finish(&guest->board, &finish) : result;
}

static bool load_machine(struct guest *guest, const char *path)
{
    FILE *file = beside_open(path, &beside_machine);
    const bool done =
        file != NULL && machine_start(guest, true) && travel_load_machine(guest, fileno(file));
    if (file != NULL) {
        (void)fclose(file);
    }
    return done || demo_fail("restore", "%s.machine: it is not the state of such a machine", path);
}

/* Before the firmware has anything to do with it. */
static bool suits_machine(const struct guest *guest, const char *path)
{
    FILE *file = beside_open(path, &beside_shared);
    struct travel_outcome outcome = {.text = "not what belongs to it"};
    char shape[SHAPE_BYTES];
    const bool done = read_head(file, shape) && shape_suits(guest->options, shape, &outcome);
    if (file != NULL) {
        (void)fclose(file);
    }
    return done || demo_fail("restore", "%s.shared: %s", path, outcome.text);
}

#define SHOWN_ID_BYTES 8u /* of a chip's; they are random */

static bool is_for_chip(struct guest *guest, const struct snapshot_header *header)
{
    uint8_t id[SEV_CHIP_ID_BYTES];
    char made_for[2 * SHOWN_ID_BYTES + 1];
    char here[2 * SHOWN_ID_BYTES + 1];
    const int result = sev_read_chip_id(&guest->board, id);
    if (result != SEV_STATUS_SUCCESS) {
        return demo_fail("restore", "GET_ID: %s", sev_result_text(result));
    }
    provision_hex(header->chip_id, SHOWN_ID_BYTES, made_for);
    provision_hex(id, SHOWN_ID_BYTES, here);
    return memcmp(id, header->chip_id, sizeof id) == 0 ||
           demo_fail("restore", "it was made for chip %s..., this is %s...", made_for, here);
}

bool snapshot_restore(struct guest *guest, const char *path)
{
    struct snapshot snapshot;
    const int64_t started = deadline_now_us();
    guest_report_part(guest, "A guest wakes up");
    if (!snapshot_open(&snapshot, path)) {
        snapshot_close(&snapshot);
        return demo_fail("restore", "%s", snapshot.message);
    }
    if (snapshot.header.image_bytes != guest->options->image.memory) {
        snapshot_close(&snapshot);
        return demo_fail("restore", "it has %llu MiB of memory: --memory must say so",
                         (unsigned long long)(snapshot.header.image_bytes / MAP_MIB));
    }
    if (!suits_machine(guest, path) || !is_for_chip(guest, &snapshot.header)) {
        snapshot_close(&snapshot);
        return false;
    }
    const uint32_t packets = snapshot.header.packets;
    const int result = receive(guest, &snapshot);
    snapshot_close(&snapshot);
    if (!demo_command("RECEIVE", started, result, "guest %u: %u packets", guest->handle, packets)) {
        return false;
    }
    if (!read_shared(guest, path)) {
        return demo_fail("restore", "%s.shared: not what belongs to it", path);
    }
    if (!controller_enter(&guest->controller, guest->asid)) {
        return demo_fail("decrypt", "%s", guest->controller.message);
    }
    guest_report_look(guest, GUEST_REPORT_ENTERED);
    return load_machine(guest, path);
}
