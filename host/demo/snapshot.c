/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a snapshot: a guest is sent to its own platform's PDH, into a file. The board
 * is restarted; the PDH is still the same, so that the guest can be received again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/demo/demo.h"
#include "host/demo/machine.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"
#include "host/lib/output_file.h"
#include "host/lib/snapshot.h"

#define GUEST_ASID 1u

struct sleeper {
    const struct demo_options *options;
    char path[PATH_MAX];
    struct machine machine;
    struct guest_image file;
    struct tenant guest;
    struct snapshot snapshot;
};

static bool power_on(void *context)
{
    struct sleeper *sleeper = context;
    show_part("Power on");
    return machine_power_on(&sleeper->machine, &sleeper->options->board) &&
           machine_prepare(&sleeper->machine);
}

static bool launch(void *context)
{
    struct sleeper *sleeper = context;
    show_part("A guest with SEV-ES is launched");
    sleeper->guest.asid = GUEST_ASID;
    if (!tenant_place(&sleeper->guest, &sleeper->machine.board)) {
        return demo_fail("memory", "the guest does not fit");
    }
    int64_t started = deadline_now_us();
    int result = tenant_launch(&sleeper->guest, &sleeper->machine.board);
    return demo_command("launch", started, result, "%zu bytes and a VMSA, policy %08x",
                        sleeper->guest.image.length, sleeper->guest.policy);
}

static int keep_packet(void *context, const struct sev_sent_packet *packet, uint64_t offset)
{
    struct sleeper *sleeper = context;
    return snapshot_write(&sleeper->snapshot, packet, offset) ? SEV_STATUS_SUCCESS : MAILBOX_ERROR;
}

/* SEND_START to the platform's own PDH. */
static bool start_file(struct sleeper *sleeper)
{
    const struct sev_target *self = &sleeper->machine.identity;
    struct snapshot_header header = {.image_bytes = sleeper->guest.image.length, .pdh = self->pdh};
    uint32_t policy = 0;
    int64_t started = deadline_now_us();
    int result = sev_start_send(&sleeper->machine.board, sleeper->guest.handle, self,
                                &header.session, &policy);
    header.policy = policy;
    if (!demo_command("SEND_START", started, result, "to the platform's own PDH")) {
        return false;
    }
    result = sev_read_chip_id(&sleeper->machine.board, header.chip_id);
    return (result == SEV_STATUS_SUCCESS || demo_fail("GET_ID", "%s", sev_result_text(result))) &&
           (snapshot_create(&sleeper->snapshot, sleeper->path, &header) ||
            demo_fail("snapshot", "%s", sleeper->snapshot.message));
}

static bool fall_asleep(void *context)
{
    struct sleeper *sleeper = context;
    struct sev_handle handle = {.handle = sleeper->guest.handle};
    show_part("It falls asleep in a file");
    if (!start_file(sleeper)) {
        return false;
    }
    int64_t started = deadline_now_us();
    int result = tenant_send(&sleeper->guest, &sleeper->machine.board,
                             sleeper->options->packet_bytes, keep_packet, sleeper);
    const uint32_t packets = sleeper->snapshot.header.packets;
    const bool written = result == SEV_STATUS_SUCCESS && snapshot_finish(&sleeper->snapshot);
    snapshot_close(&sleeper->snapshot);
    if (!demo_command("SEND_UPDATE", started, result, "%u packets, %s", packets, sleeper->path)) {
        return false;
    }
    if (!written) {
        return demo_fail("snapshot", "%s", sleeper->snapshot.message);
    }
    started = deadline_now_us();
    result = sev_send_finish(&sleeper->machine.board, &handle);
    if (result == SEV_STATUS_SUCCESS) {
        result = tenant_end(&sleeper->guest, &sleeper->machine.board);
    }
    return demo_command("SEND_FINISH", started, result, "the guest is gone, its key forgotten");
}

static bool restart(void *context)
{
    struct sleeper *sleeper = context;
    show_part("The machine is switched off, and on again");
    int64_t started = deadline_now_us();
    int result = sev_shutdown(&sleeper->machine.board);
    return demo_command("SHUTDOWN", started, result, "%s", "") &&
           machine_power_off(&sleeper->machine) &&
           machine_power_on(&sleeper->machine, &sleeper->options->board) &&
           machine_prepare(&sleeper->machine);
}

/* RECEIVE_START, ACTIVATE, all packets, RECEIVE_FINISH. */
static int receive(struct sleeper *sleeper)
{
    struct board *board = &sleeper->machine.board;
    struct snapshot *snapshot = &sleeper->snapshot;
    struct sev_sent_packet packet;
    uint64_t offset = 0;
    int result = sev_start_receive(board, snapshot->header.policy, &snapshot->header.pdh,
                                   &snapshot->header.session, &sleeper->guest.handle);
    struct sev_activate activate = {.handle = sleeper->guest.handle, .asid = sleeper->guest.asid};
    struct sev_handle handle = {.handle = sleeper->guest.handle};
    if (result != SEV_STATUS_SUCCESS) {
        return result;
    }
    result = sev_activate(board, &activate);
    for (uint32_t i = 0; i < snapshot->header.packets && result == SEV_STATUS_SUCCESS; i++) {
        result = snapshot_read(snapshot, &packet, &offset)
                     ? tenant_receive(&sleeper->guest, board, &packet, offset)
                     : (int)MAILBOX_ERROR;
    }
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_receive_finish(board, &handle);
    }
    if (result != SEV_STATUS_SUCCESS && tenant_end(&sleeper->guest, board) != SEV_STATUS_SUCCESS) {
        result = MAILBOX_ERROR;
    }
    return result;
}

static bool open_file(struct sleeper *sleeper)
{
    return snapshot_open(&sleeper->snapshot, sleeper->path) ||
           demo_fail("snapshot", "%s", sleeper->snapshot.message);
}

static bool wake_up(void *context)
{
    struct sleeper *sleeper = context;
    show_part("The guest wakes up");
    int64_t started = deadline_now_us();
    if (!open_file(sleeper)) {
        return false;
    }
    show_step("snapshot", "ok", deadline_now_us() - started, "%u packets, undamaged",
              sleeper->snapshot.header.packets);
    if (!tenant_place(&sleeper->guest, &sleeper->machine.board)) {
        return demo_fail("memory", "the guest does not fit");
    }
    started = deadline_now_us();
    int result = receive(sleeper);
    snapshot_close(&sleeper->snapshot);
    if (!demo_command("RECEIVE", started, result, "guest %u, %s", sleeper->guest.handle,
                      sev_guest_state_name(
                          (uint32_t)tenant_state(&sleeper->guest, &sleeper->machine.board)))) {
        return false;
    }
    if (!tenant_finds_itself(&sleeper->guest, &sleeper->machine.board)) {
        return demo_fail("compare", "it is not the guest that fell asleep");
    }
    show_step("compare", "ok", -1, "it finds its %zu bytes, and its CPU accepts the VMSA",
              sleeper->guest.image.length);
    started = deadline_now_us();
    result = tenant_end(&sleeper->guest, &sleeper->machine.board);
    return demo_command("DECOMMISSION", started, result, "the guest is gone");
}

/* Flips the last bit of the last packet's data in the file; again: it is as it was. */
static bool flip_bit(const struct sleeper *sleeper)
{
    FILE *file = fopen(sleeper->path, "r+be");
    const long place = -(long)SNAPSHOT_DIGEST_BYTES - 1;
    bool done = file != NULL && fseek(file, place, SEEK_END) == 0;
    const int byte = done ? fgetc(file) : EOF;
    done = done && byte != EOF && fseek(file, place, SEEK_END) == 0 && fputc(byte ^ 1, file) != EOF;
    return (file == NULL || fclose(file) == 0) && done;
}

static bool refuse(void *context)
{
    struct sleeper *sleeper = context;
    show_part("What cannot wake up");
    if (!flip_bit(sleeper)) {
        return demo_fail("flip a bit", "%s", strerror(errno));
    }
    if (snapshot_open(&sleeper->snapshot, sleeper->path)) {
        snapshot_close(&sleeper->snapshot);
        return demo_fail("snapshot", "a damaged file is taken for a good one");
    }
    snapshot_close(&sleeper->snapshot);
    show_step("damaged file", "refused", -1, "%s", sleeper->snapshot.message);
    if (!flip_bit(sleeper) || !open_file(sleeper)) {
        return demo_fail("snapshot", "the file cannot be mended");
    }
    int64_t started = deadline_now_us();
    int result = sev_pdh_gen(&sleeper->machine.board);
    bool done = demo_command("PDH_GEN", started, result, "the platform gets a new PDH");
    started = deadline_now_us();
    result = done ? receive(sleeper) : SEV_STATUS_SUCCESS;
    snapshot_close(&sleeper->snapshot);
    if (!done || result != SEV_STATUS_BAD_MEASUREMENT) {
        return demo_fail("RECEIVE_START", "%s, with another PDH", sev_result_text(result));
    }
    show_step("RECEIVE_START", "refused", deadline_now_us() - started,
              "%s: the session was for the old PDH", sev_result_text(result));
    started = deadline_now_us();
    result = sev_shutdown(&sleeper->machine.board);
    return demo_command("SHUTDOWN", started, result, "%s", "");
}

int demo_snapshot(const struct demo_options *options)
{
    static demo_act *const acts[] = {power_on, launch, fall_asleep, restart, wake_up, refuse};
    struct sleeper sleeper = {
        .options = options,
        .machine = {.name = "the machine",
                    .directory = options->board.directory,
                    .board = BOARD_CLOSED},
    };
    const bool named =
        options->snapshot != NULL
            ? snprintf(sleeper.path, sizeof sleeper.path, "%s", options->snapshot) < PATH_MAX
            : board_path(sleeper.path, options->board.directory, "guest.snapshot");
    /* Before a board is started and a guest launched for it. */
    const char *refusal = named ? output_refusal(sleeper.path, &output_snapshot) : NULL;
    if (refusal != NULL) {
        (void)fprintf(stderr, "virtasp demo: %s: %s\n", sleeper.path, refusal);
        return BOARD_FAILED;
    }
    if (!named || !guest_image_load(&sleeper.file, options->guest) ||
        !tenant_make(&sleeper.guest, sleeper.file.bytes, sleeper.file.length,
                     SEV_POLICY_NODBG | SEV_POLICY_SEV | SEV_POLICY_ES)) {
        (void)fprintf(stderr, "virtasp demo: %s: %s\n", options->guest, strerror(errno));
        guest_image_free(&sleeper.file);
        return BOARD_FAILED;
    }
    (void)printf("guest image: %s, %zu bytes\n", options->guest, sleeper.file.length);
    const int64_t started = deadline_now_us();
    int result = demo_play(options, acts, sizeof acts / sizeof acts[0], &sleeper);
    result = machine_end(&sleeper.machine, result);
    guest_image_free(&sleeper.guest.image);
    guest_image_free(&sleeper.file);
    return demo_sum_up(started, result);
}
