/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two platforms and a guest between them.
 */
#include "tests/migration/pair.h"

#include <stdio.h>
#include <string.h>

bool pair_start_one(struct machine *machine, const struct pair_options *options,
                    const char *directory, uint32_t flags)
{
    char reason[BOARD_MESSAGE_BYTES] = "";
    struct board_options own = options->board;
    *machine = (struct machine){.directory = directory, .board = BOARD_CLOSED};
    own.directory = directory;
    own.fabric_options.flags |= flags;
    if (!CHECK(board_start(&machine->board, &own) == BOARD_OK)) {
        (void)printf("      %s\n", machine->board.message);
        return false;
    }
    if (!CHECK_STATUS(tenant_init_platform(&machine->board, true), SUCCESS) ||
        !CHECK(machine_identify(&machine->board, directory, &machine->identity, reason))) {
        (void)printf("      %s\n", reason);
        return false;
    }
    dram_keep_all(&machine->board.dram); /* the TMR */
    return true;
}

bool pair_start(struct pair *pair, const struct pair_options *options)
{
    *pair = (struct pair){
        .options = options, .first = {.board = BOARD_CLOSED}, .second = {.board = BOARD_CLOSED}};
    for (size_t i = 0; i < sizeof pair->plaintext; i++) {
        pair->plaintext[i] = (uint8_t)(i * 31 + (i >> 8) * 7);
    }
    check_begin("start two platforms");
    return pair_start_one(&pair->first, options, options->first_chip, 0) &&
           pair_start_one(&pair->second, options, options->second_chip, 0);
}

void pair_stop(struct pair *pair)
{
    struct machine *const machines[] = {&pair->first, &pair->second};
    check_begin("stop two platforms");
    for (size_t i = 0; i < 2; i++) {
        if (CHECK(machines[i]->board.mailbox_file.bytes != NULL)) {
            (void)CHECK_STATUS(sev_shutdown(&machines[i]->board), SUCCESS);
            (void)CHECK(board_stop(&machines[i]->board) == BOARD_OK);
        }
    }
}

bool pair_identify(struct pair *pair)
{
    char reason[BOARD_MESSAGE_BYTES];
    return CHECK(machine_identify(&pair->first.board, pair->first.directory, &pair->first.identity,
                                  reason)) &&
           CHECK(machine_identify(&pair->second.board, pair->second.directory,
                                  &pair->second.identity, reason));
}

bool pair_launch(struct pair *pair, struct machine *machine, struct tenant *guest, uint32_t policy)
{
    if (!CHECK(tenant_make(guest, pair->plaintext, sizeof pair->plaintext, policy))) {
        return false;
    }
    guest->asid = (policy & SEV_POLICY_ES) != 0 ? PAIR_ASID_ES : PAIR_ASID_SEV;
    return CHECK(tenant_place(guest, &machine->board)) &&
           CHECK_STATUS(tenant_launch(guest, &machine->board), SUCCESS) &&
           CHECK(tenant_finds_itself(guest, &machine->board));
}

bool pair_begin(struct pair *pair, struct pair_transfer *transfer, uint32_t policy)
{
    uint32_t sent = ~policy;
    *transfer = (struct pair_transfer){.guest = {.handle = 0}};
    if (!pair_launch(pair, &pair->first, &transfer->guest, policy) ||
        !CHECK_STATUS(sev_start_send(&pair->first.board, transfer->guest.handle,
                                     &pair->second.identity, &transfer->session, &sent),
                      SUCCESS) ||
        !CHECK(sent == policy)) {
        return false;
    }
    /* Other addresses and another ASID than on the first platform. */
    transfer->twin = transfer->guest;
    transfer->twin.handle = 0;
    transfer->twin.asid++;
    (void)dram_allocate(&pair->second.board.dram, 0, 0x7000, 0);
    (void)dram_allocate(&pair->second.board.dram, 1, 0x7000, 0);
    if (!CHECK(tenant_place(&transfer->twin, &pair->second.board)) ||
        !CHECK_STATUS(sev_start_receive(&pair->second.board, policy, &pair->first.identity.pdh,
                                        &transfer->session, &transfer->twin.handle),
                      SUCCESS)) {
        return false;
    }
    struct sev_activate activate = {.handle = transfer->twin.handle, .asid = transfer->twin.asid};
    return CHECK_STATUS(sev_activate(&pair->second.board, &activate), SUCCESS);
}

/* One end of the wire is the other. */
struct wire {
    struct pair *pair;
    struct pair_transfer *transfer;
};

static int carry(void *context, const struct sev_sent_packet *packet, uint64_t offset)
{
    struct wire *wire = context;
    return tenant_receive(&wire->transfer->twin, &wire->pair->second.board, packet, offset);
}

bool pair_complete(struct pair *pair, struct pair_transfer *transfer, uint32_t packet_bytes)
{
    struct wire wire = {.pair = pair, .transfer = transfer};
    struct sev_handle guest = {.handle = transfer->guest.handle};
    struct sev_handle twin = {.handle = transfer->twin.handle};
    return CHECK_STATUS(
               tenant_send(&transfer->guest, &pair->first.board, packet_bytes, carry, &wire),
               SUCCESS) &&
           CHECK_STATUS(sev_send_finish(&pair->first.board, &guest), SUCCESS) &&
           CHECK(tenant_state(&transfer->guest, &pair->first.board) == SEV_GUEST_SENT) &&
           CHECK_STATUS(sev_receive_finish(&pair->second.board, &twin), SUCCESS) &&
           CHECK(tenant_state(&transfer->twin, &pair->second.board) == SEV_GUEST_RUNNING) &&
           CHECK(tenant_finds_itself(&transfer->twin, &pair->second.board));
}

void pair_end_guest(struct machine *machine, struct tenant *guest)
{
    if (guest->handle != 0) {
        (void)CHECK_STATUS(tenant_end(guest, &machine->board), SUCCESS);
    }
    guest_image_free(&guest->image);
    *guest = (struct tenant){.handle = 0};
}

void pair_end(struct pair *pair, struct pair_transfer *transfer)
{
    transfer->twin.image.bytes = NULL; /* the plaintext is the guest's */
    pair_end_guest(&pair->second, &transfer->twin);
    pair_end_guest(&pair->first, &transfer->guest);
    dram_free_all(&pair->first.board.dram);
    dram_free_all(&pair->second.board.dram);
}

int pair_try_send(struct machine *machine, const struct tenant *guest,
                  const struct sev_target *target)
{
    struct sev_handle handle = {.handle = guest->handle};
    struct sev_session session;
    uint32_t policy = 0;
    int result = sev_start_send(&machine->board, guest->handle, target, &session, &policy);
    if (result == SEV_STATUS_SUCCESS) {
        (void)CHECK_STATUS(sev_send_cancel(&machine->board, &handle), SUCCESS);
    }
    (void)CHECK(tenant_state(guest, &machine->board) == SEV_GUEST_RUNNING);
    return result;
}

int pair_try_receive(struct machine *machine, uint32_t policy, const struct sev_certificate *pdh,
                     const struct sev_session *session)
{
    uint32_t guest = 0;
    int result = sev_start_receive(&machine->board, policy, pdh, session, &guest);
    struct sev_handle handle = {.handle = guest};
    if (result == SEV_STATUS_SUCCESS) {
        (void)CHECK_STATUS(sev_decommission(&machine->board, &handle), SUCCESS);
    }
    return result;
}
