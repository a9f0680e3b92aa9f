/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration of a migration: two guests, one of them with SEV-ES, move from one machine to
 * another. Then an attacker sits on the wire.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/demo/migration.h"
#include "host/demo/show.h"
#include "host/lib/deadline.h"

#define ES_ASID 1u
#define SHIFT_BYTES 0x5000u /* moves the target's memory away from the source's addresses */

/* One packet crosses the wire. */
static int carry(void *context, const struct sev_sent_packet *packet, uint64_t offset)
{
    struct migration *migration = context;
    migration->packets++;
    migration->bytes += packet->length;
    return tenant_receive(&migration->twin, &migration->target.board, packet, offset);
}

static bool power_on(void *context)
{
    struct migration *migration = context;
    show_part("Two machines, whose chips have one vendor");
    return machine_power_on(&migration->source, &migration->options->board) &&
           machine_power_on(&migration->target, &migration->options->board) &&
           machine_prepare(&migration->source) && machine_prepare(&migration->target);
}

/* Gives the guest memory on both machines, at different addresses. */
static bool place(struct migration *migration)
{
    migration->twin = migration->guest;
    if (!tenant_place(&migration->guest, &migration->source.board) ||
        dram_allocate(&migration->target.board.dram, 0, SHIFT_BYTES, 0) == 0 ||
        dram_allocate(&migration->target.board.dram, 1, SHIFT_BYTES, 0) == 0 ||
        !tenant_place(&migration->twin, &migration->target.board)) {
        return demo_fail("memory", "the guest does not fit");
    }
    for (size_t i = 0; i < migration->guest.image.piece_count; i++) {
        if (migration->guest.image.pieces[i].paddr == migration->twin.image.pieces[i].paddr) {
            return demo_fail("memory", "piece %zu has the same address on both machines", i);
        }
    }
    return true;
}

bool migration_launch(struct migration *migration, size_t length, uint32_t policy, uint32_t asid)
{
    if (!tenant_make(&migration->guest, migration->file.bytes, length, policy)) {
        return demo_fail("memory", "%s", strerror(ENOMEM));
    }
    migration->guest.asid = asid;
    if (!place(migration)) {
        return false;
    }
    int64_t started = deadline_now_us();
    int result = tenant_launch(&migration->guest, &migration->source.board);
    return demo_command("launch", started, result, "A: %zu bytes%s, policy %08x", length,
                        migration->guest.vmsa_paddr != 0 ? " and a VMSA" : "", policy) &&
           (tenant_finds_itself(&migration->guest, &migration->source.board) ||
            demo_fail("launch", "the guest does not find its memory"));
}

/* SEND_START on the source, RECEIVE_START and ACTIVATE on the target. */
bool migration_start(struct migration *migration)
{
    uint32_t policy = 0;
    int64_t started = deadline_now_us();
    int result = sev_start_send(&migration->source.board, migration->guest.handle,
                                &migration->target.identity, &migration->session, &policy);
    if (!demo_command("SEND_START", started, result,
                      "A: PDH < PEK < CEK < ASK < ARK of B are genuine")) {
        return false;
    }
    started = deadline_now_us();
    result = sev_start_receive(&migration->target.board, policy, &migration->source.identity.pdh,
                               &migration->session, &migration->twin.handle);
    if (!demo_command("RECEIVE_START", started, result, "B: guest %u, policy %08x",
                      migration->twin.handle, policy)) {
        return false;
    }
    /* Another ASID than on the source, to show that it does not matter. */
    migration->twin.asid = migration->guest.asid + 1;
    struct sev_activate activate = {.handle = migration->twin.handle, .asid = migration->twin.asid};
    started = deadline_now_us();
    result = sev_activate(&migration->target.board, &activate);
    return demo_command("ACTIVATE", started, result, "B: ASID %u", activate.asid);
}

static bool transfer(struct migration *migration)
{
    migration->packets = 0;
    migration->bytes = 0;
    int64_t started = deadline_now_us();
    int result = tenant_send(&migration->guest, &migration->source.board,
                             migration->options->packet_bytes, carry, migration);
    const double seconds = (double)(deadline_now_us() - started) / 1e6;
    return demo_command(
        "SEND, RECEIVE_UPDATE", started, result, "%llu bytes in %llu packets, %.1f MiB/s",
        (unsigned long long)migration->bytes, (unsigned long long)migration->packets,
        (double)migration->bytes / 1048576 / seconds);
}

/* Prints the outcome of the last command of a transfer, and the state it led to. */
static bool finished(const char *name, const char *machine, int64_t started, int result,
                     const struct tenant *tenant, struct board *board, enum sev_guest_state state)
{
    const int64_t stopped = deadline_now_us() - started;
    const int found = tenant_state(tenant, board);
    return demo_command(name, deadline_now_us() - stopped, result, "%s: %s", machine,
                        sev_guest_state_name((uint32_t)found)) &&
           (found == (int)state || demo_fail(name, "that is not the state it must have"));
}

static bool finish(struct migration *migration)
{
    struct sev_handle source = {.handle = migration->guest.handle};
    struct sev_handle target = {.handle = migration->twin.handle};
    int64_t started = deadline_now_us();
    int result = sev_send_finish(&migration->source.board, &source);
    if (!finished("SEND_FINISH", "A", started, result, &migration->guest, &migration->source.board,
                  SEV_GUEST_SENT)) {
        return false;
    }
    started = deadline_now_us();
    result = sev_receive_finish(&migration->target.board, &target);
    return finished("RECEIVE_FINISH", "B", started, result, &migration->twin,
                    &migration->target.board, SEV_GUEST_RUNNING);
}

/* The target's guest finds its memory; DRAM of the two machines has nothing in common. */
static bool compare(struct migration *migration)
{
    if (!tenant_finds_itself(&migration->twin, &migration->target.board)) {
        return demo_fail("compare", "the guest on B is not the guest that left A");
    }
    for (size_t i = 0; i < migration->twin.image.piece_count; i++) {
        const struct guest_image_piece *here = &migration->guest.image.pieces[i];
        const struct guest_image_piece *there = &migration->twin.image.pieces[i];
        const uint8_t *left =
            dram_pointer(&migration->source.board.dram, here->paddr, here->length);
        const uint8_t *right =
            dram_pointer(&migration->target.board.dram, there->paddr, there->length);
        if (left == NULL || right == NULL || memcmp(left, right, here->length) == 0 ||
            memcmp(right, migration->twin.image.bytes + there->offset, there->length) == 0) {
            return demo_fail("compare", "memory on B is not encrypted anew");
        }
    }
    show_step("compare", "ok", -1, "B reads the same %zu bytes%s through its key",
              migration->twin.image.length,
              migration->twin.vmsa_paddr != 0 ? ", and its CPU accepts the VMSA" : "");
    show_step("compare", "ok", -1, "the ciphertext in DRAM differs, and so do the addresses");
    return true;
}

bool migration_end(struct migration *migration)
{
    int64_t started = deadline_now_us();
    int result = tenant_end(&migration->guest, &migration->source.board);
    if (result == SEV_STATUS_SUCCESS) {
        result = tenant_end(&migration->twin, &migration->target.board);
    }
    guest_image_free(&migration->guest.image);
    return demo_command("DECOMMISSION", started, result, "the guest is gone from both machines");
}

static bool move(struct migration *migration, size_t length, uint32_t policy, uint32_t asid)
{
    return migration_launch(migration, length, policy, asid) && migration_start(migration) &&
           transfer(migration) && finish(migration) && compare(migration) &&
           migration_end(migration);
}

static bool move_sev_guest(void *context)
{
    struct migration *migration = context;
    show_part("A guest moves from A to B");
    return move(migration, migration->file.length, SEV_POLICY_NODBG | SEV_POLICY_SEV,
                FABRIC_DEFAULT_MIN_SEV_ASID);
}

static bool move_es_guest(void *context)
{
    struct migration *migration = context;
    const size_t length = migration->file.length < MIGRATION_SMALL_GUEST ? migration->file.length
                                                                         : MIGRATION_SMALL_GUEST;
    show_part("A guest with SEV-ES moves, with the registers of its CPU");
    return move(migration, length, SEV_POLICY_NODBG | SEV_POLICY_SEV | SEV_POLICY_ES, ES_ASID);
}

static bool shut_down(void *context)
{
    struct migration *migration = context;
    show_part("The end");
    int64_t started = deadline_now_us();
    int result = sev_shutdown(&migration->source.board);
    if (result == SEV_STATUS_SUCCESS) {
        result = sev_shutdown(&migration->target.board);
    }
    return demo_command("SHUTDOWN", started, result, "both platforms");
}

int demo_migrate(const struct demo_options *options)
{
    static demo_act *const steps[] = {power_on, move_sev_guest, move_es_guest, migration_attack,
                                      shut_down};
    struct migration migration = {
        .options = options,
        .source = {.name = "A", .directory = options->board.directory, .board = BOARD_CLOSED},
        .target = {.name = "B", .directory = options->second_chip, .board = BOARD_CLOSED},
    };
    if (!guest_image_load(&migration.file, options->guest)) {
        (void)fprintf(stderr, "virtasp demo: %s: %s\n", options->guest, strerror(errno));
        return BOARD_FAILED;
    }
    (void)printf("guest image: %s, %zu bytes\n", options->guest, migration.file.length);
    const int64_t started = deadline_now_us();
    int result = demo_play(options, steps, sizeof steps / sizeof steps[0], &migration);
    result = machine_end(&migration.source, result);
    result = machine_end(&migration.target, result);
    guest_image_free(&migration.file);
    return demo_sum_up(started, result);
}
