/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux guest falls asleep in a file.
 */
#include "host/linux/snapshot.h"

#include <unistd.h>

#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/snapshot.h"
#include "host/linux/beside.h"
#include "host/linux/guest_report.h"
#include "host/linux/snapshot_internal.h"

/* What is being written; it gets its names when it is whole. */
struct files {
    struct snapshot private;
    struct beside_file machine;
    struct beside_file shared;
    struct progress *progress;
};

static int keep(void *context, const struct sev_sent_packet *packet, uint64_t paddr)
{
    struct files *files = context;
    progress_moved(files->progress, packet->length);
    return snapshot_write(&files->private, packet, snapshot_offset(paddr)) ? SEV_STATUS_SUCCESS
                                                                           : MAILBOX_ERROR;
}

/* SEND_START to the platform's own PDH, and the packets. */
static bool write_private(struct guest *guest, struct files *files, const char *path,
                          struct travel_outcome *outcome)
{
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
    if (!snapshot_create(&files->private, path, &header)) {
        return travel_fail(outcome, "%.500s", files->private.message);
    }
    const int64_t started = deadline_now_us();
    result = travel_send(guest, keep, files);
    if (result != SEV_STATUS_SUCCESS) {
        return travel_fail(outcome, "SEND: %s", sev_result_text(result));
    }
    progress_step(files->progress, "private", deadline_now_us() - started,
                  "%.1f MiB encrypted and written", progress_mib(files->progress->bytes));
    return true;
}

static bool write_machine(struct guest *guest, struct files *files, const char *path,
                          struct travel_outcome *outcome)
{
    const int state = travel_save_machine(guest);
    if (state < 0) {
        return travel_fail(outcome, "the state of QEMU cannot be had");
    }
    const bool done =
        beside_create(&files->machine, path, &beside_machine, outcome) &&
        beside_close(&files->machine, beside_copy(files->machine.file, state), outcome);
    (void)close(state);
    return done;
}

static bool write_shared(struct guest *guest, struct files *files, const char *path,
                         struct travel_outcome *outcome)
{
    struct sleep_head head;
    if (!sleep_head_make(&head, guest->options, &files->private.header.session,
                         files->machine.temporary)) {
        return travel_fail(outcome, "%.400s: what was written cannot be read", files->machine.path);
    }
    return beside_create(&files->shared, path, &beside_shared, outcome) &&
           beside_close(&files->shared, snapshot_write_shared(guest, &head, files->shared.file),
                        outcome);
}

/* All of them are whole by then. */
static bool name_files(struct files *files, struct travel_outcome *outcome)
{
    if (!snapshot_finish(&files->private)) {
        return travel_fail(outcome, "%.500s", files->private.message);
    }
    return beside_keep(&files->machine, outcome) && beside_keep(&files->shared, outcome);
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
    struct files files = {.progress = &outcome->progress};
    if (!guest_pause(guest)) {
        return travel_fail(outcome, "the machine does not stand still");
    }
    begin(guest, path, files.progress);
    const bool done = write_machine(guest, &files, path, outcome) &&
                      write_private(guest, &files, path, outcome) &&
                      write_shared(guest, &files, path, outcome) && name_files(&files, outcome);
    snapshot_close(&files.private);
    beside_discard(&files.machine);
    beside_discard(&files.shared);
    if (!done) {
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
